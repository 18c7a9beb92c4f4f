#pragma once
// A parsed template. Plain data: the parser makes it, the evaluator walks it.

#include "agent/manifest/template_lexer.hpp"
#include "agent/manifest/template_value.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace agent::manifest {

struct Pipeline;

enum class OperandKind { dot, nil, literal, variable, function, pipeline };

// What a command is made of, with the chain of `.fields` behind it: `.a.b` is dot with two fields.
struct Operand {
  OperandKind kind = OperandKind::dot;
  TemplateLocation at;
  std::string name;                    // variable (with `$`), function
  Value value;                         // literal
  std::shared_ptr<Pipeline> pipeline;  // in parentheses
  std::vector<std::string> fields;
};

// The first operand is called with the others, or stands alone.
struct Command {
  std::vector<Operand> operands;
};

struct Pipeline {
  TemplateLocation at;
  std::vector<std::string> variables;  // Those before `:=` or `=`; two only in a range.
  bool assigns = false;                // `=`: the variables exist already.
  std::vector<Command> commands;
};

struct Node;
using NodeList = std::vector<Node>;

struct TextNode {
  std::string text;
};
struct ActionNode {
  Pipeline pipeline;
};
enum class BranchKind { if_true, range, with };
struct BranchNode {
  BranchKind kind = BranchKind::if_true;
  Pipeline pipeline;
  NodeList body;
  NodeList otherwise;
};
struct TemplateNode {
  TemplateLocation at;
  std::string name;
  std::optional<Pipeline> argument;
};

struct Node {
  std::variant<TextNode, ActionNode, BranchNode, TemplateNode> content;
};

struct ParsedTemplate {
  NodeList root;
  std::map<std::string, NodeList> definitions;  // {{repl define "name"}}
};

}  // namespace agent::manifest
