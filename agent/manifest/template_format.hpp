#pragma once
// Values as text, the way Go's fmt prints them.

#include "agent/base/core/result.hpp"
#include "agent/manifest/template_value.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace agent::manifest {

// Text that may not grow beyond a limit; what does not fit is dropped and remembered.
class BoundedText {
 public:
  explicit BoundedText(std::size_t most) : most_(most) {}

  void append(std::string_view text);
  void append(std::size_t count, char c);
  [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }
  [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }
  [[nodiscard]] std::string take() && { return std::move(text_); }

 private:
  std::string text_;
  std::size_t most_;
  bool overflowed_ = false;
};

// As Go's %v: `[a b]`, `map[k:v]` with sorted keys, floats in the shortest form that reads back.
void append_plain(BoundedText& out, const Value& value);

// As Go's %v of a float64: exponents below -4 and from 6 on.
std::string plain_real(double value);

// As Go's fmt.Sprintf: flags `+-# 0`, width, precision, `*`, and the verbs v d s q t f e g x X o b
// c U T. What does not fit a verb prints as Go's `%!d(string=x)`.
void append_formatted(BoundedText& out, std::string_view format, std::span<const Value> arguments);

}  // namespace agent::manifest
