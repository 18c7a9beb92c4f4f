#pragma once

#include <string>
#include <utility>

namespace base {

// Text that must not be shown. It prints as `***`; `reveal` is the one way to the value, so that a
// search for the word finds every place where a secret leaves its wrapper.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  [[nodiscard]] const std::string& reveal() const noexcept { return value_; }
  [[nodiscard]] bool empty() const noexcept { return value_.empty(); }

 private:
  std::string value_;
};

// Found by fmt through argument-dependent lookup.
constexpr const char* format_as(const Secret& /*secret*/) noexcept {
  return "***";
}

}  // namespace base
