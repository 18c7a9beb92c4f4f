#include "agent/manifest/lint/own_rules_conditions.hpp"

namespace agent::manifest::lint {

Condition condition_of(const Text& when) {
  if (when.empty()) {
    return {};
  }
  if (const auto constant = parse_boolean(when.value)) {
    return {!*constant, ""};
  }
  return {false, when.value};
}

Condition both(Condition outer, const Condition& inner) {
  outer.never = outer.never || inner.never;
  if (outer.terms != inner.terms) {
    outer.terms += (outer.terms.empty() || inner.terms.empty() ? "" : "\n") + inner.terms;
  }
  return outer;
}

bool may_coincide(const Condition& a, const Condition& b) {
  return !a.never && !b.never && (a.terms.empty() || b.terms.empty() || a.terms == b.terms);
}

}  // namespace agent::manifest::lint
