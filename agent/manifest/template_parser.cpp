#include "agent/manifest/template_parser.hpp"

#include "agent/manifest/template_literal.hpp"
#include "agent/manifest/template_pipeline_parser.hpp"
#include "agent/manifest/template_quote.hpp"
#include "agent/manifest/template_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace agent::manifest {
namespace {

using base::Result;
using base::Status;

// What ended a list of nodes.
enum class ListEnd { end_of_text, end_keyword, else_keyword };

std::string_view shown(ListEnd end) {
  switch (end) {
    case ListEnd::end_of_text:
      return "EOF";
    case ListEnd::end_keyword:
      return "{{end}}";
    case ListEnd::else_keyword:
      return "{{else}}";
  }
  return "";
}

class Parser {
 public:
  Parser(std::vector<Token> tokens, const FunctionTable& functions)
      : tokens_(std::move(tokens)), pipelines_(tokens_, scope_, functions) {}

  Result<ParsedTemplate> run() {
    BASE_TRY_ASSIGN(const auto ended, parse_list(parsed_.root));
    if (ended != ListEnd::end_of_text) {
      return tokens_.fault(fmt::format("unexpected {}", shown(ended)));
    }
    return std::move(parsed_);
  }

 private:
  // Nodes until EOF, {{repl end}} or {{repl else; of `else` only the word is taken.
  Result<ListEnd> parse_list(NodeList& nodes) {
    while (true) {
      const auto& token = tokens_.take_word();
      if (token.kind == TokenKind::end) {
        return ListEnd::end_of_text;
      }
      if (token.kind == TokenKind::text) {
        nodes.push_back({TextNode{token.text}});
        continue;
      }
      if (token.kind != TokenKind::open) {
        return tokens_.unexpected(token, "input");
      }
      tokens_.in_action(token.at.line);
      if (tokens_.accept_keyword("end")) {
        BASE_TRY(tokens_.expect_close("end"));
        return ListEnd::end_keyword;
      }
      if (tokens_.accept_keyword("else")) {
        BASE_TRY(parse_after_else());
        return ListEnd::else_keyword;
      }
      BASE_TRY(parse_action(nodes));
      tokens_.in_action(0);
    }
  }

  // `{{else if` is left to whom the `else` belongs.
  Status parse_after_else() {
    const auto& next = tokens_.peek_word();
    return next.kind == TokenKind::identifier && next.text == "if" ? base::ok()
                                                                   : tokens_.expect_close("else");
  }

  Status parse_action(NodeList& nodes) {
    const auto& word = tokens_.peek_word();
    if (!is_keyword(word)) {
      Pipeline pipeline;
      BASE_TRY(pipelines_.parse(pipeline, "command", TokenKind::close));
      nodes.push_back({ActionNode{std::move(pipeline)}});
      return base::ok();
    }
    tokens_.skip();
    if (word.text == "if") {
      return parse_branch(nodes, BranchKind::if_true, "if");
    }
    if (word.text == "range") {
      return parse_branch(nodes, BranchKind::range, "range");
    }
    if (word.text == "with") {
      return parse_branch(nodes, BranchKind::with, "with");
    }
    if (word.text == "template") {
      return parse_template_call(nodes);
    }
    if (word.text == "block") {
      return parse_block(nodes);
    }
    if (word.text == "define") {
      return parse_define(word);
    }
    return parse_loop_exit(nodes, word.text);
  }

  Status parse_loop_exit(NodeList& nodes, const std::string& word) {
    BASE_TRY(tokens_.expect_close(fmt::format("{{{{{}}}}}", word)));
    if (scope_.loops == 0) {
      return tokens_.fault(fmt::format("{{{{{}}}}} outside {{{{range}}}}", word));
    }
    nodes.push_back({LoopNode{word == "break" ? LoopExit::break_loop : LoopExit::continue_loop}});
    return base::ok();
  }

  // After the word `if`, `range` or `with`, to the end of the action that closes it.
  Status parse_branch(NodeList& nodes, BranchKind kind, std::string_view word) {
    BASE_TRY(pipelines_.enter());
    const std::size_t visible = scope_.variables.size();
    BranchNode branch;
    branch.kind = kind;
    BASE_TRY(pipelines_.parse(branch.pipeline, word, TokenKind::close));
    scope_.loops += kind == BranchKind::range ? 1 : 0;
    BASE_TRY_ASSIGN(const auto ended, parse_body_of_branch(branch.body));
    scope_.loops -= kind == BranchKind::range ? 1 : 0;
    if (ended == ListEnd::else_keyword) {
      BASE_TRY(parse_else(branch));
    }
    scope_.variables.resize(visible);
    --scope_.nesting;
    nodes.push_back({std::move(branch)});
    return base::ok();
  }

