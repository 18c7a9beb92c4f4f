#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace installer::cli {

// The command line as data: what completions and documentation are made of.
struct OptionDescription {
  std::string names;  // "-f,--follow"
  std::string value;  // "N"; empty for a flag.
  std::string help;
};

struct VerbDescription {
  std::string name;   // "operation show"
  std::string usage;  // "slipway operation show [OPTIONS] ID"
  std::string help;
  std::vector<OptionDescription> options;
  bool takes_component = false;  // Its first argument is a component's name.
  bool takes_file = false;
};

// For "bash", "zsh" or "fish"; nothing for another shell.
std::optional<std::string> completion_script(std::string_view shell,
                                             const std::vector<VerbDescription>& verbs);

// docs/cli.md
std::string reference_markdown(const std::vector<VerbDescription>& verbs);

// As in --help and docs/cli.md.
std::string exit_code_table();

}  // namespace installer::cli
