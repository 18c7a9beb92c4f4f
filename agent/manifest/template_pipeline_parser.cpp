#include "agent/manifest/template_pipeline_parser.hpp"

#include "agent/manifest/template_error.hpp"
#include "agent/manifest/template_literal.hpp"
#include "agent/manifest/template_quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace agent::manifest {
namespace {

using base::Status;

constexpr int k_max_nesting = 100;

bool begins_operand(const Token& token) {
  switch (token.kind) {
    case TokenKind::identifier:
      return !is_keyword(token);
    case TokenKind::field:
    case TokenKind::dot:
    case TokenKind::variable:
    case TokenKind::number:
    case TokenKind::character:
    case TokenKind::string:
    case TokenKind::raw_string:
    case TokenKind::left_parenthesis:
      return true;
    case TokenKind::text:
    case TokenKind::open:
    case TokenKind::close:
    case TokenKind::space:
    case TokenKind::pipe:
    case TokenKind::declare:
    case TokenKind::assign:
    case TokenKind::right_parenthesis:
    case TokenKind::other:
    case TokenKind::end:
    case TokenKind::fault:
      return false;
  }
  return false;
}

bool is_comma(const Token& token) {
  return token.kind == TokenKind::other && token.text == ",";
}

bool can_be_called(const Operand& operand) {
  return operand.kind != OperandKind::literal && operand.kind != OperandKind::nil &&
         (operand.kind != OperandKind::dot || !operand.fields.empty());
}

}  // namespace

bool ParseScope::declares(const std::string& variable) const {
  return std::find(variables.begin(), variables.end(), variable) != variables.end();
}

Status PipelineParser::enter() {
  if (++scope_.nesting > k_max_nesting) {
    return tokens_.fault(fmt::format("nested deeper than {} levels", k_max_nesting));
  }
  return base::ok();
}

Status PipelineParser::parse(Pipeline& pipeline, std::string_view context, TokenKind closing) {
  pipeline.at = tokens_.peek_word().at;
  BASE_TRY(enter());
  BASE_TRY(parse_declaration(pipeline, context));
  BASE_TRY(parse_commands(pipeline, context, closing));
  --scope_.nesting;
  return check(pipeline, context);
}

// `$x :=`, `$x =` and, in a range, `$i, $e :=`. Anything else that begins with a variable is a
// command, so the tokens are looked at before they are taken. As in Go, the variable is visible to
// the pipeline that gives it its value.
Status PipelineParser::parse_declaration(Pipeline& pipeline, std::string_view context) {
  if (tokens_.peek_word().kind != TokenKind::variable) {
    return base::ok();
  }
  const auto begin = tokens_.position();
  const auto name = tokens_.take().text;
  const auto& next = tokens_.peek_word();
  const bool assigns = next.kind == TokenKind::assign;
  const bool declares = assigns || next.kind == TokenKind::declare;
  if (!declares && !is_comma(next)) {
    tokens_.return_to(begin);
    return base::ok();
  }
  pipeline.variables.push_back(name);
  scope_.variables.push_back(name);
  tokens_.skip();
  if (!declares) {
    return parse_second_variable(pipeline, context);
  }
  pipeline.assigns = assigns;
  return base::ok();
}

Status PipelineParser::parse_second_variable(Pipeline& pipeline, std::string_view context) {
  if (context != "range" || pipeline.variables.size() > 1) {
    return tokens_.fault(fmt::format("too many declarations in {}", context));
  }
  const auto kind = tokens_.peek_word().kind;
  if (kind != TokenKind::variable && kind != TokenKind::close &&
      kind != TokenKind::right_parenthesis) {
    return tokens_.fault("range can only initialize variables");
  }
  return parse_declaration(pipeline, context);
}

Status PipelineParser::parse_commands(Pipeline& pipeline,
                                      std::string_view context,
                                      TokenKind closing) {
  while (true) {
    const auto& token = tokens_.peek_word();
    if (begins_operand(token)) {
      BASE_TRY(parse_command(pipeline.commands.emplace_back()));
      continue;
    }
    tokens_.skip();
    return token.kind == closing ? base::ok() : Status(tokens_.unexpected(token, context));
  }
}

Status PipelineParser::check(const Pipeline& pipeline, std::string_view context) const {
  if (pipeline.commands.empty()) {
    return tokens_.fault(fmt::format("missing value for {}", context));
  }
  for (std::size_t i = 1; i < pipeline.commands.size(); ++i) {
    if (!can_be_called(pipeline.commands[i].operands.front())) {
      return tokens_.fault(fmt::format("non executable command in pipeline stage {}", i + 1));
    }
  }
  return base::ok();
}