  Result<ListEnd> parse_body_of_branch(NodeList& nodes) {
    BASE_TRY_ASSIGN(const auto ended, parse_list(nodes));
    return ended == ListEnd::end_of_text ? Result<ListEnd>(tokens_.fault("unexpected EOF")) : ended;
  }

  Status parse_else(BranchNode& branch) {
    // `{{else if x}}` is `{{else}}{{if x}}` whose one {{end}} closes both.
    if (branch.kind == BranchKind::if_true && tokens_.accept_keyword("if")) {
      return parse_branch(branch.otherwise, BranchKind::if_true, "if");
    }
    BASE_TRY_ASSIGN(const auto ended, parse_body_of_branch(branch.otherwise));
    return ended == ListEnd::end_keyword
               ? base::ok()
               : Status(tokens_.fault(fmt::format("expected end; found {}", shown(ended))));
  }

  Result<std::string> parse_name(std::string_view context) {
    const auto& token = tokens_.take_word();
    if (token.kind == TokenKind::raw_string) {
      return token.text;
    }
    if (token.kind != TokenKind::string) {
      return tokens_.unexpected(token, context);
    }
    auto name = unescape(token.text, '"');
    return name ? Result<std::string>(std::move(*name)) : tokens_.fault("invalid syntax");
  }

  // The body of a definition sees no variables of the place where it stands, and no loop.
  Status parse_body(const std::string& name, std::string_view context) {
    BASE_TRY(pipelines_.enter());
    auto outer = std::exchange(scope_.variables, {"$"});
    const int loops = std::exchange(scope_.loops, 0);
    NodeList body;
    BASE_TRY_ASSIGN(const auto ended, parse_body_of_branch(body));
    if (ended != ListEnd::end_keyword) {
      return tokens_.fault(fmt::format("unexpected {} in {}", shown(ended), context));
    }
    scope_.variables = std::move(outer);
    scope_.loops = loops;
    --scope_.nesting;
    return define(name, std::move(body));
  }

  // As in Go an empty definition never takes the place of another one.
  Status define(const std::string& name, NodeList body) {
    const bool empty = std::all_of(body.begin(), body.end(), [](const Node& node) {
      const auto* text = std::get_if<TextNode>(&node.content);
      return text != nullptr && text->text.find_first_not_of(" \t\r\n\v\f") == std::string::npos;
    });
    const auto found = parsed_.definitions.find(name);
    if (found == parsed_.definitions.end()) {
      parsed_.definitions.emplace(name, Definition{std::move(body), empty});
      return base::ok();
    }
    if (!empty && !found->second.empty) {
      return tokens_.fault(
          fmt::format("template: multiple definition of template {}", quoted(name)));
    }
    if (!empty) {
      found->second = {std::move(body), false};
    }
    return base::ok();
  }

  Status parse_define(const Token& word) {
    if (scope_.nesting > 0) {
      return tokens_.unexpected(word, "command");
    }
    BASE_TRY_ASSIGN(const auto name, parse_name("define clause"));
    BASE_TRY(tokens_.expect_close("define clause"));
    return parse_body(name, "define clause");
  }

  Status parse_template_call(NodeList& nodes) {
    TemplateNode call;
    call.at = tokens_.peek_word().at;
    BASE_TRY_ASSIGN(call.name, parse_name("template clause"));
    if (tokens_.peek_word().kind == TokenKind::close) {
      tokens_.skip();
    } else {
      BASE_TRY(pipelines_.parse(call.argument.emplace(), "template clause", TokenKind::close));
    }
    nodes.push_back({std::move(call)});
    return base::ok();
  }

  Status parse_block(NodeList& nodes) {
    TemplateNode call;
    call.at = tokens_.peek_word().at;
    BASE_TRY_ASSIGN(call.name, parse_name("block clause"));
    BASE_TRY(pipelines_.parse(call.argument.emplace(), "block clause", TokenKind::close));
    BASE_TRY(parse_body(call.name, "block clause"));
    nodes.push_back({std::move(call)});
    return base::ok();
  }

  TokenReader tokens_;
  ParseScope scope_;
  PipelineParser pipelines_;
  ParsedTemplate parsed_;
};

}  // namespace

base::Result<ParsedTemplate> parse_template(std::string_view text, const FunctionTable& functions) {
  return Parser(lex_template(text), functions).run();
}

}  // namespace agent::manifest
