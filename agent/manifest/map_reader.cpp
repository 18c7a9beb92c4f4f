#include "agent/manifest/map_reader.hpp"

#include "agent/manifest/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace agent::manifest {
namespace {

using base::data::YamlNode;
using Kind = YamlNode::Kind;

constexpr std::size_t k_most_diagnostics = 500;

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::scalar:
      return "a single value";
    case Kind::sequence:
      return "a list";
    case Kind::mapping:
      return "a mapping";
  }
  return "";
}

}  // namespace

void Findings::add(Diagnostic diagnostic) {
  // The place beyond the last is an error's: it is never lost to warnings.
  const std::size_t places = k_most_diagnostics + (diagnostic.severity == Severity::error ? 1 : 0);
  if (diagnostics_.size() < places) {
    diagnostics_.push_back(std::move(diagnostic));
  }
}

void Findings::error(std::string_view code, std::string path, Position at, std::string message) {
  add({std::string(code), Severity::error, std::move(path), at, std::move(message)});
}

void Findings::warning(std::string_view code, std::string path, Position at, std::string message) {
  add({std::string(code), Severity::warning, std::move(path), at, std::move(message)});
}

std::vector<Diagnostic> Findings::take() && {
  std::stable_sort(diagnostics_.begin(),
                   diagnostics_.end(),
                   [](const Diagnostic& left, const Diagnostic& right) {
                     return std::tie(left.at.line, left.at.column) <
                            std::tie(right.at.line, right.at.column);
                   });
  return std::move(diagnostics_);
}

MapReader::MapReader(Findings& findings, const YamlNode& node, std::string path)
    : findings_(findings), node_(node), path_(std::move(path)) {
  if (node.kind == Kind::scalar || node.kind == Kind::sequence) {
    findings_.error("type",
                    path_,
                    node.position,
                    fmt::format("must be a mapping of keys, not {}", kind_name(node.kind)));
  }
}

std::string MapReader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

const YamlNode* MapReader::take(std::string_view key) {
  known_.emplace(key);
  const auto* node = node_.find(key);
  return node == nullptr || node->kind == Kind::null ? nullptr : node;
}

bool MapReader::given(std::string_view key) {
  return take(key) != nullptr;
}

Text MapReader::scalar(const YamlNode& node, std::string path) {
  if (node.kind != Kind::scalar) {
    findings_.error("type",
                    path,
                    node.position,
                    fmt::format("must be a single value, not {}", kind_name(node.kind)));
    return {{}, std::move(path), node.position, false};
  }
  return {node.text, std::move(path), node.position, true};
}

Text MapReader::text(std::string_view key) {
  const auto* node = take(key);
  if (node == nullptr) {
    return {{}, path_of(key), node_.position, false};
  }
  return scalar(*node, path_of(key));
}

Text MapReader::required_text(std::string_view key) {
  const auto* node = node_.find(key);
  auto found = text(key);
  if (found.empty() && (node == nullptr || node->kind != Kind::mapping) &&
      (node == nullptr || node->kind != Kind::sequence)) {
    findings_.error("required",
                    found.path,
                    node == nullptr ? node_.position : node->position,
                    fmt::format("is required: add `{}:` with a value", key));
  }
  return found;
}

bool MapReader::boolean(std::string_view key) {
  const auto found = text(key);
  if (!found.given) {
    return false;
  }
  const auto value = node_.find(key)->plain ? parse_yaml_boolean(found.value) : std::nullopt;
  if (!value) {
    findings_.error("type", found, "must be true or false, without quotes");
  }
  return value.value_or(false);
}

Text MapReader::bool_text(std::string_view key) {
  auto found = text(key);
  if (found.empty() || has_template(found.value)) {
    return found;
  }
  const auto value = node_.find(key)->plain ? parse_yaml_boolean(found.value) : std::nullopt;
  if (value) {
    found.value = *value ? "true" : "false";
  } else if (!parse_boolean(found.value)) {
    findings_.error("bool", found, "must be true, false, 1, 0 or a template");
  }
  return found;
}

Text MapReader::unsigned_text(std::string_view key) {
  auto found = text(key);
  if (!found.empty() && !has_template(found.value) && !parse_unsigned(found.value)) {
    findings_.error("uint", found, "must be a whole number, not negative, or a template");
  }
  return found;
}

std::chrono::milliseconds MapReader::duration(std::string_view key,
                                              std::chrono::milliseconds otherwise) {
  const auto found = text(key);
  if (!found.given) {
    return otherwise;
  }
  const auto value = parse_duration(found.value);
  if (!value) {
    findings_.error("slipway-duration", found, "must be a duration such as 10s, 500ms or 1m30s");
  }
  return value.value_or(otherwise);
}

const YamlNode* MapReader::sequence(std::string_view key) {
  const auto* node = take(key);
  if (node != nullptr && node->kind != Kind::sequence) {
    findings_.error("type",
                    path_of(key),
                    node->position,
                    fmt::format("must be a list, not {}", kind_name(node->kind)));
    return nullptr;
  }
  return node;
}

bool MapReader::present(const YamlNode& item, const std::string& path) {
  if (item.kind != Kind::null) {
    return true;
  }
  findings_.error("exists", path, item.position, "is empty: remove the dash or give it a value");
  return false;
}

std::vector<Text> MapReader::texts(std::string_view key) {
  std::vector<Text> found;
  const auto* node = sequence(key);
  for (std::size_t i = 0; node != nullptr && i < node->items.size(); ++i) {
    const auto& item = node->items[i];
    auto item_path = fmt::format("{}[{}]", path_of(key), i);
    // A null in a list of text is an empty text, as for the original's reader.
    found.push_back(item.kind == Kind::null ? Text{{}, std::move(item_path), item.position, true}
                                            : scalar(item, std::move(item_path)));
  }
  return found;
}

std::optional<YamlNode> MapReader::any(std::string_view key) {
  const auto* node = take(key);
  return node == nullptr ? std::nullopt : std::optional(*node);
}

void MapReader::ignore(std::initializer_list<std::string_view> keys) {
  for (const auto key : keys) {
    known_.emplace(key);
  }
}

void MapReader::finish() {
  for (const auto& entry : node_.entries) {
    if (known_.find(entry.key) == known_.end()) {
      findings_.warning("unknown-key",
                        path_of(entry.key),
                        entry.key_position,
                        "is no key of the language here and is ignored: check its spelling");
    }
  }
}

}  // namespace agent::manifest
