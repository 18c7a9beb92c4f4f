#include "agent/manifest/compose/service.hpp"
#include "agent/manifest/scalars.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::manifest::compose {
namespace {

struct PortOf {
  std::string target;
  std::string published;
  std::string host;
  std::string protocol;
};

// "[HOST:][PUBLISHED:]TARGET[/PROTOCOL]". A colon inside `${…}` or `[…]` separates nothing.
PortOf short_port(const std::string& text) {
  std::vector<std::string> parts(1);
  PortOf port;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
    if (c == '/' && depth == 0) {
      port.protocol = text.substr(i + 1);
      break;
    }
    if (c == ':' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  port.target = parts.back();
  if (parts.size() > 1) {
    port.published = parts[parts.size() - 2];
  }
  for (std::size_t i = 0; i + 2 < parts.size(); ++i) {
    port.host += (i > 0 ? ":" : "") + parts[i];
  }
  return port;
}

struct PortRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

std::optional<PortRange> range_of(const std::string& text) {
  const auto parts = split(text, '-');
  const auto first = parse_port(parts.front());
  const auto last = parse_port(parts.back());
  return first && last && parts.size() <= 2 && *first <= *last
             ? std::optional(PortRange{*first, *last})
             : std::nullopt;
}

class Ports {
 public:
  explicit Ports(Context& context) : context_(context) {}

  void add(const YamlNode& node, const std::string& path) {
    if (node.kind != YamlNode::Kind::mapping) {
      add_port(short_port(node.text), node, path);
      return;
    }
    for (const auto& entry : node.entries) {
      if (entry.key == "mode" && entry.value.text == "host") {
        continue;
      }
      if (entry.key == "mode" || entry.key == "app_protocol" || entry.key == "name") {
        context_.drop(path + "." + entry.key, entry.value, "it means nothing on one host");
      }
    }
    add_port({text_at(node, "target"),
              text_at(node, "published"),
              text_at(node, "host_ip"),
              text_at(node, "protocol")},
             node,
             path);
  }

  Out take() && { return std::move(ports_); }

 private:
  void add_port(const PortOf& port, const YamlNode& node, const std::string& path) {
    const auto target = range_of(port.target);
    const auto published = range_of(port.published);
    const bool ranges = (target && target->first != target->last) ||
                        (published && published->first != published->last);
    if (!ranges) {
      add_one(port);
      return;
    }
    constexpr std::uint32_t k_most = 100;
    const bool matches =
        target && (port.published.empty() || (published && published->last - published->first ==
                                                               target->last - target->first));
    if (!matches || target->last - target->first >= k_most) {
      context_.drop(path, node, "the two ranges must be of one size, of a hundred ports at most");
      return;
    }
    for (std::uint32_t i = 0; i <= target->last - target->first; ++i) {
      auto one = port;
      one.target = std::to_string(target->first + i);
      one.published = published ? std::to_string(published->first + i) : "";
      add_one(one);
    }
  }

  void add_one(const PortOf& port) {
    auto& variables = context_.variables;
    auto out = map();
    out.set_text("private_port", variables.as_template(port.target));
    out.set_text("public_port", variables.as_template(port.published));
    out.set_text("interface", variables.as_template(port.host));
    out.set_text("port_type", port.protocol == "udp" ? "udp" : "tcp");
    ports_.add(std::move(out));
  }

  Context& context_;
  Out ports_ = list();
};

void convert_ports(Service& service, Context& context) {
  Ports ports(context);
  if (const auto* const node = service.find("ports")) {
    for (std::size_t i = 0; i < node->items.size(); ++i) {
      ports.add(node->items[i], fmt::format("{}[{}]", service.path_of("ports"), i));
    }
  }
  service.container.set("ports", std::move(ports).take());
  // The original published every exposed port by itself, Compose none.
  service.container.set("disable_publish_all_ports", word("true"));
}

void convert_extra_hosts(Service& service, Context& context) {
  const auto* const node = service.find("extra_hosts");
  if (node == nullptr) {
    return;
  }
  auto hosts = list();
  const auto add = [&](const std::string& name, const std::string& address) {
    auto host = map();
    host.set_text("hostname", name);
    host.set_text("address", context.variables.as_template(address));
    hosts.add(std::move(host));
  };
  for (const auto& entry : node->entries) {
    add(entry.key, entry.value.text);
  }
  for (const auto& item : node->items) {
    const auto sign = item.text.find_first_of("=:");
    add(item.text.substr(0, sign),
        sign == std::string::npos ? std::string() : item.text.substr(sign + 1));
  }
  service.container.set("extra_hosts", std::move(hosts));
}

void convert_mode(Service& service, Context& context) {
  const auto* const node = service.find("network_mode");
  if (node == nullptr || node->text == "bridge" || node->text == "default") {
    return;
  }
  auto mode = node->text;
  if (mode.starts_with("service:")) {
    const auto other = mode.substr(std::string_view("service:").size());
    mode = "container:" + other;
    service.depends_on.push_back(other);
  } else if (mode != "host" && mode != "none") {
    context.drop(service.path_of("network_mode"), *node, "must be host, none or service:NAME here");
    return;
  }
  service.container.set_text("network_mode", mode);
}

// A network that others made is joined as well; those of the file are all one network.
void join_external(const std::string& name,
                   const YamlNode& options,
                   const YamlNode& defined,
                   Service& service) {
  const auto called = text_at(defined, "name");
  service.container.set_text("network", called.empty() ? name : called);
  auto aliases = list();
  if (const auto* const node = options.find("aliases")) {
    for (const auto& alias : texts_of(*node)) {
      aliases.add(text(alias));
    }
  }
  service.container.set("network_aliases", std::move(aliases));
  service.container.set_text("ipv4_address", text_at(options, "ipv4_address"));
  service.container.set_text("ipv6_address", text_at(options, "ipv6_address"));
}

void drop_options(const std::string& path, const YamlNode& options, Context& context) {
  for (const auto& entry : options.entries) {
    context.drop(path + "." + entry.key,
                 entry.value,
                 "the application has one network, where each container has the names of itself "
                 "and its component");
  }
}

void convert_networks(Service& service, Context& context) {
  const auto* const node = service.find("networks");
  if (node == nullptr) {
    return;
  }
  bool joined = false;
  const auto join = [&](const std::string& name, const YamlNode& options) {
    const auto path = service.path_of("networks") + "." + name;
    const auto* const defined = context.top("networks", name);
    const bool external =
        defined != nullptr && parse_yaml_boolean(text_at(*defined, "external")).value_or(false);
    if (external && !joined) {
      joined = true;
      join_external(name, options, *defined, service);
    } else if (external) {
      context.drop(path, options, "a container joins one network of others at most");
    } else {
      drop_options(path, options, context);
    }
  };
  for (const auto& entry : node->entries) {
    join(entry.key, entry.value);
  }
  for (const auto& item : node->items) {
    join(item.text, item);
  }
}

}  // namespace

void convert_network(Service& service, Context& context) {
  convert_mode(service, context);
  convert_ports(service, context);
  convert_networks(service, context);
  convert_extra_hosts(service, context);
  if (const auto* const node = service.find("links")) {
    for (const auto& link : texts_of(*node)) {
      const auto parts = split(link, ':');
      service.depends_on.push_back(parts[0]);
      if (parts.size() > 1 && parts[1] != parts[0]) {
        context.drop(service.path_of("links"),
                     *node,
                     fmt::format("'{:.80}' is reached by its own name only", parts[0]));
      }
    }
  }
}

}  // namespace agent::manifest::compose
