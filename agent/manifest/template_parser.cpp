#include "agent/manifest/template_parser.hpp"

#include "agent/manifest/template_literal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace agent::manifest {
namespace {

using base::Result;
using base::Status;

constexpr int k_max_nesting = 100;
constexpr std::array<std::string_view, 10> k_keywords = {
    "if", "else", "end", "range", "with", "define", "template", "block", "break", "continue"};

bool is_keyword(const Token& token) {
  return token.kind == TokenKind::identifier &&
         std::find(k_keywords.begin(), k_keywords.end(), token.text) != k_keywords.end();
}

std::string shown(const Token& token) {
  switch (token.kind) {
    case TokenKind::end:
      return "EOF";
    case TokenKind::open:
      return "\"{{repl\"";
    case TokenKind::close:
      return "\"}}\"";
    case TokenKind::field:
      return fmt::format("<.{:.40}>", token.text);
    case TokenKind::dot:
      return "<.>";
    case TokenKind::text:
    case TokenKind::space:
    case TokenKind::identifier:
    case TokenKind::variable:
    case TokenKind::number:
    case TokenKind::character:
    case TokenKind::string:
    case TokenKind::raw_string:
    case TokenKind::pipe:
    case TokenKind::comma:
    case TokenKind::declare:
    case TokenKind::assign:
    case TokenKind::left_parenthesis:
    case TokenKind::right_parenthesis:
      return fmt::format("<{:.40}>", token.text);
  }
  return token.text;
}

// What ended a list of nodes.
enum class ListEnd { end_of_text, end_keyword, else_keyword };

class Parser {
 public:
  Parser(std::vector<Token> tokens, const FunctionTable& functions)
      : tokens_(std::move(tokens)), functions_(functions) {
    variables_.emplace_back("$");
  }

  Result<ParsedTemplate> run() {
    BASE_TRY_ASSIGN(const auto ended, parse_list(parsed_.root));
    if (ended != ListEnd::end_of_text) {
      return fault(
          keyword_at_,
          fmt::format("unexpected {{{{{}}}}}", ended == ListEnd::end_keyword ? "end" : "else"));
    }
    return std::move(parsed_);
  }

 private:
  const Token& peek() const { return tokens_[next_]; }
  const Token& take() {
    const auto& token = tokens_[next_];
    next_ += token.kind == TokenKind::end ? 0 : 1;
    return token;
  }
  void skip_space() {
    while (peek().kind == TokenKind::space) {
      ++next_;
    }
  }
  const Token& peek_word() {
    skip_space();
    return peek();
  }
  bool accept_keyword(std::string_view keyword) {
    if (peek_word().kind != TokenKind::identifier || peek().text != keyword) {
      return false;
    }
    ++next_;
    return true;
  }

  static base::Error fault(TemplateLocation at, std::string_view message) {
    return template_error(at, message);
  }
  static base::Error unexpected(const Token& token, std::string_view context) {
    return fault(token.at, fmt::format("unexpected {} in {}", shown(token), context));
  }

  Status expect_close(std::string_view context) {
    if (const auto& token = peek_word(); token.kind != TokenKind::close) {
      return unexpected(token, context);
    }
    ++next_;
    return base::ok();
  }

  // Nodes until EOF, {{repl end}} or {{repl else; of `else` only the word is taken.
  Result<ListEnd> parse_list(NodeList& nodes) {
    while (true) {
      const auto& token = take();
      if (token.kind == TokenKind::end) {
        return ListEnd::end_of_text;
      }
      if (token.kind == TokenKind::text) {
        nodes.push_back({TextNode{token.text}});
        continue;
      }
      keyword_at_ = token.at;
      if (accept_keyword("end")) {
        BASE_TRY(expect_close("end"));
        return ListEnd::end_keyword;
      }
      if (accept_keyword("else")) {
        return ListEnd::else_keyword;
      }
      BASE_TRY(parse_action(nodes, token.at));
    }
  }

