#pragma once
// `when` of groups, items, choices and tests. Inside this library only.

#include "agent/base/core/result.hpp"
#include "agent/config/option_functions.hpp"

#include <string_view>

namespace agent::config {

// What a `when` says after its templates are expanded: a boolean, `item=value`, `item!=value`, or
// an item that is on; empty is true. Errors: those of `value_of`.
base::Result<bool> holds(std::string_view condition, const OptionLookup& value_of);

}  // namespace agent::config
