#include "agent/config/exported.hpp"

#include "agent/base/crypto/encoding.hpp"
#include "agent/base/data/json.hpp"
#include "agent/base/data/json_reader.hpp"

#include <nlohmann/json.hpp>

namespace agent::config {
namespace {

void read_data(base::data::JsonReader& reader, Change& change) {
  const auto encoded = reader.optional_string("data");
  if (!encoded) {
    return;
  }
  if (auto data = base::crypto::base64_decode(*encoded)) {
    change.data = *std::move(data);
  } else {
    reader.fail("data", "base64");
  }
}

}  // namespace

base::Result<Changes> changes_from_export(std::string_view text) {
  constexpr base::data::JsonLimits k_limits{.max_bytes = std::size_t{64} << 20U, .max_depth = 8};
  BASE_TRY_ASSIGN(const auto json, base::data::parse_json(text, k_limits));
  Changes changes;
  base::data::JsonReader reader(json, "$");
  for (const auto& [name, value] : json.items()) {
    auto& change = changes[name];
    if (value.is_string()) {
      change.value = value.get<std::string>();
      continue;
    }
    reader.object(name, [&](base::data::JsonReader& item) {
      change.value = item.optional_string("value");
      read_data(item, change);
    });
  }
  BASE_TRY(reader.finish());
  return changes;
}

}  // namespace agent::config
