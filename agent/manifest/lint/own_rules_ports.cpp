#include "agent/manifest/lint/own_rules.hpp"
#include "agent/manifest/lint/own_rules_conditions.hpp"

#include <fmt/format.h>

#include <map>

namespace agent::manifest::lint {
namespace {

struct HostPort {
  const Port* port = nullptr;
  const IndexedContainer* owner = nullptr;
  Condition condition;
};

bool is_any_address(const Text& interface) {
  return interface.empty() || interface.value == "0.0.0.0" || interface.value == "::";
}

// Two templates may give the same address, but only what surely is the same is told.
bool share_address(const Text& a, const Text& b) {
  return is_any_address(a) || is_any_address(b) || a.value == b.value;
}

bool runs_elsewhere(const Component& component) {
  return !component.tags.empty() || !component.conflicts.empty();
}

bool share_host(const IndexedContainer& a, const IndexedContainer& b) {
  return a.component == b.component ||
         (!runs_elsewhere(*a.component) && !runs_elsewhere(*b.component));
}

bool collide(const HostPort& a, const HostPort& b) {
  return share_address(a.port->interface, b.port->interface) && share_host(*a.owner, *b.owner) &&
         may_coincide(a.condition, b.condition);
}

}  // namespace

void find_repeated_ports(const Subject& subject, OwnFindings& findings) {
  std::map<std::string, std::vector<HostPort>> taken;  // By number, or template, and protocol.
  for (const auto& owner : subject.containers.all()) {
    for (const auto& port : owner.container->ports) {
      if (port.public_port.empty()) {
        continue;
      }
      const std::string protocol = port.port_type.empty() ? "tcp" : port.port_type.value;
      const HostPort candidate{
          &port, &owner, both(condition_of(owner.container->when), condition_of(port.when))};
      auto& others = taken[port.public_port.value + "/" + protocol];
      for (const auto& other : others) {
        if (collide(candidate, other)) {
          findings.push_back(
              {"slipway-host-port-taken",
               "error",
               fmt::format("Port {} of the host is taken by '{}' already ({}): give '{}' another",
                           port.public_port.value,
                           other.owner->key,
                           protocol,
                           owner.key),
               {port.public_port.path, other.port->public_port.path}});
          break;
        }
      }
      others.push_back(candidate);
    }
  }
}

}  // namespace agent::manifest::lint
