#include "agent/config/option_functions.hpp"
#include "agent/config/settings.hpp"

#include <utility>

namespace agent::config {

using manifest::FunctionCall;
using manifest::Value;

manifest::FunctionTable option_functions(const OptionLookup& value_of, OptionLookup data_of) {
  const auto name_in = [](const FunctionCall& call) -> base::Result<std::string> {
    for (const auto& argument : call.arguments) {
      if (argument.kind() != manifest::ValueKind::text) {
        return manifest::argument_error("the arguments must be strings");
      }
    }
    return call.arguments[0].as_text();
  };
  const auto reading = [name_in](OptionLookup look_up) {
    return
        [name_in, look_up = std::move(look_up)](const FunctionCall& call) -> base::Result<Value> {
          BASE_TRY_ASSIGN(const auto name, name_in(call));
          BASE_TRY_ASSIGN(auto value, look_up(name));
          return Value::text(std::move(value));
        };
  };
  const auto comparing = [name_in, value_of](bool wanted) {
    return [name_in, value_of, wanted](const FunctionCall& call) -> base::Result<Value> {
      BASE_TRY_ASSIGN(const auto name, name_in(call));
      BASE_TRY_ASSIGN(const auto value, value_of(name));
      return Value::boolean((value == call.arguments[1].as_text()) == wanted);
    };
  };
  manifest::FunctionTable table;
  table["ConfigOption"] = {1, 1, reading(value_of)};
  table["ConfigOptionData"] = {1, 1, reading(std::move(data_of))};
  table["ConfigOptionEquals"] = {2, 2, comparing(true)};
  table["ConfigOptionNotEquals"] = {2, 2, comparing(false)};
  return table;
}

manifest::FunctionTable setting_functions(const ResolvedSettings& settings) {
  const auto field = [&settings](std::string ResolvedItem::*member) -> OptionLookup {
    return [&settings, member](const std::string& name) -> base::Result<std::string> {
      const auto found = settings.items.find(name);
      return found == settings.items.end() ? std::string() : found->second.*member;
    };
  };
  return option_functions(field(&ResolvedItem::value), field(&ResolvedItem::data));
}

}  // namespace agent::config
