#include "agent/manifest/template_pipeline_parser.hpp"

#include "agent/manifest/template_literal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace agent::manifest {
namespace {

using base::Status;

constexpr int k_max_nesting = 100;
constexpr std::array<std::string_view, 10> k_keywords = {
    "if", "else", "end", "range", "with", "define", "template", "block", "break", "continue"};

bool is_keyword(const Token& token) {
  return token.kind == TokenKind::identifier &&
         std::find(k_keywords.begin(), k_keywords.end(), token.text) != k_keywords.end();
}

Status check_pipeline(const Pipeline& pipeline) {
  for (std::size_t i = 1; i < pipeline.commands.size(); ++i) {
    const auto& first = pipeline.commands[i].operands.front();
    if (first.kind == OperandKind::literal || first.kind == OperandKind::nil ||
        (first.kind == OperandKind::dot && first.fields.empty())) {
      return template_error(first.at,
                            fmt::format("non executable command in pipeline stage {}", i + 1));
    }
  }
  return base::ok();
}

Status literal(Operand& operand, Value value) {
  operand.kind = OperandKind::literal;
  operand.value = std::move(value);
  return base::ok();
}

}  // namespace

Status ParseScope::enter(TemplateLocation at) {
  if (++nesting > k_max_nesting) {
    return template_error(at, fmt::format("nested deeper than {} levels", k_max_nesting));
  }
  return base::ok();
}

bool ParseScope::declares(const std::string& variable) const {
  return std::find(variables.begin(), variables.end(), variable) != variables.end();
}

Status PipelineParser::parse(Pipeline& pipeline, std::string_view context, TokenKind closing) {
  pipeline.at = tokens_.peek_word().at;
  BASE_TRY(scope_.enter(pipeline.at));
  BASE_TRY(parse_declaration(pipeline, context));
  while (true) {
    BASE_TRY(parse_command(pipeline.commands.emplace_back(), context));
    const auto& token = tokens_.take();
    if (token.kind == closing) {
      break;
    }
    if (token.kind != TokenKind::pipe) {
      return unexpected_token(token, context);
    }
  }
  if (!pipeline.assigns) {
    scope_.variables.insert(
        scope_.variables.end(), pipeline.variables.begin(), pipeline.variables.end());
  }
  --scope_.nesting;
  return check_pipeline(pipeline);
}

// `$x :=`, `$x =` and, in a range, `$i, $e :=`. Anything else that begins with a variable is a
// command, so the tokens are looked at before they are taken.
Status PipelineParser::parse_declaration(Pipeline& pipeline, std::string_view context) {
  const auto begin = tokens_.position();
  std::vector<std::string> names;
  while (true) {
    if (tokens_.peek_word().kind != TokenKind::variable) {
      tokens_.return_to(begin);
      return base::ok();
    }
    names.push_back(tokens_.take().text);
    if (tokens_.peek_word().kind != TokenKind::comma) {
      break;
    }
    tokens_.skip();
  }
  const auto sign = tokens_.take().kind;
  if (sign != TokenKind::declare && sign != TokenKind::assign) {
    tokens_.return_to(begin);
    return base::ok();
  }
  if (names.size() > (context == "range" ? 2U : 1U)) {
    return template_error(pipeline.at, fmt::format("too many declarations in {}", context));
  }
  pipeline.assigns = sign == TokenKind::assign;
  for (const auto& name : names) {
    if (pipeline.assigns && !scope_.declares(name)) {
      return template_error(pipeline.at, fmt::format("undefined variable \"{}\"", name));
    }
  }
  pipeline.variables = std::move(names);
  return base::ok();
}

Status PipelineParser::parse_command(Command& command, std::string_view context) {
  while (true) {
    const auto& token = tokens_.peek_word();
    if (token.kind == TokenKind::close || token.kind == TokenKind::pipe ||
        token.kind == TokenKind::right_parenthesis) {
      break;
    }
    BASE_TRY(parse_operand(command.operands.emplace_back(), context));
    const auto after = tokens_.peek().kind;
    if (after != TokenKind::space && after != TokenKind::close && after != TokenKind::pipe &&
        after != TokenKind::right_parenthesis) {
      return unexpected_token(tokens_.peek(), "operand");
    }
  }
  if (command.operands.empty()) {
    return template_error(tokens_.peek().at, fmt::format("missing value for {}", context));
  }
  return base::ok();
}

Status PipelineParser::parse_operand(Operand& operand, std::string_view context) {
  const auto& token = tokens_.take();
  operand.at = token.at;
  BASE_TRY(parse_term(operand, token, context));
  while (tokens_.peek().kind == TokenKind::field) {
    operand.fields.push_back(tokens_.take().text);
  }
  if (!operand.fields.empty() && operand.kind != OperandKind::dot &&
      operand.kind != OperandKind::variable && operand.kind != OperandKind::pipeline &&
      operand.kind != OperandKind::function) {
    return template_error(operand.at, fmt::format("unexpected . after term {}", shown(token)));
  }
  return base::ok();
}

Status PipelineParser::parse_term(Operand& operand, const Token& token, std::string_view context) {
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
      return scope_.declares(token.text)
                 ? base::ok()
                 : Status(template_error(token.at,
                                         fmt::format("undefined variable \"{:.40}\"", token.text)));
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
      return parse(*operand.pipeline, "parenthesized pipeline", TokenKind::right_parenthesis);
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
      return unexpected_token(token, context);
  }
  return base::ok();
}

Status PipelineParser::parse_identifier(Operand& operand,
                                        const Token& token,
                                        std::string_view context) {
  if (token.text == "true" || token.text == "false") {
    return literal(operand, Value::boolean(token.text == "true"));
  }
  if (token.text == "nil") {
    operand.kind = OperandKind::nil;
    return base::ok();
  }
  if (is_keyword(token)) {
    return unexpected_token(token, context);
  }
  if (functions_.find(token.text) == functions_.end()) {
    return template_error(token.at, fmt::format("function \"{:.40}\" not defined", token.text));
  }
  operand.kind = OperandKind::function;
  operand.name = token.text;
  return base::ok();
}

}  // namespace agent::manifest
