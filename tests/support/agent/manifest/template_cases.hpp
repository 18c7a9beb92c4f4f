#pragma once
// Tables of templates and what comes of them, as text:
//
//   # a heading
//   {{repl print 1}}
//   = 1
//   {{repl nope}}
//   ! template: value:1: function "nope" not defined
//
// `¶` stands for a line break on both sides; blanks at the end of a result are left out.

#include "agent/base/core/result.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

struct TemplateCase {
  std::string text;
  bool fails = false;
  std::string expected;
};

inline std::string with_line_breaks(std::string text) {
  constexpr std::string_view k_mark = "¶";
  for (std::size_t at = text.find(k_mark); at != std::string::npos; at = text.find(k_mark, at)) {
    text.replace(at, k_mark.size(), "\n");
  }
  return text;
}

inline std::vector<TemplateCase> template_cases(const std::string& table) {
  std::vector<TemplateCase> cases;
  std::istringstream lines(table);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.starts_with('#')) {
      continue;
    }
    if (line == "=" || line.starts_with("= ") || line.starts_with("! ")) {
      cases.push_back({with_line_breaks(text),
                       line.starts_with('!'),
                       with_line_breaks(line.size() > 2 ? line.substr(2) : "")});
    } else {
      text = line;
    }
  }
  return cases;
}

// Runs every case; gives how many there were.
inline std::size_t check_template_cases(
    const std::string& table,
    const std::function<base::Result<std::string>(const std::string&)>& expand) {
  const auto cases = template_cases(table);
  for (const auto& row : cases) {
    const auto& text = row.text;
    CAPTURE(text);

    const auto result = expand(text);

    CHECK(result.has_value() != row.fails);
    auto outcome = result ? *result : result.error().message;
    outcome.erase(outcome.find_last_not_of(' ') + 1);
    CHECK(outcome == row.expected);
  }
  return cases.size();
}

}  // namespace tests
