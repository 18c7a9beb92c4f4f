#include "agent/manifest/json_schema.hpp"

#include "agent/base/data/json.hpp"
#include "agent/base/data/yaml.hpp"
#include "agent/manifest/document.hpp"
#include "agent/manifest/language.hpp"
#include "agent/manifest/map_reader.hpp"
#include "agent/manifest/sections.hpp"
#include "tests/support/corpus.hpp"
#include "tests/support/golden.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace {

using namespace agent::manifest;
using base::data::Json;
using base::data::YamlNode;

const std::filesystem::path k_source_dir = SLIPWAY_SOURCE_DIR;

// Values that the rules of a key accept, by rule.
std::string sample_text(const LanguageKey& key) {
  static const std::map<std::string_view, std::string> k_samples = {
      {"apiversion", "2.9.0"},
      {"absolutepath", "/a"},
      {"isempty", "''"},
      {"url", "https://acme.example/"},
      {"fingerprint", "'00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff'"},
      {"dockerversion", "17.03.1-ce"},
      {"semverrange", "'>=2.1.0'"},
      {"bytes", "10GB"},
      {"bytes|ram", "10GB"},
      {"bytes|quantity", "10GB"},
      {"bytes|ram|quantity", "10GB"},
      {"uint", "1"},
      {"graphiteretention", "15s:7d"},
      {"hexcolor|rgb|rgba|isempty", "'#fff'"},
      {"configitemwhen", "'true'"},
      {"componentexists", "word"},
      {"containerexists", "word"}};
  for (const auto rule : key.rules) {
    if (const auto found = k_samples.find(rule); found != k_samples.end()) {
      return found->second;
    }
  }
  return key.words.empty() ? "word" : "'" + std::string(key.words.front()) + "'";
}

// Every key of a type, in flow style.
std::string sample_of(const LanguageType& type);

std::string sample_value(const LanguageKey& key) {
  switch (key.kind) {
    case KeyKind::text:
    case KeyKind::unsigned_text:
      return key.kind == KeyKind::text ? sample_text(key) : "1";
    case KeyKind::boolean:
    case KeyKind::bool_text:
      return "true";
    case KeyKind::integer:
    case KeyKind::unsigned_integer:
    case KeyKind::port:
    case KeyKind::real:
      return "1";
    case KeyKind::any:
      return "x";
    case KeyKind::texts:
      return key.name == "options" ? "[ro]" : key.item_rules.empty() ? "[x]" : "[]";
    case KeyKind::text_map:
    case KeyKind::any_map:
      return "{a: b}";
    case KeyKind::record:
      return sample_of(*key.type);
    case KeyKind::records:
      return "[" + sample_of(*key.type) + "]";
  }
  return "";
}

std::string sample_of(const LanguageType& type) {
  std::string text;
  for (const auto& key : type.keys) {
    text += (text.empty() ? "" : ", ") + std::string(key.name) + ": " + sample_value(key);
  }
  return "{" + text + "}";
}

// "components[].containers[].name" of all keys.
void collect_paths(const LanguageType& type,
                   const std::string& path,
                   std::map<std::string, const LanguageKey*>& paths) {
  for (const auto& key : type.keys) {
    const auto inner = path + (path.empty() ? "" : ".") + std::string(key.name);
    paths.emplace(inner, &key);
    if (key.type != nullptr) {
      collect_paths(*key.type, inner + (key.kind == KeyKind::records ? "[]" : ""), paths);
    }
  }
}

std::string without_numbers(std::string path) {
  for (auto at = path.find('['); at != std::string::npos; at = path.find('[', at + 1)) {
    path.erase(at + 1, path.find(']', at) - at - 1);
  }
  return path;
}

// A schema at `$ref`, which points into the same document.
const Json& resolved(const Json& root, const Json& schema) {
  const auto& first = schema.contains("anyOf") ? schema["anyOf"][0] : schema;
  return first.contains("$ref")
             ? root.at(Json::json_pointer(first["$ref"].get<std::string>().substr(1)))
             : schema;
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
    } else if (schema.value("additionalProperties", Json(true)) == false) {
      out += inner + "\n";
    }
  }
  for (const auto& item : node.items) {
    unknown_keys(root, schema.value("items", Json::object()), item, path + "[]", out);
  }
}

TEST_SUITE_BEGIN("manifest.json_schema");

TEST_CASE("the schema in the tree is the one that the language gives") {
  tests::check_golden(json_schema(), k_source_dir / "manifests/schema/slipway.schema.json");
}