// To the `|` behind it, which is taken, or to what closes the pipeline, which is not.
Status PipelineParser::parse_command(Command& command) {
  command.at = tokens_.peek_word().at;
  while (true) {
    if (begins_operand(tokens_.peek_word())) {
      BASE_TRY(parse_operand(command.operands.emplace_back()));
    }
    const auto kind = tokens_.peek().kind;
    if (kind == TokenKind::close || kind == TokenKind::right_parenthesis) {
      break;
    }
    const auto& token = tokens_.take();
    if (kind == TokenKind::pipe) {
      break;
    }
    if (kind != TokenKind::space) {
      return tokens_.unexpected(token, "operand");
    }
  }
  return command.operands.empty() ? Status(tokens_.fault("empty command")) : base::ok();
}

Status PipelineParser::parse_operand(Operand& operand) {
  const auto& token = tokens_.take_word();
  operand.at = token.at;
  BASE_TRY(parse_term(operand, token));
  if (tokens_.peek().kind != TokenKind::field) {
    return base::ok();
  }
  if (!can_be_called(operand)) {
    return tokens_.fault(fmt::format("unexpected . after term {}", quoted(source_of(operand))));
  }
  operand.chain_at = tokens_.peek().at;
  if (operand.kind == OperandKind::dot || operand.kind == OperandKind::variable) {
    operand.at = operand.chain_at;
  }
  while (tokens_.peek().kind == TokenKind::field) {
    operand.fields.push_back(tokens_.take().text);
  }
  return base::ok();
}

Status PipelineParser::parse_term(Operand& operand, const Token& token) {
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
                 : Status(tokens_.fault(fmt::format("undefined variable {}", quoted(token.text))));
    case TokenKind::identifier:
      return parse_identifier(operand, token);
    case TokenKind::left_parenthesis:
      operand.kind = OperandKind::pipeline;
      operand.pipeline = std::make_shared<Pipeline>();
      return parse(*operand.pipeline, "parenthesized pipeline", TokenKind::right_parenthesis);
    case TokenKind::string:
    case TokenKind::raw_string:
    case TokenKind::number:
    case TokenKind::character:
      return parse_literal(operand, token);
    case TokenKind::text:
    case TokenKind::open:
    case TokenKind::close:
    case TokenKind::space:
    case TokenKind::pipe:
    case TokenKind::declare:
    case TokenKind::assign:
    case TokenKind::right_parenthesis:
    case TokenKind::other:
    case TokenKind::end:
    case TokenKind::fault:
      break;
  }
  return tokens_.unexpected(token, "operand");
}

Status PipelineParser::parse_literal(Operand& operand, const Token& token) {
  operand.kind = OperandKind::literal;
  operand.source = token.source;
  if (token.kind == TokenKind::raw_string) {
    operand.value = Value::text(token.text);
    return base::ok();
  }
  if (token.kind == TokenKind::number) {
    const auto number = parse_number(token.text);
    operand.value = number.value_or(Value());
    return number ? base::ok() : Status(tokens_.fault(number_fault(token.text)));
  }
  const bool is_string = token.kind == TokenKind::string;
  const auto text = unescape(token.text, is_string ? '"' : '\'');
  if (!text || (!is_string && text->empty())) {
    return tokens_.fault("invalid syntax");
  }
  if (is_string) {
    operand.value = Value::text(*text);
    return base::ok();
  }
  const auto code = single_code_point(*text);
  if (!code) {
    return tokens_.fault(fmt::format("malformed character constant: {}", token.source));
  }
  operand.value = Value::integer(static_cast<std::int64_t>(*code));
  return base::ok();
}

Status PipelineParser::parse_identifier(Operand& operand, const Token& token) {
  if (token.text == "true" || token.text == "false") {
    operand.kind = OperandKind::literal;
    operand.source = token.text;
    operand.value = Value::boolean(token.text == "true");
    return base::ok();
  }
  if (token.text == "nil") {
    operand.kind = OperandKind::nil;
    return base::ok();
  }
  if (functions_.find(token.text) == functions_.end()) {
    return tokens_.fault(fmt::format("function {} not defined", quoted(token.text)));
  }
  operand.kind = OperandKind::function;
  operand.name = token.text;
  return base::ok();
}

}  // namespace agent::manifest
