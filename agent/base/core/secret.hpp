#pragma once

#include <fmt/core.h>

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

}  // namespace base

template <>
struct fmt::formatter<base::Secret> : fmt::formatter<fmt::string_view> {
  template <typename Context>
  auto format(const base::Secret& /*secret*/, Context& context) const {
    return fmt::formatter<fmt::string_view>::format("***", context);
  }
};
