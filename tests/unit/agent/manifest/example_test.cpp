#include "agent/base/data/json.hpp"
#include "agent/base/data/yaml.hpp"
#include "agent/manifest/document.hpp"
#include "tests/support/corpus.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace {

using base::data::Json;
using base::data::YamlNode;

const std::filesystem::path k_source_dir = SLIPWAY_SOURCE_DIR;

// A schema at `$ref`, which points into the same document.
const Json& resolved(const Json& root, const Json& schema) {
  if (schema.contains("$ref")) {
    return root.at(Json::json_pointer(schema["$ref"].get<std::string>().substr(1)));
  }
  return schema;
}

// Every key of the document that the schema does not name, as a path.
void unknown_keys(const Json& root,
                  const Json& schema_or_reference,
                  const YamlNode& node,
                  const std::string& path,
                  std::string& out) {
  const auto& schema = resolved(root, schema_or_reference);
  for (const auto& entry : node.entries) {
    const auto inner = path + "." + entry.key;
    if (schema.contains("properties") && schema["properties"].contains(entry.key)) {
      unknown_keys(root, schema["properties"][entry.key], entry.value, inner, out);
    } else if (!schema.contains("additionalProperties") ||
               schema["additionalProperties"] == false) {
      out += inner + "\n";
    }
  }
  for (const auto& item : node.items) {
    unknown_keys(root, schema.value("items", Json::object()), item, path + "[]", out);
  }
}

Json read_schema() {
  const auto json = base::data::parse_json(
      tests::file_text(k_source_dir / "manifests/schema/slipway.schema.json"));
  REQUIRE(json);
  return *json;
}

TEST_SUITE_BEGIN("manifest.examples");

TEST_CASE("the npm registry's manifest is read without a finding") {
  const auto text = tests::file_text(k_source_dir / "manifests/npm-registry/1.0.0.yaml");

  const auto outcome = agent::manifest::read_manifest(text);

  std::string findings;
  for (const auto& diagnostic : outcome.diagnostics) {
    findings += to_string(diagnostic) + "\n";
  }
  CHECK(findings.empty());
  CHECK(outcome.manifest.components.size() == 3);
}

TEST_CASE("the schema knows every key of the npm registry's manifest") {
  const auto schema = read_schema();
  const auto document =
      base::data::parse_yaml(tests::file_text(k_source_dir / "manifests/npm-registry/1.0.0.yaml"));
  REQUIRE(document);

  std::string unknown;
  unknown_keys(schema, schema, *document, "$", unknown);

  CHECK(unknown.empty());
}

TEST_CASE("the schema and the reader know the same keys of ours") {
  const auto schema = read_schema();
  std::string keys;
  for (const auto& [key, value] : schema["$defs"]["containerExtension"]["properties"].items()) {
    keys += "    " + key + ":\n";  // Null is as good as absent, but an unknown key is a finding.
  }

  const auto outcome = agent::manifest::read_manifest(
      "replicated_api_version: 2.9.0\ncomponents:\n- name: a\n  containers:\n"
      "  - source: public\n    image_name: a\n    version: '1'\n    slipway:\n" +
      [&] {
        std::string indented;
        for (std::size_t at = 0; at < keys.size();) {
          const auto end = keys.find('\n', at) + 1;
          indented += "  " + keys.substr(at, end - at);
          at = end;
        }
        return indented;
      }());

  CHECK(outcome.diagnostics.empty());
}

TEST_CASE("complete manifests of others are accepted") {
  const auto corpus = tests::corpus_folder(k_source_dir);
  if (!corpus) {
    MESSAGE("skipped: SLIPWAY_CORPUS names no folder");
    return;
  }
  int read = 0;
  for (const auto& file : std::filesystem::directory_iterator(*corpus / "manifests")) {
    CAPTURE(file.path().string());

    const auto outcome = agent::manifest::read_manifest(tests::file_text(file.path()));

    for (const auto& diagnostic : outcome.diagnostics) {
      if (diagnostic.severity == agent::manifest::Severity::error) {
        FAIL_CHECK(to_string(diagnostic));
      }
    }
    ++read;
  }
  CHECK(read > 0);
}

TEST_SUITE_END();

}  // namespace
