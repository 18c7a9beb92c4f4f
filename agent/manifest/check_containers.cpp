#include "agent/manifest/container_index.hpp"
#include "agent/manifest/sections.hpp"
#include "agent/manifest/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace agent::manifest {
namespace {

using Edges = std::vector<std::set<std::size_t>>;  // From each container to those it can start.

bool is_fixed(const Text& text) {
  return !text.empty() && !has_template(text.value);
}

bool is_older_than(std::string_view version, std::array<std::uint64_t, 3> other) {
  std::array<std::uint64_t, 3> parts{};
  for (auto& part : parts) {
    const std::size_t dot = std::min(version.find('.'), version.size());
    part = parse_unsigned(version.substr(0, dot)).value_or(0);
    version.remove_prefix(std::min(dot + 1, version.size()));
  }
  return parts < other;
}

void check_names(const ContainerIndex& index, Findings& findings) {
  std::map<std::string, const Text*, std::less<>> seen;
  for (const auto& [component, container, key] : index.all()) {
    if (!is_fixed(container->name)) {
      continue;
    }
    const auto [first, fresh] = seen.emplace(container->name.value, &container->name);
    if (!fresh) {
      findings.error("containernameunique",
                     container->name,
                     fmt::format("the name '{:.80}' is taken by {}: choose another",
                                 container->name.value,
                                 first->second->path));
    }
  }
}

// Before 2.8.0 the original could not choose a host port by itself.
void check_ports(const Manifest& manifest, const ContainerIndex& index, Findings& findings) {
  if (!is_strict_version(manifest.api_version.value) ||
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

void check_subscription(const ContainerIndex& index,
                        const Subscription& subscription,
                        std::set<std::size_t>& starts,
                        Findings& findings) {
  const auto& component = subscription.component;
  const auto& container = subscription.container;
  if (has_template(component.value) || has_template(container.value)) {
    findings.error("componentexists", component, "must be the name itself: no template here");
    return;
  }
  const bool known =
      std::any_of(index.all().begin(), index.all().end(), [&](const IndexedContainer& one) {
        return one.component->name.value == component.value;
      });
  if (!known) {
    findings.error("componentexists",
                   component,
                   fmt::format("there is no component '{:.80}' with containers", component.value));
    return;
  }
  const auto found = index.in_component(component.value, container.value);
  if (found.empty()) {
    findings.error(
        "containerexists",
        container,
        fmt::format("component '{:.80}' has no container '{:.80}': give its image_name or name",
                    component.value,
                    container.value));
  }
  starts.insert(found.begin(), found.end());
}

Edges subscriptions(const ContainerIndex& index, Findings& findings) {
  Edges edges(index.all().size());
  for (std::size_t i = 0; i < index.all().size(); ++i) {
    for (const auto& event : index.all()[i].container->publish_events) {
      check_event(event, findings);
      for (const auto& subscription : event.subscriptions) {
        check_subscription(index, subscription, edges[i], findings);
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
      if (name.empty()) {
        findings.error("required", name, "is empty: give the `name` of a container");
        continue;
      }
      const auto found = index.named(name.value);
      if (has_template(name.value)) {
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
