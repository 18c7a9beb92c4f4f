#include "agent/manifest/document.hpp"

#include "agent/manifest/check_language.hpp"
#include "agent/manifest/container_index.hpp"
#include "agent/manifest/map_reader.hpp"
#include "agent/manifest/sections.hpp"

#include <charconv>
#include <set>
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

// Further documents of the stream name their scheduler in a comment; what they hold is not read.
Scheduler scheduler_of(std::string_view text, const Manifest& manifest) {
  const bool other = text.find("# kind: scheduler-") != std::string_view::npos ||
                     manifest.opaque.contains("kubernetes") || manifest.opaque.contains("swarm");
  return other && manifest.components.empty() ? Scheduler::other : Scheduler::native;
}

RuleContext context_of(std::string_view text,
                       const Manifest& manifest,
                       const ContainerIndex& index) {
  RuleContext context{.manifest = manifest,
                      .index = index,
                      .scheduler = scheduler_of(text, manifest),
                      .swarm = manifest.opaque.contains("swarm")};
  for (const auto& group : manifest.groups) {
    for (const auto& item : group.items) {
      context.items.insert(item.name.value);
      for (const auto& child : item.items) {
        context.items.insert(child.name.value);
      }
    }
  }
  std::set<std::string, std::less<>> seen;
  const auto requirements = manifest.opaque.find("custom_requirements");
  if (requirements != manifest.opaque.end()) {
    for (const auto& requirement : requirements->second.items) {
      const auto* const id = requirement.find("id");
      if (id != nullptr && !seen.insert(id->text).second) {
        context.requirements.insert(id->text);
      }
    }
  }
  return context;
}

void check(std::string_view text,
           const base::data::YamlNode& document,
           const Manifest& manifest,
           Findings& findings) {
  const ContainerIndex index(manifest);
  const auto context = context_of(text, manifest, index);
  check_language(document, context, findings);
  check_container_sources(document, context, findings);
  check_settings(manifest, findings);
  check_containers(manifest, findings);
  check_start_order(manifest, findings);
}

}  // namespace

ReadOutcome read_manifest(std::string_view text) {
  ReadOutcome outcome;
  const auto parsed = base::data::parse_first_yaml(text, base::data::YamlLimits{});
  if (!parsed) {
    outcome.diagnostics.push_back(yaml_diagnostic(parsed.error()));
    return outcome;
  }
  const auto& document = parsed->document;
  if (document.kind == base::data::YamlNode::Kind::null) {
    outcome.diagnostics.push_back(
        {"yaml", Severity::error, "", {1, 1}, "the document is empty: it must be a mapping"});
    return outcome;
  }
  Findings findings;
  for (const auto& [key, at] : parsed->repeated) {
    findings.warning("duplicate-key", key, at, "stands there already: the last one counts");
  }
  MapReader reader(findings, document, "");
  read_root(reader, outcome.manifest);
  if (count_containers(outcome.manifest) > k_most_containers) {
    findings.error("slipway-too-many",
                   "components",
                   {1, 1},
                   "more than 500 containers: no host would run them");
  } else {
    check(text, document, outcome.manifest, findings);
  }
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
