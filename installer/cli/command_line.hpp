#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "installer/cli/completion.hpp"
#include "installer/cli/context.hpp"

namespace installer::cli {

struct Parsed {
  std::optional<int> exit_code;  // Everything is said: help, or wrong usage.
  std::string socket;
  Format format = Format::text;
  std::function<int(Context&)> run;
};

// Verbs, options and what they do. `default_socket` is where the agent is unless --socket says so.
class CommandLine {
 public:
  explicit CommandLine(std::string default_socket);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  CommandLine(CommandLine&&) = delete;
  CommandLine& operator=(CommandLine&&) = delete;
  ~CommandLine();

  // Help and complaints go to standard output and error.
  Parsed parse(int argc, const char* const* argv);
  // What --help of the whole command prints.
  [[nodiscard]] std::string help() const;
  [[nodiscard]] std::vector<VerbDescription> describe() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace installer::cli
