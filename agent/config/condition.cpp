#include "agent/config/condition.hpp"

#include "agent/manifest/scalars.hpp"

#include <string>

namespace agent::config {

base::Result<bool> holds(std::string_view condition, const OptionLookup& value_of) {
  if (const auto boolean = manifest::parse_boolean(condition)) {
    return *boolean;
  }
  if (condition.empty()) {
    return true;
  }
  const std::size_t equals = condition.find('=');
  auto item = condition.substr(0, equals);
  const bool negated = equals != std::string_view::npos && item.ends_with('!');
  item.remove_suffix(negated ? 1 : 0);
  BASE_TRY_ASSIGN(const auto value, value_of(std::string(item)));
  if (equals == std::string_view::npos) {
    return manifest::parse_boolean(value).value_or(!value.empty());
  }
  return (value == condition.substr(equals + 1)) != negated;
}

}  // namespace agent::config
