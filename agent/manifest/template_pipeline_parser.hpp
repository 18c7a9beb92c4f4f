#pragma once

#include "agent/base/core/result.hpp"
#include "agent/manifest/template_ast.hpp"
#include "agent/manifest/template_function.hpp"
#include "agent/manifest/template_tokens.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace agent::manifest {

// What the place that is being parsed stands in.
struct ParseScope {
  std::vector<std::string> variables{"$"};  // Declared and visible here.
  int nesting = 0;
  int loops = 0;  // Ranges around it.

  [[nodiscard]] bool declares(const std::string& variable) const;
};

// The part of the parser between the words of an action and its end: `$x := f .a | g`.
class PipelineParser {
 public:
  PipelineParser(TokenReader& tokens, ParseScope& scope, const FunctionTable& functions)
      : tokens_(tokens), scope_(scope), functions_(functions) {}

  // To the token `closing`, which is taken. What it declares is visible in the scope from then on.
  base::Status parse(Pipeline& pipeline, std::string_view context, TokenKind closing);
  // One level deeper; whoever leaves counts down.
  base::Status enter();

 private:
  base::Status parse_declaration(Pipeline& pipeline, std::string_view context);
  base::Status parse_second_variable(Pipeline& pipeline, std::string_view context);
  base::Status parse_commands(Pipeline& pipeline, std::string_view context, TokenKind closing);
  [[nodiscard]] base::Status check(const Pipeline& pipeline, std::string_view context) const;
  base::Status parse_command(Command& command);
  base::Status parse_operand(Operand& operand);
  base::Status parse_term(Operand& operand, const Token& token);
  base::Status parse_identifier(Operand& operand, const Token& token);
  base::Status parse_literal(Operand& operand, const Token& token);

  TokenReader& tokens_;
  ParseScope& scope_;
  const FunctionTable& functions_;
};

}  // namespace agent::manifest