  Status parse_action(NodeList& nodes, TemplateLocation at) {
    if (accept_keyword("if")) {
      return parse_branch(nodes, BranchKind::if_true, "if", at);
    }
    if (accept_keyword("range")) {
      return parse_branch(nodes, BranchKind::range, "range", at);
    }
    if (accept_keyword("with")) {
      return parse_branch(nodes, BranchKind::with, "with", at);
    }
    if (accept_keyword("define")) {
      return parse_define(at);
    }
    if (accept_keyword("template")) {
      return parse_template_call(nodes, at);
    }
    if (accept_keyword("block")) {
      return parse_block(nodes, at);
    }
    Pipeline pipeline;
    BASE_TRY(parse_pipeline(pipeline, "command", TokenKind::close));
    nodes.push_back({ActionNode{std::move(pipeline)}});
    return base::ok();
  }

  Status enter(TemplateLocation at) {
    if (++nesting_ > k_max_nesting) {
      return fault(at, fmt::format("nested deeper than {} levels", k_max_nesting));
    }
    return base::ok();
  }

  // After the word `if`, `range` or `with`, to the end of the action that closes it.
  Status parse_branch(NodeList& nodes,
                      BranchKind kind,
                      std::string_view word,
                      TemplateLocation at) {
    BASE_TRY(enter(at));
    const std::size_t visible = variables_.size();
    BranchNode branch;
    branch.kind = kind;
    BASE_TRY(parse_pipeline(branch.pipeline, word, TokenKind::close));
    const std::size_t in_condition = variables_.size();
    BASE_TRY_ASSIGN(const auto ended, parse_list(branch.body));
    variables_.resize(in_condition);
    if (ended == ListEnd::end_of_text) {
      return fault(at,
                   fmt::format("unexpected EOF: {{{{repl {}}}}} has no {{{{repl end}}}}", word));
    }
    if (ended == ListEnd::else_keyword) {
      BASE_TRY(parse_else(branch, word, at));
    }
    variables_.resize(visible);
    --nesting_;
    nodes.push_back({std::move(branch)});
    return base::ok();
  }

  Status parse_else(BranchNode& branch, std::string_view word, TemplateLocation at) {
    // `{{else if x}}` is `{{else}}{{if x}}` whose one {{end}} closes both.
    if (branch.kind == BranchKind::if_true && accept_keyword("if")) {
      return parse_branch(branch.otherwise, BranchKind::if_true, word, at);
    }
    BASE_TRY(expect_close("else"));
    const std::size_t visible = variables_.size();
    BASE_TRY_ASSIGN(const auto ended, parse_list(branch.otherwise));
    variables_.resize(visible);
    if (ended == ListEnd::else_keyword) {
      return fault(keyword_at_, "expected end; found {{else}}");
    }
    if (ended == ListEnd::end_of_text) {
      return fault(at,
                   fmt::format("unexpected EOF: {{{{repl {}}}}} has no {{{{repl end}}}}", word));
    }
    return base::ok();
  }

  Result<std::string> parse_name(std::string_view context) {
    const auto& token = peek_word();
    if (token.kind != TokenKind::string && token.kind != TokenKind::raw_string) {
      return unexpected(token, context);
    }
    ++next_;
    return token.text;
  }

  // The body of a definition sees no variables of the place where it stands.
  Status parse_body(const std::string& name, std::string_view word, TemplateLocation at) {
    BASE_TRY(enter(at));
    auto outer = std::exchange(variables_, {"$"});
    NodeList body;
    BASE_TRY_ASSIGN(const auto ended, parse_list(body));
    if (ended != ListEnd::end_keyword) {
      return fault(at, fmt::format("{{{{repl {}}}}} has no {{{{repl end}}}}", word));
    }
    variables_ = std::move(outer);
    --nesting_;
    parsed_.definitions[name] = std::move(body);
    return base::ok();
  }

  Status parse_define(TemplateLocation at) {
    if (nesting_ > 0) {
      return fault(at, "unexpected {{define}}");
    }
    BASE_TRY_ASSIGN(const auto name, parse_name("define clause"));
    BASE_TRY(expect_close("define clause"));
    return parse_body(name, "define", at);
  }

