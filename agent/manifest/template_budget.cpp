#include "agent/manifest/template_budget.hpp"

#include <fmt/format.h>

namespace agent::manifest {

base::Error TemplateBudget::exceeded(TemplateLocation at, std::string_view what) {
  auto error = template_error(at, what);
  error.code = base::ErrorCode::too_large;
  error.reason = "template_limit";
  error.hint = "Make the template's loops and texts smaller.";
  return error;
}

base::Status TemplateBudget::charge(TemplateLocation at, std::size_t cost) {
  auto& spent = limits_.spent != nullptr ? *limits_.spent : steps_;
  if (spent > limits_.steps || cost > limits_.steps - spent) {
    return exceeded(at, fmt::format("more than {} steps", limits_.steps));
  }
  spent += cost;
  return base::ok();
}

}  // namespace agent::manifest
