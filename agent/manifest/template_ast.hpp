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
  TemplateLocation chain_at;           // Of the first field behind a function or parentheses.
  std::string name;                    // variable (with `$`), function
  std::string source;                  // literal, as written
  Value value;                         // literal
  std::shared_ptr<Pipeline> pipeline;  // in parentheses
  std::vector<std::string> fields;
};

// The first operand is called with the others, or stands alone.
struct Command {
  TemplateLocation at;
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

enum class LoopExit { break_loop, continue_loop };
struct LoopNode {
  LoopExit exit = LoopExit::break_loop;
};

struct Node {
  std::variant<TextNode, ActionNode, BranchNode, TemplateNode, LoopNode> content;
};

struct Definition {
  NodeList body;
  bool empty = false;  // Nothing but blanks.
};

struct ParsedTemplate {
  NodeList root;
  std::map<std::string, Definition> definitions;  // {{repl define "name"}}
};

}  // namespace agent::manifest