  Status parse_template_call(NodeList& nodes, TemplateLocation at) {
    TemplateNode call;
    call.at = at;
    BASE_TRY_ASSIGN(call.name, parse_name("template clause"));
    if (peek_word().kind == TokenKind::close) {
      ++next_;
    } else {
      BASE_TRY(parse_pipeline(call.argument.emplace(), "template clause", TokenKind::close));
    }
    nodes.push_back({std::move(call)});
    return base::ok();
  }

  Status parse_block(NodeList& nodes, TemplateLocation at) {
    TemplateNode call;
    call.at = at;
    BASE_TRY_ASSIGN(call.name, parse_name("block clause"));
    BASE_TRY(parse_pipeline(call.argument.emplace(), "block clause", TokenKind::close));
    BASE_TRY(parse_body(call.name, "block", at));
    nodes.push_back({std::move(call)});
    return base::ok();
  }

  // To the token `closing`, which is taken.
  Status parse_pipeline(Pipeline& pipeline, std::string_view context, TokenKind closing) {
    pipeline.at = peek_word().at;
    BASE_TRY(enter(pipeline.at));
    BASE_TRY(parse_declaration(pipeline, context));
    while (true) {
      BASE_TRY(parse_command(pipeline.commands.emplace_back(), context));
      const auto& token = take();
      if (token.kind == closing) {
        break;
      }
      if (token.kind != TokenKind::pipe) {
        return unexpected(token, context);
      }
    }
    if (!pipeline.assigns) {
      variables_.insert(variables_.end(), pipeline.variables.begin(), pipeline.variables.end());
    }
    --nesting_;
    return check_pipeline(pipeline);
  }

  static Status check_pipeline(const Pipeline& pipeline) {
    for (std::size_t i = 1; i < pipeline.commands.size(); ++i) {
      const auto& first = pipeline.commands[i].operands.front();
      if (first.kind == OperandKind::literal || first.kind == OperandKind::nil ||
          (first.kind == OperandKind::dot && first.fields.empty())) {
        return fault(first.at, fmt::format("non executable command in pipeline stage {}", i + 1));
      }
    }
    return base::ok();
  }

  // `$x :=`, `$x =` and, in a range, `$i, $e :=`. Anything else that begins with a variable is a
  // command, so the tokens are looked at before they are taken.
  Status parse_declaration(Pipeline& pipeline, std::string_view context) {
    std::vector<std::string> names;
    std::size_t at = next_;
    const auto skip = [&] {
      while (tokens_[at].kind == TokenKind::space) {
        ++at;
      }
    };
    while (true) {
      skip();
      if (tokens_[at].kind != TokenKind::variable) {
        return base::ok();
      }
      names.push_back(tokens_[at++].text);
      skip();
      if (tokens_[at].kind != TokenKind::comma) {
        break;
      }
      ++at;
    }
    const auto& sign = tokens_[at];
    if (sign.kind != TokenKind::declare && sign.kind != TokenKind::assign) {
      return base::ok();
    }
    if (names.size() > (context == "range" ? 2U : 1U)) {
      return fault(pipeline.at, fmt::format("too many declarations in {}", context));
    }
    next_ = at + 1;
    pipeline.assigns = sign.kind == TokenKind::assign;
    for (const auto& name : names) {
      if (pipeline.assigns && !is_declared(name)) {
        return fault(pipeline.at, fmt::format("undefined variable \"{}\"", name));
      }
    }
    pipeline.variables = std::move(names);
    return base::ok();
  }

  [[nodiscard]] bool is_declared(const std::string& name) const {
    return std::find(variables_.begin(), variables_.end(), name) != variables_.end();
  }

