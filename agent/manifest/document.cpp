#include "agent/manifest/document.hpp"

#include "agent/manifest/map_reader.hpp"
#include "agent/manifest/sections.hpp"

#include <charconv>
#include <utility>

namespace agent::manifest {
namespace {

// "line 3, column 7: …" of the YAML reader, as a position and the rest.
Diagnostic yaml_diagnostic(const base::Error& error) {
  Diagnostic diagnostic{"yaml", Severity::error, "", {1, 1}, error.message};
  std::string_view rest = error.message;
  const auto take = [&rest](std::string_view word, int& number) {
    const std::size_t start = rest.find(word);
    if (start == std::string_view::npos) {
      return false;
    }
    rest.remove_prefix(start + word.size());
    const auto [end, fault] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return fault == std::errc();
  };
  Position at;
  if (take("line ", at.line) && take("column ", at.column) && rest.starts_with(": ")) {
    diagnostic.at = at;
    diagnostic.message = rest.substr(2);
  }
  diagnostic.message += ": mend the YAML";
  return diagnostic;
}

// The rules between containers take time that grows with the square of their number.
constexpr std::size_t k_most_containers = 500;

std::size_t count_containers(const Manifest& manifest) {
  std::size_t count = 0;
  for (const auto& component : manifest.components) {
    count += component.containers.size();
  }
  return count;
}

}  // namespace

ReadOutcome read_manifest(std::string_view text) {
  ReadOutcome outcome;
  const auto documents = base::data::parse_yaml_documents(text, base::data::YamlLimits{});
  if (!documents) {
    outcome.diagnostics.push_back(yaml_diagnostic(documents.error()));
    return outcome;
  }
  if (documents->empty() || documents->front().kind == base::data::YamlNode::Kind::null) {
    outcome.diagnostics.push_back(
        {"yaml", Severity::error, "", {1, 1}, "the document is empty: it must be a mapping"});
    return outcome;
  }
  Findings findings;
  MapReader reader(findings, documents->front(), "");
  if (documents->front().kind != base::data::YamlNode::Kind::mapping) {
    outcome.diagnostics = std::move(findings).take();
    return outcome;
  }
  read_root(reader, outcome.manifest);
  reader.finish();
  check_settings(outcome.manifest, findings);
  if (count_containers(outcome.manifest) > k_most_containers) {
    findings.error("slipway-too-many",
                   "components",
                   {1, 1},
                   "more than 500 containers: no host would run them");
    outcome.diagnostics = std::move(findings).take();
    return outcome;
  }
  check_containers(outcome.manifest, findings);
  check_start_order(outcome.manifest, findings);
  outcome.diagnostics = std::move(findings).take();
  return outcome;
}

const Item* find_item(const Manifest& manifest, std::string_view name) {
  for (const auto& group : manifest.groups) {
    for (const auto& item : group.items) {
      if (item.name.value == name) {
        return &item;
      }
    }
  }
  return nullptr;
}

}  // namespace agent::manifest
