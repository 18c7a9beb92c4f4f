#include "agent/render/container_renderer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::render {
namespace {

using base::Result;
using base::Status;

bool looks_like_address(std::string_view text) {
  return text.find_first_not_of("0123456789.") == std::string_view::npos ||
         (text.find(':') != std::string_view::npos &&
          text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos);
}

// An address, or the name of an interface whose address is known.
Result<std::string> host_address(const RenderContext& context, const manifest::Text& interface) {
  BASE_TRY_ASSIGN(auto text, context.expand.word(interface));
  if (text.starts_with('[') && text.ends_with(']')) {
    text = text.substr(1, text.size() - 2);
  }
  if (text.empty() || looks_like_address(text)) {
    return text;
  }
  const auto& interfaces = context.request.facts.interfaces;
  const auto found = interfaces.find(text);
  if (found == interfaces.end()) {
    return fault_at(
        interface,
        fmt::format("'{:.40}' is neither an address nor an interface of this host", text));
  }
  return found->second;
}

Status render_ports(const RenderContext& context, const manifest::Container& from, Container& to) {
  const auto& expand = context.expand;
  for (const auto& port : from.ports) {
    BASE_TRY_ASSIGN(const bool holds, expand.holds(port.when));
    if (!holds) {
      continue;
    }
    Port rendered;
    BASE_TRY_ASSIGN(rendered.container_port, expand.port(port.private_port));
    const auto& wanted = port.public_port.empty() ? port.public_port_initial : port.public_port;
    BASE_TRY_ASSIGN(const auto given, expand.word(wanted));
    if (!given.empty() && given != "0") {
      BASE_TRY_ASSIGN(rendered.host_port, expand.port(wanted));
    }
    BASE_TRY_ASSIGN(rendered.host_address, host_address(context, port.interface));
    BASE_TRY_ASSIGN(const auto protocol, expand.word(port.port_type));
    if (protocol == "udp") {
      rendered.protocol = Protocol::udp;
    } else if (!protocol.empty() && protocol != "tcp") {
      return fault_at(port.port_type, "must be tcp or udp");
    }
    to.ports.push_back(std::move(rendered));
  }
  BASE_TRY_ASSIGN(const bool disabled, expand.boolean(from.disable_publish_all_ports, false));
  to.publish_all_ports = !disabled;
  return base::ok();
}

// "container:<name>" of the manifest becomes the key of that container: joining the network of a
// container that is not ours would put it outside of what the agent knows and checks.
Result<std::string> joined_container(const RenderContext& context,
                                     const manifest::Text& from,
                                     std::string_view mode) {
  const auto name = mode.substr(std::string_view("container:").size());
  auto keys = included_keys(context, context.index.dependency(name));
  if (keys.size() != 1) {
    return fault_at(from, fmt::format("'{:.80}' must be one container of this document", name));
  }
  return "container:" + keys.front();
}

Status render_mode(const RenderContext& context, const manifest::Container& from, Container& to) {
  BASE_TRY_ASSIGN(const auto mode, context.expand.word(from.network_mode));
  if (mode.empty() || mode == "bridge" || mode == "default") {
    return base::ok();
  }
  if (mode.starts_with("container:")) {
    BASE_TRY_ASSIGN(to.network_mode, joined_container(context, from.network_mode, mode));
    return base::ok();
  }
  if (mode != "host" && mode != "none") {
    return fault_at(from.network_mode, "must be bridge, host, none or container:<name>");
  }
  to.network_mode = mode;
  return base::ok();
}

Status attach(const RenderContext& context,
              const manifest::Container& from,
              Container& to,
              Deployment& deployment) {
  const auto& expand = context.expand;
  Attachment own{.network = context.app, .aliases = {to.service}};
  const auto component = manifest::slug(to.component);
  const auto siblings = context.index.dependency(to.component);
  if (component != to.service && siblings.size() == 1) {
    own.aliases.push_back(component);
  }
  to.networks.push_back(std::move(own));
  BASE_TRY_ASSIGN(const auto network, expand.word(from.network));
  if (network.empty()) {
    return base::ok();
  }
  Attachment other{.network = network};
  BASE_TRY_ASSIGN(other.aliases, expand.texts(from.network_aliases));
  BASE_TRY_ASSIGN(other.ipv4_address, expand.word(from.ipv4_address));
  BASE_TRY_ASSIGN(other.ipv6_address, expand.word(from.ipv6_address));
  if (network != context.app) {
    to.networks.push_back(std::move(other));
    const Network external{.name = network, .external = true};
    if (std::find(deployment.networks.begin(), deployment.networks.end(), external) ==
        deployment.networks.end()) {
      deployment.networks.push_back(external);
    }
  }
  return base::ok();
}

}  // namespace

Status render_network(const RenderContext& context,
                      const manifest::Container& from,
                      Container& to,
                      Deployment& deployment) {
  const auto& expand = context.expand;
  BASE_TRY(render_mode(context, from, to));
  if (to.network_mode.empty()) {
    BASE_TRY(attach(context, from, to, deployment));
    BASE_TRY(render_ports(context, from, to));
    BASE_TRY_ASSIGN(to.hostname, expand.word(from.hostname));
  }
  BASE_TRY_ASSIGN(to.links, expand.texts(from.links));
  for (const auto& host : from.extra_hosts) {
    BASE_TRY_ASSIGN(const bool holds, expand.holds(host.when));
    if (!holds) {
      continue;
    }
    ExtraHost rendered;
    BASE_TRY_ASSIGN(rendered.hostname, expand.word(host.hostname));
    BASE_TRY_ASSIGN(rendered.address, expand.word(host.address));
    to.extra_hosts.push_back(std::move(rendered));
  }
  return base::ok();
}

}  // namespace agent::render
