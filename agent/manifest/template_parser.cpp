#include "agent/manifest/template_parser.hpp"

#include "agent/manifest/template_pipeline_parser.hpp"
#include "agent/manifest/template_tokens.hpp"

#include <fmt/format.h>

#include <utility>

namespace agent::manifest {
namespace {

using base::Result;
using base::Status;

// What ended a list of nodes.
enum class ListEnd { end_of_text, end_keyword, else_keyword };

class Parser {
 public:
  Parser(std::vector<Token> tokens, const FunctionTable& functions)
      : tokens_(std::move(tokens)), pipelines_(tokens_, scope_, functions) {}

  Result<ParsedTemplate> run() {
    BASE_TRY_ASSIGN(const auto ended, parse_list(parsed_.root));
    if (ended != ListEnd::end_of_text) {
      return template_error(
          keyword_at_,
          fmt::format("unexpected {{{{{}}}}}", ended == ListEnd::end_keyword ? "end" : "else"));
    }
    return std::move(parsed_);
  }

 private:
  // Nodes until EOF, {{repl end}} or {{repl else; of `else` only the word is taken.
  Result<ListEnd> parse_list(NodeList& nodes) {
    while (true) {
      const auto& token = tokens_.take();
      if (token.kind == TokenKind::end) {
        return ListEnd::end_of_text;
      }
      if (token.kind == TokenKind::text) {
        nodes.push_back({TextNode{token.text}});
        continue;
      }
      keyword_at_ = token.at;
      if (tokens_.accept_keyword("end")) {
        BASE_TRY(tokens_.expect_close("end"));
        return ListEnd::end_keyword;
      }
      if (tokens_.accept_keyword("else")) {
        return ListEnd::else_keyword;
      }
      BASE_TRY(parse_action(nodes, token.at));
    }
  }

  Status parse_action(NodeList& nodes, TemplateLocation at) {
    if (tokens_.accept_keyword("if")) {
      return parse_branch(nodes, BranchKind::if_true, "if", at);
    }
    if (tokens_.accept_keyword("range")) {
      return parse_branch(nodes, BranchKind::range, "range", at);
    }
    if (tokens_.accept_keyword("with")) {
      return parse_branch(nodes, BranchKind::with, "with", at);
    }
    if (tokens_.accept_keyword("define")) {
      return parse_define(at);
    }
    if (tokens_.accept_keyword("template")) {
      return parse_template_call(nodes, at);
    }
    if (tokens_.accept_keyword("block")) {
      return parse_block(nodes, at);
    }
    Pipeline pipeline;
    BASE_TRY(pipelines_.parse(pipeline, "command", TokenKind::close));
    nodes.push_back({ActionNode{std::move(pipeline)}});
    return base::ok();
  }

  // After the word `if`, `range` or `with`, to the end of the action that closes it.
  Status parse_branch(NodeList& nodes,
                      BranchKind kind,
                      std::string_view word,
                      TemplateLocation at) {
    BASE_TRY(scope_.enter(at));
    const std::size_t visible = scope_.variables.size();
    BranchNode branch;
    branch.kind = kind;
    BASE_TRY(pipelines_.parse(branch.pipeline, word, TokenKind::close));
    const std::size_t in_condition = scope_.variables.size();
    BASE_TRY_ASSIGN(const auto ended, parse_list(branch.body));
    scope_.variables.resize(in_condition);
    if (ended == ListEnd::end_of_text) {
      return template_error(
          at, fmt::format("unexpected EOF: {{{{repl {}}}}} has no {{{{repl end}}}}", word));
    }
    if (ended == ListEnd::else_keyword) {
      BASE_TRY(parse_else(branch, word, at));
    }
    scope_.variables.resize(visible);
    --scope_.nesting;
    nodes.push_back({std::move(branch)});
    return base::ok();
  }

  Status parse_else(BranchNode& branch, std::string_view word, TemplateLocation at) {
    // `{{else if x}}` is `{{else}}{{if x}}` whose one {{end}} closes both.
    if (branch.kind == BranchKind::if_true && tokens_.accept_keyword("if")) {
      return parse_branch(branch.otherwise, BranchKind::if_true, word, at);
    }
    BASE_TRY(tokens_.expect_close("else"));
    const std::size_t visible = scope_.variables.size();
    BASE_TRY_ASSIGN(const auto ended, parse_list(branch.otherwise));
    scope_.variables.resize(visible);
    if (ended == ListEnd::else_keyword) {
      return template_error(keyword_at_, "expected end; found {{else}}");
    }
    if (ended == ListEnd::end_of_text) {
      return template_error(
          at, fmt::format("unexpected EOF: {{{{repl {}}}}} has no {{{{repl end}}}}", word));
    }
    return base::ok();
  }

  Result<std::string> parse_name(std::string_view context) {
    const auto& token = tokens_.peek_word();
    if (token.kind != TokenKind::string && token.kind != TokenKind::raw_string) {
      return unexpected_token(token, context);
    }
    tokens_.skip();
    return token.text;
  }

  // The body of a definition sees no variables of the place where it stands.
  Status parse_body(const std::string& name, std::string_view word, TemplateLocation at) {
    BASE_TRY(scope_.enter(at));
    auto outer = std::exchange(scope_.variables, {"$"});
    NodeList body;
    BASE_TRY_ASSIGN(const auto ended, parse_list(body));
    if (ended != ListEnd::end_keyword) {
      return template_error(at, fmt::format("{{{{repl {}}}}} has no {{{{repl end}}}}", word));
    }
    scope_.variables = std::move(outer);
    --scope_.nesting;
    parsed_.definitions[name] = std::move(body);
    return base::ok();
  }

  Status parse_define(TemplateLocation at) {
    if (scope_.nesting > 0) {
      return template_error(at, "unexpected {{define}}");
    }
    BASE_TRY_ASSIGN(const auto name, parse_name("define clause"));
    BASE_TRY(tokens_.expect_close("define clause"));
    return parse_body(name, "define", at);
  }

  Status parse_template_call(NodeList& nodes, TemplateLocation at) {
    TemplateNode call;
    call.at = at;
    BASE_TRY_ASSIGN(call.name, parse_name("template clause"));
    if (tokens_.peek_word().kind == TokenKind::close) {
      tokens_.skip();
    } else {
      BASE_TRY(pipelines_.parse(call.argument.emplace(), "template clause", TokenKind::close));
    }
    nodes.push_back({std::move(call)});
    return base::ok();
  }

  Status parse_block(NodeList& nodes, TemplateLocation at) {
    TemplateNode call;
    call.at = at;
    BASE_TRY_ASSIGN(call.name, parse_name("block clause"));
    BASE_TRY(pipelines_.parse(call.argument.emplace(), "block clause", TokenKind::close));
    BASE_TRY(parse_body(call.name, "block", at));
    nodes.push_back({std::move(call)});
    return base::ok();
  }

  TokenReader tokens_;
  ParseScope scope_;
  PipelineParser pipelines_;
  TemplateLocation keyword_at_;  // Of the action that holds the last `end` or `else`.
  ParsedTemplate parsed_;
};

}  // namespace

base::Result<ParsedTemplate> parse_template(std::string_view text, const FunctionTable& functions) {
  BASE_TRY_ASSIGN(auto tokens, lex_template(text));
  return Parser(std::move(tokens), functions).run();
}

}  // namespace agent::manifest
