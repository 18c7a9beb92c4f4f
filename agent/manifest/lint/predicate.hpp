#pragma once
// The small language in which the original's rules are written: what a rule looks for, combined.
// A predicate says whether it matches, and at which paths; how paths add up is part of the results.

#include "agent/manifest/lint/value.hpp"

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::manifest::lint {

struct Match {
  bool matched = false;
  // Nothing is not the same as none: see `negation`.
  std::optional<std::vector<std::string>> paths;
  // The original came upon something that it was not made for, and skipped the rule.
  bool broken = false;
};

using Predicate = std::function<Match(const Value&)>;
using Pattern = bool (*)(std::string_view);

// The paths of all, when all match.
Predicate all_of(std::vector<Predicate> predicates);
// The first that matches.
Predicate first_of(std::vector<Predicate> predicates);
Predicate negation(Predicate predicate);
// Of the items of a list at a path, those that match; a match without a path is none.
Predicate some(std::string path, Predicate item);
Predicate inside(std::string path, Predicate predicate);

Predicate exists(std::string path);
Predicate truthy(std::string path);
Predicate falsy(std::string path);
Predicate is_empty(std::string path);
Predicate equals_number(std::string path, double number);
Predicate equals_text(std::string path, std::string text);
Predicate differs_from(std::string path, std::string text);
// Not a number counts as greater, and as less.
Predicate greater(std::string path, double limit);
Predicate less(std::string path, double limit);

// The value as text, "undefined" when it is missing.
Predicate matches(std::string path, Pattern pattern);
Predicate lacks(std::string path, Pattern pattern);
// Text that fits; whatever is no text does not.
Predicate is_no(std::string path, Pattern pattern);

Predicate is_no_bool_text(std::string path);
Predicate is_no_unsigned(std::string path);
Predicate is_no_quantity(std::string path);
Predicate is_no_url(std::string path);
Predicate is_no_version(std::string path);
Predicate is_no_range(std::string path);
// More than one item of a list is among these.
Predicate more_than_one_of(std::vector<std::string> texts);

}  // namespace agent::manifest::lint
