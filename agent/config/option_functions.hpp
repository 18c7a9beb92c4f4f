#pragma once
// The ConfigOption functions over any way to look a value up. Inside this library only.

#include "agent/base/core/result.hpp"
#include "agent/manifest/template_function.hpp"

#include <functional>
#include <string>

namespace agent::config {

using OptionLookup = std::function<base::Result<std::string>(const std::string& name)>;

manifest::FunctionTable option_functions(const OptionLookup& value_of, OptionLookup data_of);

}  // namespace agent::config
