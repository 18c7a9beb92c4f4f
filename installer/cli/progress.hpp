#pragma once
// What an operation is doing, for a person who waits.

#include "agent/base/data/json.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace installer::cli {

using base::data::Json;

// Turns one state of an operation after the other into text. On a terminal the lines of steps under
// way are drawn over again; elsewhere each change is a line of its own. Pure: it prints nothing.
class Progress {
 public:
  enum class Kind { terminal, lines };
  Progress(Kind kind, std::size_t columns) : kind_(kind), columns_(columns) {}

  // The bytes to print for this state. `operation` is an Operation of the API.
  std::string update(const Json& operation);
  // Takes away what is drawn over, so that other text can follow.
  std::string clear();

 private:
  std::vector<std::string> changes(const Json& operation);
  [[nodiscard]] std::vector<std::string> under_way(const Json& operation) const;
  [[nodiscard]] std::string fitted(std::string line) const;

  Kind kind_;
  std::size_t columns_;
  std::size_t drawn_ = 0;                     // Lines at the end that are drawn over.
  std::map<std::string, std::string> known_;  // Step to its state.
  std::string state_;                         // Of the operation.
  std::string waiting_;
};

// "created container registry (not there)"
std::string step_text(const Json& step);
// The last words about an operation that has ended.
std::string verdict_text(const Json& operation);
// A plan, one line a step.
std::string plan_text(const Json& plan);

}  // namespace installer::cli