TEST_CASE("every key has a description, and every type is used") {
  std::map<std::string, const LanguageKey*> paths;
  collect_paths(language(), "", paths);
  std::set<const LanguageType*> used{&language()};
  for (const auto& entry : paths) {
    CAPTURE(entry.first);
    const auto& key = *entry.second;
    CHECK(key.description.size() > 3);
    CHECK(key.description.ends_with('.'));
    used.insert(key.type);
  }
  for (const auto& type : language_types()) {
    CAPTURE(type.name);
    CHECK(used.contains(&type));
  }
  CHECK(paths.size() > 500);
}

TEST_CASE("a document with every key is of the right types, and no key is unknown") {
  const auto text = sample_of(language());

  const auto outcome = read_manifest(text);

  for (const auto& diagnostic : outcome.diagnostics) {
    CAPTURE(to_string(diagnostic));
    CHECK(diagnostic.code != "type");
    CHECK(diagnostic.code != "unknown-key");
    CHECK(diagnostic.code != "required");
    CHECK(diagnostic.code != "yaml");
  }
  std::string unknown;
  const auto document = base::data::parse_yaml(text);
  REQUIRE(document);
  const auto schema = Json::parse(json_schema());
  unknown_keys(schema, schema, *document, "$", unknown);
  CHECK(unknown.empty());
}

TEST_CASE("the language has every key that the readers ask for, and they ask for every key") {
  std::map<std::string, const LanguageKey*> paths;
  collect_paths(language(), "", paths);
  std::set<std::string> asked;
  Findings findings(&asked);
  const auto document = base::data::parse_yaml(sample_of(language()));
  REQUIRE(document);

  Manifest manifest;
  MapReader reader(findings, *document, "");
  read_root(reader, manifest);

  std::set<std::string> kept_whole;  // Sections that a later stage reads.
  for (const auto& [key, node] : manifest.opaque) {
    kept_whole.insert(key);
  }
  std::set<std::string> read;
  for (const auto& path : asked) {
    const auto key = without_numbers(path);
    read.insert(key);
    const bool option_of_driver = key.find("log_config.config.") != std::string::npos;
    CAPTURE(key);
    CHECK((paths.contains(key) || option_of_driver));
  }
  // What the agent does not act on; each is held against the language all the same.
  const std::set<std::string> unused = {"cluster_host_count",
                                        "cluster_instance_count",
                                        "content_trust",
                                        "filters",
                                        "host_requirements",
                                        "image_domain",
                                        "image_key",
                                        "owner",
                                        "path",
                                        "readonly_rootfs",
                                        "ref",
                                        "repo",
                                        "slipway",
                                        "support_commands",
                                        "support_files",
                                        "suppress_restart",
                                        "test_proc",
                                        "type"};
  for (const auto& entry : paths) {
    const auto& path = entry.first;
    const auto section = path.substr(0, path.find_first_of(".["));
    if (kept_whole.contains(section) || read.contains(path)) {
      continue;
    }
    CAPTURE(path);
    const bool below_unused = std::any_of(unused.begin(), unused.end(), [&](const auto& name) {
      return ("." + path + ".").find("." + name + ".") != std::string::npos ||
             path.find("." + name + "[]") != std::string::npos;
    });
    CHECK(below_unused);
  }
}

TEST_CASE("the schema knows every key of our manifest and of complete ones of others") {
  const auto schema = Json::parse(json_schema());
  std::vector<std::filesystem::path> files = {k_source_dir / "manifests/npm-registry/1.0.0.yaml"};
  if (const auto corpus = tests::corpus_folder(k_source_dir)) {
    for (const auto& file : std::filesystem::directory_iterator(*corpus / "manifests")) {
      files.push_back(file.path());
    }
  }
  for (const auto& file : files) {
    CAPTURE(file.string());
    const auto document =
        base::data::parse_first_yaml(tests::file_text(file), base::data::YamlLimits{});
    REQUIRE(document);
    std::string unknown;
    unknown_keys(schema, schema, document->document, "$", unknown);
    CHECK(unknown.empty());
  }
}

TEST_CASE("where the language leaves few words the schema has the same") {
  const auto schema = Json::parse(json_schema());
  const auto& types = schema["definitions"]["ConfigItem"]["properties"]["type"]["enum"];

  CHECK(types.size() == 10);
  for (const auto& type : types) {
    CHECK(parse_item_type(type.get<std::string>()).has_value());
  }
  const auto& triggers = schema["definitions"]["ContainerEvent"]["properties"]["trigger"];
  CHECK(triggers["anyOf"][0]["enum"].size() == 4);
}

TEST_SUITE_END();

}  // namespace
