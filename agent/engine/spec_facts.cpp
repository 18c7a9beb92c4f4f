#include "agent/engine/spec_facts.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>

namespace agent::engine {
namespace {

using Facts = std::map<std::string, std::string>;

void append_part(std::string& text, std::string_view part) {
  text += fmt::format("{}:", part.size());
  text += part;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) {
    append_part(text, part);
  }
  return text;
}

void add(Facts& facts, const char* name, const std::string& value) {
  if (!value.empty()) {
    facts[name] = value;
  }
}

void add(Facts& facts, const char* name, bool value) {
  if (value) {
    facts[name] = "true";
  }
}

void add(Facts& facts, const char* name, const std::vector<std::string>& values) {
  if (!values.empty()) {
    facts[name] = joined(values);
  }
}

void add(Facts& facts, const char* name, const std::optional<std::vector<std::string>>& values) {
  if (values) {
    facts[name] = joined(*values);  // An empty list is not the same as none.
  }
}

template <typename Number>
void add_number(Facts& facts, const char* name, const std::optional<Number>& value) {
  if (value) {
    facts[name] = fmt::format("{}", *value);
  }
}

void add_each(Facts& facts, const char* name, const std::map<std::string, std::string>& values) {
  for (const auto& [key, value] : values) {
    facts[fmt::format("{} {}", name, key)] = value;
  }
}

void add_ports(Facts& facts, const docker::ContainerSpec& spec) {
  for (const auto& port : spec.ports) {
    auto& value =
        facts[fmt::format("port {}/{}", port.container_port, docker::name_of(port.protocol))];
    append_part(
        value,
        fmt::format(
            "{} {}", port.host_ip, port.host_port ? fmt::format("{}", *port.host_port) : "any"));
  }
  add(facts, "publish all ports", spec.publish_all);
}

void add_storage(Facts& facts, const docker::ContainerSpec& spec) {
  for (const auto& mount : spec.mounts) {
    facts["mount " + mount.target] =
        joined({fmt::format("{}", static_cast<int>(mount.kind)),
                mount.source,
                fmt::format("{}", static_cast<int>(mount.access)),
                fmt::format("{} {}", mount.no_copy, mount.create_source),
                mount.propagation,
                fmt::format("{}", static_cast<int>(mount.selinux)),
                mount.tmpfs_size ? fmt::format("{}", *mount.tmpfs_size) : "",
                mount.tmpfs_mode ? fmt::format("{}", *mount.tmpfs_mode) : ""});
  }
  add(facts, "volumes from", spec.volumes_from);
}

void add_network(Facts& facts, const docker::ContainerSpec& spec) {
  for (const auto& network : spec.networks) {
    facts["network " + network.network] =
        joined({joined(network.aliases), network.ipv4, network.ipv6, joined(network.links)});
  }
  add(facts, "network mode", spec.network_mode);
  add(facts, "hostname", spec.hostname);
  add(facts, "extra hosts", spec.extra_hosts);
}

void add_limits(Facts& facts, const docker::ContainerSpec& spec) {
  for (const auto& limit : spec.ulimits) {
    facts["ulimit " + limit.name] = fmt::format("{}:{}", limit.soft, limit.hard);
  }
  add_number(facts, "shared memory", spec.shm_size);
  add_number(facts, "memory", spec.memory);
  add_number(facts, "memory and swap", spec.memory_swap);
  add_number(facts, "cpu shares", spec.cpu_shares);
  add_number(facts, "cpus", spec.nano_cpus);
  add_number(facts, "process limit", spec.pids_limit);
  add_number(facts, "oom kill disable", spec.oom_kill_disable);
  add_number(facts, "oom score", spec.oom_score_adj);
}

void add_security(Facts& facts, const docker::ContainerSpec& spec) {
  add(facts, "added capabilities", spec.cap_add);
  add(facts, "dropped capabilities", spec.cap_drop);
  add(facts, "security options", spec.security_options);
  add(facts, "privileged", spec.privileged);
  add(facts, "read-only root", spec.readonly_rootfs);
  add_each(facts, "sysctl", spec.sysctls);
  add(facts, "groups", spec.group_add);
  add(facts, "pid mode", spec.pid_mode);
}

void add_health(Facts& facts, const docker::ContainerSpec& spec) {
  if (spec.healthcheck) {
    const auto& check = *spec.healthcheck;
    facts["health check"] = joined({joined(check.test),
                                    fmt::format("{} {} {} {} {}",
                                                check.interval.count(),
                                                check.timeout.count(),
                                                check.start_period.count(),
                                                check.start_interval.count(),
                                                check.retries)});
  }
}

}  // namespace

Facts facts_of(const docker::ContainerSpec& spec) {
  Facts facts;
  add(facts, "image", spec.image);
  add(facts, "command", spec.command);
  add(facts, "entrypoint", spec.entrypoint);
  add_each(facts, "environment", spec.environment);
  add(facts, "user", spec.user);
  add(facts, "working directory", spec.working_dir);
  add_ports(facts, spec);
  add_storage(facts, spec);
  add_network(facts, spec);
  add_limits(facts, spec);
  add_security(facts, spec);
  add_health(facts, spec);
  add(facts, "stop signal", spec.stop_signal);
  if (spec.stop_timeout) {
    facts["stop timeout"] = fmt::format("{}", spec.stop_timeout->count());
  }
  add(facts, "tty", spec.tty);
  add(facts, "open stdin", spec.open_stdin);
  add_number(facts, "init", spec.init);
  add(facts, "log driver", spec.log.driver);
  add_each(facts, "log option", spec.log.options);
  return facts;
}

std::string canonical_text(const Facts& facts) {
  std::string text;
  for (const auto& [name, value] : facts) {
    append_part(text, name);
    append_part(text, value);
  }
  return text;
}

std::vector<std::string> differing_facts(const docker::ContainerSpec& from,
                                         const docker::ContainerSpec& to) {
  const auto before = facts_of(from);
  const auto after = facts_of(to);
  std::vector<std::string> names;
  for (const auto& [name, value] : after) {
    const auto found = before.find(name);
    if (found == before.end() || found->second != value) {
      names.push_back(name);
    }
  }
  for (const auto& [name, value] : before) {
    if (!after.contains(name)) {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace agent::engine