  Status parse_command(Command& command, std::string_view context) {
    while (true) {
      const auto& token = peek_word();
      if (token.kind == TokenKind::close || token.kind == TokenKind::pipe ||
          token.kind == TokenKind::right_parenthesis) {
        break;
      }
      BASE_TRY(parse_operand(command.operands.emplace_back(), context));
      const auto after = peek().kind;
      if (after != TokenKind::space && after != TokenKind::close && after != TokenKind::pipe &&
          after != TokenKind::right_parenthesis) {
        return unexpected(peek(), "operand");
      }
    }
    if (command.operands.empty()) {
      return fault(peek().at, fmt::format("missing value for {}", context));
    }
    return base::ok();
  }

  Status parse_operand(Operand& operand, std::string_view context) {
    const auto& token = take();
    operand.at = token.at;
    BASE_TRY(parse_term(operand, token, context));
    while (peek().kind == TokenKind::field) {
      operand.fields.push_back(take().text);
    }
    if (!operand.fields.empty() && operand.kind != OperandKind::dot &&
        operand.kind != OperandKind::variable && operand.kind != OperandKind::pipeline &&
        operand.kind != OperandKind::function) {
      return fault(operand.at, fmt::format("unexpected . after term {}", shown(token)));
    }
    return base::ok();
  }

  Status parse_term(Operand& operand, const Token& token, std::string_view context) {
    switch (token.kind) {
      case TokenKind::dot:
        operand.kind = OperandKind::dot;
        return base::ok();
      case TokenKind::field:
        operand.kind = OperandKind::dot;
        operand.fields.push_back(token.text);
        return base::ok();
      case TokenKind::variable:
        operand.kind = OperandKind::variable;
        operand.name = token.text;
        return is_declared(token.text)
                   ? base::ok()
                   : Status(
                         fault(token.at, fmt::format("undefined variable \"{:.40}\"", token.text)));
      case TokenKind::string:
      case TokenKind::raw_string:
        return literal(operand, Value::text(token.text));
      case TokenKind::number:
        return literal(operand, *parse_number(token.text));
      case TokenKind::character:
        return literal(operand,
                       Value::integer(static_cast<std::int64_t>(*single_code_point(token.text))));
      case TokenKind::identifier:
        return parse_identifier(operand, token, context);
      case TokenKind::left_parenthesis:
        operand.kind = OperandKind::pipeline;
        operand.pipeline = std::make_shared<Pipeline>();
        return parse_pipeline(
            *operand.pipeline, "parenthesized pipeline", TokenKind::right_parenthesis);
      case TokenKind::text:
      case TokenKind::open:
      case TokenKind::close:
      case TokenKind::space:
      case TokenKind::pipe:
      case TokenKind::comma:
      case TokenKind::declare:
      case TokenKind::assign:
      case TokenKind::right_parenthesis:
      case TokenKind::end:
        return unexpected(token, context);
    }
    return base::ok();
  }

  static Status literal(Operand& operand, Value value) {
    operand.kind = OperandKind::literal;
    operand.value = std::move(value);
    return base::ok();
  }

  Status parse_identifier(Operand& operand, const Token& token, std::string_view context) {
    if (token.text == "true" || token.text == "false") {
      return literal(operand, Value::boolean(token.text == "true"));
    }
    if (token.text == "nil") {
      operand.kind = OperandKind::nil;
      return base::ok();
    }
    if (is_keyword(token)) {
      return unexpected(token, context);
    }
    if (functions_.find(token.text) == functions_.end()) {
      return fault(token.at, fmt::format("function \"{:.40}\" not defined", token.text));
    }
    operand.kind = OperandKind::function;
    operand.name = token.text;
    return base::ok();
  }

  std::vector<Token> tokens_;
  const FunctionTable& functions_;
  std::size_t next_ = 0;
  std::vector<std::string> variables_;  // Declared and visible here.
  int nesting_ = 0;
  TemplateLocation keyword_at_;  // Of the action that holds the last `end` or `else`.
  ParsedTemplate parsed_;
};

}  // namespace

base::Result<ParsedTemplate> parse_template(std::string_view text, const FunctionTable& functions) {
  BASE_TRY_ASSIGN(auto tokens, lex_template(text));
  return Parser(std::move(tokens), functions).run();
}

}  // namespace agent::manifest
