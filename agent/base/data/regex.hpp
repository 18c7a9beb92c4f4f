#pragma once
// Regular expressions of RE2, the language of Go's `regexp`: matching takes time in proportion to
// the text, whatever the pattern.

#include "agent/base/core/result.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base::data {

class Regex {
 public:
  // Errors: invalid_input in the words of Go's regexp; too_large for a pattern that needs more
  // memory than one from outside may have.
  static Result<Regex> compile(std::string_view pattern);

  Regex(Regex&& other) noexcept;
  Regex& operator=(Regex&& other) noexcept;
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;
  ~Regex();

  // What the whole pattern matched and what its groups did, as views into the text; a group that
  // took no part has no data.
  using Match = std::vector<std::string_view>;

  // The leftmost match that begins at `from` or after it. `groups`: how many of them are wanted.
  [[nodiscard]] std::optional<Match> find(std::string_view text,
                                          std::size_t from,
                                          std::size_t groups = 0) const;

  [[nodiscard]] std::size_t group_count() const;
  [[nodiscard]] std::optional<std::size_t> group_number(const std::string& name) const;
  // Instructions of the compiled pattern: what a character may cost at most.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Impl;
  explicit Regex(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

// The pattern that matches the text and nothing else.
[[nodiscard]] std::string quoted_for_regex(std::string_view text);

}  // namespace base::data
