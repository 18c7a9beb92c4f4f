#include "agent/manifest/map_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace agent::manifest {
namespace {

using base::data::YamlNode;
using Kind = YamlNode::Kind;

constexpr std::size_t k_most_diagnostics = 500;

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
    : findings_(findings), node_(node), path_(std::move(path)) {}

std::string MapReader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

const YamlNode* MapReader::take(std::string_view key) const {
  if (findings_.notes_asked()) {
    findings_.note_asked(path_of(key));
  }
  const auto* node = node_.find(key);
  return node == nullptr || node->kind == Kind::null ? nullptr : node;
}

bool MapReader::given(std::string_view key) const {
  return take(key) != nullptr;
}

Text MapReader::text(std::string_view key) const {
  const auto* node = take(key);
  return node == nullptr || node->kind != Kind::scalar
             ? Text{{}, path_of(key), node == nullptr ? node_.position : node->position, false}
             : Text{node->text, path_of(key), node->position, true};
}

bool MapReader::boolean(std::string_view key) const {
  const auto* node = take(key);
  return node != nullptr && node->plain && parse_yaml_boolean(node->text).value_or(false);
}

Text MapReader::bool_text(std::string_view key) const {
  auto found = text(key);
  const auto value =
      found.given && take(key)->plain ? parse_yaml_boolean(found.value) : std::nullopt;
  if (value) {
    found.value = *value ? "true" : "false";
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

std::vector<Text> MapReader::texts(std::string_view key) const {
  std::vector<Text> found;
  const auto* node = take(key);
  for (std::size_t i = 0; node != nullptr && i < node->items.size(); ++i) {
    const auto& item = node->items[i];
    // A null in a list of text is an empty text, as for the original's reader.
    found.push_back({item.text, fmt::format("{}[{}]", path_of(key), i), item.position, true});
  }
  return found;
}

std::optional<YamlNode> MapReader::any(std::string_view key) const {
  const auto* node = take(key);
  return node == nullptr ? std::nullopt : std::optional(*node);
}

}  // namespace agent::manifest
