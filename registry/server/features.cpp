#include "registry/server/features.hpp"

#include "agent/base/data/yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace registry::server {
namespace {

using base::data::YamlNode;

struct Met {
  std::string_view key;
  std::string_view value;
};

// What holds without any feature.
constexpr std::array k_met{Met{"access.website_accounts", "false"},
                           Met{"access.search_scoped", "true"},
                           Met{"access.publish", "all"},
                           Met{"authentication.kind", "accounts"},
                           Met{"upstream.policy", "none"}};

bool is_met(std::string_view key, const YamlNode& node) {
  return node.text.empty() || std::any_of(k_met.begin(), k_met.end(), [&](const Met& met) {
           return met.key == key && met.value == node.text;
         });
}

base::Error fault(const YamlNode& node, std::string_view what) {
  return {base::ErrorCode::invalid_input,
          fmt::format("line {}, column {}: {}", node.position.line, node.position.column, what)};
}

base::Status collect(const YamlNode& node,
                     const std::string& path,
                     std::vector<std::string>& keys) {
  for (const auto& entry : node.entries) {
    const auto key = path.empty() ? entry.key : fmt::format("{}.{}", path, entry.key);
    if (entry.value.kind == YamlNode::Kind::sequence) {
      return fault(entry.value, fmt::format("{} is a list", key));
    }
    BASE_TRY(collect(entry.value, key, keys));
    if (entry.value.kind == YamlNode::Kind::scalar && !is_met(key, entry.value)) {
      keys.push_back(key);
    }
  }
  return base::ok();
}

}  // namespace

base::Result<std::vector<std::string>> unmet_features(std::string_view text) {
  BASE_TRY_ASSIGN(const auto document, base::data::parse_yaml(text));
  if (document.kind == YamlNode::Kind::scalar || document.kind == YamlNode::Kind::sequence) {
    return fault(document, "the features must be a mapping");
  }
  std::vector<std::string> keys;
  BASE_TRY(collect(document, "", keys));
  return keys;
}

}  // namespace registry::server
