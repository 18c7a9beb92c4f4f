#include "agent/manifest/template_budget.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::manifest {
namespace {

constexpr const char* k_hint = "Make the template's loops and texts smaller.";

}  // namespace

base::Error TemplateBudget::exceeded(std::string_view what) {
  return {base::ErrorCode::too_large, std::string(what), k_hint, "template_limit"};
}

base::Status TemplateBudget::charge(std::size_t cost) {
  auto& steps = spent();
  if (cost > left()) {
    steps = limits_.steps;
    return exceeded(fmt::format("more than {} steps", limits_.steps));
  }
  steps += cost;
  return base::ok();
}

std::size_t TemplateBudget::left() const noexcept {
  const std::size_t steps = limits_.spent != nullptr ? *limits_.spent : steps_;
  return limits_.steps - std::min(steps, limits_.steps);
}

void TemplateBudget::set_left(std::size_t left) noexcept {
  spent() = limits_.steps - std::min(left, limits_.steps);
}

base::Status FunctionCall::spend(std::size_t count) const {
  if (steps == nullptr) {
    return base::ok();
  }
  if (count > *steps) {
    *steps = 0;
    return TemplateBudget::exceeded("it would take more steps than a template has");
  }
  *steps -= count;
  return base::ok();
}

base::Error text_too_long() {
  return TemplateBudget::exceeded("the text is longer than a template may make");
}

}  // namespace agent::manifest
