#pragma once

#include "agent/base/core/result.hpp"
#include "agent/manifest/template_evaluator.hpp"

#include <cstddef>
#include <string_view>

namespace agent::manifest {

// What the evaluation of a template may still cost.
class TemplateBudget {
 public:
  explicit TemplateBudget(const TemplateLimits& limits) : limits_(limits) {}

  // Steps for handling so many bytes.
  [[nodiscard]] static std::size_t cost_of(std::size_t bytes) noexcept { return bytes / 64; }

  // Errors: too_large with reason "template_limit"; as a function's, without a place.
  base::Status charge(std::size_t cost);
  static base::Error exceeded(std::string_view what);

  [[nodiscard]] std::size_t left() const noexcept;
  void set_left(std::size_t left) noexcept;

  [[nodiscard]] const TemplateLimits& limits() const noexcept { return limits_; }

 private:
  [[nodiscard]] std::size_t& spent() noexcept {
    return limits_.spent != nullptr ? *limits_.spent : steps_;
  }

  const TemplateLimits& limits_;
  std::size_t steps_ = 0;
};

}  // namespace agent::manifest
