#include "agent/base/data/yaml.hpp"

#include "agent/base/data/yaml_block_reader.hpp"
#include "agent/base/data/yaml_event_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace base::data {
namespace {

// yaml-cpp scans a whole line of opening brackets before its parser sees the first, at some 200
// bytes of memory each. Whoever counts them without reading the language counts some inside text
// too, so the limit is far beyond what a document or a script in it leaves open.
constexpr std::size_t k_most_open_brackets = 20'000;

bool has_too_many_brackets(std::string_view text) {
  std::size_t open = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') {
      ++open;
    } else if ((c == ']' || c == '}') && open > 0) {
      --open;
    }
    if (open > k_most_open_brackets) {
      return true;
    }
  }
  return false;
}

std::optional<Error> size_fault(std::string_view text, const YamlLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Error{ErrorCode::too_large,
                 fmt::format("YAML of {} bytes; {} are allowed", text.size(), limits.max_bytes)};
  }
  if (has_too_many_brackets(text)) {
    return Error{ErrorCode::too_large,
                 fmt::format("YAML leaves more than {} brackets open", k_most_open_brackets)};
  }
  return std::nullopt;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found = std::find_if(
      entries.begin(), entries.end(), [&](const YamlEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

Result<std::vector<YamlNode>> parse_yaml_documents(std::string_view text,
                                                   const YamlLimits& limits) {
  if (auto fault = size_fault(text, limits)) {
    return *std::move(fault);
  }
  if (auto document = YamlBlockReader(text, limits).read()) {
    std::vector<YamlNode> documents;
    documents.push_back(*std::move(document));
    return documents;
  }
  return read_yaml_events(text, limits);
}

Result<FirstYaml> parse_first_yaml(std::string_view text, const YamlLimits& limits) {
  if (auto fault = size_fault(text, limits)) {
    return *std::move(fault);
  }
  if (auto document = YamlBlockReader(text, limits).read()) {
    return FirstYaml{*std::move(document), {}};
  }
  return read_first_yaml_events(text, limits);
}

Result<YamlNode> parse_yaml(std::string_view text, const YamlLimits& limits) {
  BASE_TRY_ASSIGN(auto documents, parse_yaml_documents(text, limits));
  if (documents.size() > 1) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("{} YAML documents where one is expected", documents.size())};
  }
  return documents.empty() ? YamlNode{} : std::move(documents.front());
}

}  // namespace base::data
