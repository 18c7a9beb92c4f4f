#pragma once
// What can be said about a `when` without the settings that its template asks for.

#include "agent/manifest/container.hpp"

#include <string>

namespace agent::manifest::lint {

struct Condition {
  bool never = false;
  std::string terms;  // The templates of all that must hold; empty for what always does.
};

Condition condition_of(const Text& when);
Condition both(Condition outer, const Condition& inner);

// May there be a moment at which both hold? Two different templates are taken to exclude each
// other, as in the alternatives of one list.
bool may_coincide(const Condition& a, const Condition& b);

}  // namespace agent::manifest::lint
