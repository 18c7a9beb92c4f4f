#include "agent/manifest/json_schema.hpp"

#include "agent/base/data/json.hpp"
#include "agent/manifest/language.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace agent::manifest {
namespace {

using base::data::Json;

// Text without quotes is a number or a Boolean to an editor.
Json scalar() {
  return {{"type", {"string", "number", "boolean", "null"}}};
}

// Rules that JSON Schema can say. A template may stand wherever the daemon lets one.
constexpr std::array<std::pair<std::string_view, const char*>, 6> k_patterns = {{
    {"apiversion", R"(^[0-9]+\.[0-9]+\.[0-9]+([-+].*)?$)"},
    {"absolutepath", R"(^(/|\{\{repl ))"},
    {"shellalias", "^[A-Za-z0-9_-]*$"},
    {"url", "^([hH][tT][tT][pP][sS]?://.+)?$"},
    {"isempty", "^$"},
    {"graphiteretention", R"(^([+-]?[0-9]+[smhdy]:[+-]?[0-9]+[smhdy](,|$))*$)"},
}};

// Rules that leave the words of `in:` only.
constexpr std::array<std::string_view, 3> k_closed = {
    "configitemtype", "swarmnoderole", "clusterstrategy"};

bool has_rule(const LanguageKey& key, std::string_view rule) {
  return std::find(key.rules.begin(), key.rules.end(), rule) != key.rules.end();
}

Json text_schema(const LanguageKey& key) {
  auto text = scalar();
  for (const auto& [rule, pattern] : k_patterns) {
    if (has_rule(key, rule)) {
      text["pattern"] = pattern;
    }
  }
  if (key.words.empty()) {
    return text;
  }
  auto words = Json::array();
  for (const auto word : key.words) {
    words.push_back(word);
  }
  const bool closed = std::any_of(
      k_closed.begin(), k_closed.end(), [&](std::string_view rule) { return has_rule(key, rule); });
  if (closed) {
    return {{"enum", std::move(words)}};
  }
  // An editor offers the words; others are right all the same.
  return {{"anyOf", {{{"enum", std::move(words)}}, std::move(text)}}};
}

Json reference(const LanguageKey& key) {
  const Json record{{"$ref", fmt::format("#/definitions/{}", key.type->name)}};
  return key.type->name == "Message" ? Json{{"anyOf", {record, scalar()}}}
                                     : Json{{"anyOf", {record, {{"type", "null"}}}}};
}

Json list_of(Json items) {
  return {{"type", {"array", "null"}}, {"items", std::move(items)}};
}

Json records_schema(const LanguageKey& key) {
  return list_of(key.null_items == NullItems::refused
                     ? Json{{"$ref", fmt::format("#/definitions/{}", key.type->name)}}
                     : reference(key));
}

Json kind_schema(const LanguageKey& key) {
  switch (key.kind) {
    case KeyKind::text:
      return text_schema(key);
    case KeyKind::boolean:
      return {{"type", {"boolean", "null"}}};
    case KeyKind::integer:
      return {{"type", {"number", "null"}}};
    case KeyKind::unsigned_integer:
      return {{"type", {"number", "null"}}, {"minimum", 0}};
    case KeyKind::port:
      return {{"type", {"number", "null"}}, {"minimum", 0}, {"maximum", 65'535}};
    case KeyKind::real:
      return {{"type", {"number", "null"}}};
    case KeyKind::bool_text:
    case KeyKind::unsigned_text:
      return scalar();
    case KeyKind::any:
      return Json::object();
    case KeyKind::texts:
      return list_of(scalar());
    case KeyKind::text_map:
      return {{"type", {"object", "null"}}, {"additionalProperties", scalar()}};
    case KeyKind::any_map:
      return {{"type", {"object", "null"}}};
    case KeyKind::record:
      return reference(key);
    case KeyKind::records:
      return records_schema(key);
  }
  return Json::object();
}

Json key_schema(const LanguageKey& key) {
  auto schema = kind_schema(key);
  schema["description"] = key.description;
  if (has_rule(key, "min")) {
    schema["minItems"] = 1;
  }
  return schema;
}

Json type_schema(const LanguageType& type) {
  Json schema{{"type", "object"},
              {"description", type.description},
              {"properties", Json::object()},
              {"additionalProperties", false}};
  auto required = Json::array();
  for (const auto& key : type.keys) {
    schema["properties"][std::string(key.name)] = key_schema(key);
    if (has_rule(key, "required")) {
      required.push_back(key.name);
    }
  }
  if (!required.empty()) {
    schema["required"] = std::move(required);
  }
  return schema;
}

}  // namespace

std::string json_schema() {
  auto schema = type_schema(language());
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  schema["title"] = "Slipway manifest";
  for (const auto& type : language_types()) {
    if (&type != &language()) {
      schema["definitions"][std::string(type.name)] = type_schema(type);
    }
  }
  return base::data::pretty(schema);
}

}  // namespace agent::manifest
