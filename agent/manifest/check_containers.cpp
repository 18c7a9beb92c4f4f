#include "agent/manifest/container_index.hpp"
#include "agent/manifest/rules.hpp"
#include "agent/manifest/sections.hpp"
#include "agent/manifest/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

namespace agent::manifest {
namespace {

using Edges = std::vector<std::set<std::size_t>>;  // From each container to those it can start.

bool is_fixed(const Text& text) {
  return !text.empty() && !has_template(text.value);
}

// A version before a release, such as 2.8.0-beta, is older than the release.
bool is_older_than(std::string_view version, std::array<std::uint64_t, 3> other) {
  version = version.substr(0, version.find('+'));
  const bool before_release = version.find('-') != std::string_view::npos;
  version = version.substr(0, version.find('-'));
  std::array<std::uint64_t, 3> parts{};
  for (auto& part : parts) {
    const std::size_t dot = std::min(version.find('.'), version.size());
    part = parse_unsigned(version.substr(0, dot)).value_or(0);
    version.remove_prefix(std::min(dot + 1, version.size()));
  }
  return parts < other || (before_release && parts == other);
}

// Each of those that share a name is told, as the original did.
void check_names(const ContainerIndex& index, Findings& findings) {
  std::map<std::string, std::vector<const Text*>, std::less<>> named;
  for (const auto& [component, container, key] : index.all()) {
    if (is_fixed(container->name)) {
      named[container->name.value].push_back(&container->name);
    }
  }
  for (const auto& [name, places] : named) {
    for (const auto* const place : places) {
      if (places.size() > 1) {
        const auto* const other = place == places.front() ? places[1] : places.front();
        findings.error(
            "containernameunique",
            *place,
            fmt::format("the name '{:.80}' is taken by {}: choose another", name, other->path));
      }
    }
  }
}

// Before 2.8.0 the original could not choose a host port by itself.
void check_ports(const Manifest& manifest, const ContainerIndex& index, Findings& findings) {
  if (!is_version(manifest.api_version.value) ||
      !is_older_than(manifest.api_version.value, {2, 8, 0})) {
    return;
  }
  for (const auto& indexed : index.all()) {
    for (const auto& port : indexed.container->ports) {
      if (port.public_port.empty()) {
        findings.error("required_minapiversion",
                       port.public_port,
                       "is required below replicated_api_version 2.8.0: add it, or raise the "
                       "version");
      }
    }
  }
}

// The original reads any trigger, so the document loads; one that it does not know cannot be
// rendered.
void check_event(const Event& event, Findings& findings) {
  static const std::set<std::string_view> triggers = {
      "", "container-start", "container-stop", "port-listen", "exec"};
  const auto warn = [&findings](const Text& at, std::string message) {
    findings.warning("slipway-trigger", at.path, at.at, std::move(message));
  };
  if (!triggers.contains(event.trigger.value)) {
    warn(event.trigger, "must be container-start, container-stop, port-listen or exec");
  }
  if (event.trigger.value == "port-listen" && !parse_port(event.data.value) &&
      !has_template(event.data.value)) {
    warn(event.data.given ? event.data : event.trigger,
         "port-listen needs a port of the container in `data`");
  }
  if (event.trigger.value == "exec" && event.args.empty()) {
    warn(event.trigger, "exec needs a program in `args`");
  }
}

Edges subscriptions(const ContainerIndex& index, Findings& findings) {
  Edges edges(index.all().size());
  for (std::size_t i = 0; i < index.all().size(); ++i) {
    for (const auto& event : index.all()[i].container->publish_events) {
      check_event(event, findings);
      for (const auto& subscription : event.subscriptions) {
        const auto found =
            index.in_component(subscription.component.value, subscription.container.value);
        edges[i].insert(found.begin(), found.end());
      }
    }
  }
  return edges;
}

bool reaches(const Edges& edges, std::size_t from, std::size_t to) {
  std::set<std::size_t> seen;
  std::vector<std::size_t> open = {from};
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    for (const std::size_t next : edges[at]) {
      if (next == to) {
        return true;
      }
      if (seen.insert(next).second) {
        open.push_back(next);
      }
    }
  }
  return false;
}

// A container takes volumes from one that is started before it, which only events guarantee for the
// original; our depends_on does as well.
void check_volumes_from(const ContainerIndex& index, const Edges& edges, Findings& findings) {
  for (std::size_t i = 0; i < index.all().size(); ++i) {
    const auto& container = *index.all()[i].container;
    for (const auto& name : container.volumes_from) {
      const auto found = index.named(name.value);
      if (name.empty() || has_template(name.value)) {
        continue;
      }
      if (found.empty() || found.front() == i) {
        findings.error("containernameexists",
                       name,
                       fmt::format("no other container has the name '{:.80}'", name.value));
      } else if (!reaches(edges, found.front(), i)) {
        findings.error("requiressubscription",
                       name,
                       fmt::format("'{:.80}' must be started first: let it publish an event that "
                                   "this container subscribes to",
                                   name.value));
      }
    }
  }
}

}  // namespace

void check_containers(const Manifest& manifest, Findings& findings) {
  const ContainerIndex index(manifest);
  check_names(index, findings);
  check_ports(manifest, index, findings);
  auto edges = subscriptions(index, findings);
  for (std::size_t i = 0; i < index.all().size(); ++i) {
    for (const auto& name : index.all()[i].container->slipway.depends_on) {
      for (const std::size_t needed : index.dependency(name.value)) {
        edges[needed].insert(i);
      }
    }
  }
  check_volumes_from(index, edges, findings);
}

}  // namespace agent::manifest
