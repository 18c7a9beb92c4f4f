#include "agent/manifest/sections.hpp"
#include "agent/manifest/template.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::manifest {
namespace {

EnvVar read_env_var(MapReader& reader) {
  EnvVar variable;
  variable.name = reader.text("name");
  variable.value = reader.text("value");
  auto deprecated = reader.text("static_val");
  if (variable.value.empty() && !deprecated.empty()) {
    variable.value = std::move(deprecated);
  }
  variable.excluded_from_support = reader.text("is_excluded_from_support");
  variable.when = reader.text("when");
  return variable;
}

Port read_port(MapReader& reader) {
  Port port;
  port.private_port = reader.text("private_port");
  port.public_port = reader.text("public_port");
  port.public_port_initial = reader.text("public_port_initial");
  port.interface = reader.text("interface");
  port.port_type = reader.text("port_type");
  port.when = reader.text("when");
  for (const auto* number : {&port.private_port, &port.public_port}) {
    if (!number->empty() && !has_template(number->value) && !parse_port(number->value)) {
      // The original reads any text here, so the document loads; it cannot be rendered.
      reader.findings().warning(
          "slipway-port", number->path, number->at, "must be a port from 1 to 65535");
    }
  }
  return port;
}

Volume read_volume(MapReader& reader) {
  Volume volume;
  volume.host_path = reader.text("host_path");
  volume.container_path = reader.text("container_path");
  volume.options = reader.texts("options");
  volume.permission = reader.text("permission");
  volume.owner = reader.text("owner");
  volume.is_ephemeral = reader.text("is_ephemeral");
  volume.is_excluded_from_backup = reader.text("is_excluded_from_backup");
  volume.when = reader.text("when");
  return volume;
}

ConfigFile read_config_file(MapReader& reader) {
  ConfigFile file;
  file.filename = reader.text("filename");
  file.contents = reader.text("contents");
  file.source = reader.text("source");
  file.file_mode = reader.text("file_mode");
  file.file_owner = reader.text("file_owner");
  return file;
}

CustomerFile read_customer_file(MapReader& reader) {
  CustomerFile file;
  file.name = reader.text("name");
  file.filename = reader.text("filename");
  file.file_mode = reader.text("file_mode");
  file.file_owner = reader.text("file_owner");
  file.when = reader.text("when");
  return file;
}

Event read_event(MapReader& reader) {
  Event event;
  event.name = reader.text("name");
  event.trigger = reader.text("trigger");
  event.data = reader.text("data");
  event.args = reader.texts("args");
  event.timeout = reader.text("timeout");
  reader.maps("subscriptions", [&](MapReader& inner) {
    Subscription subscription;
    subscription.component = inner.text("component");
    subscription.container = inner.text("container");
    subscription.action = inner.text("action");
    event.subscriptions.push_back(std::move(subscription));
  });
  return event;
}

HostVolume read_host_volume(MapReader& reader) {
  HostVolume volume;
  volume.host_path = reader.text("host_path");
  volume.owner = reader.text("owner");
  volume.permission = reader.text("permission");
  volume.is_ephemeral = reader.text("is_ephemeral");
  volume.is_excluded_from_backup = reader.text("is_excluded_from_backup");
  volume.min_disk_space = reader.text("min_disk_space");
  return volume;
}

void read_lists(MapReader& reader, Container& container) {
  reader.maps("env_vars",
              [&](MapReader& inner) { container.env_vars.push_back(read_env_var(inner)); });
  reader.maps("ports", [&](MapReader& inner) { container.ports.push_back(read_port(inner)); });
  reader.maps("volumes",
              [&](MapReader& inner) { container.volumes.push_back(read_volume(inner)); });
  reader.maps("config_files",
              [&](MapReader& inner) { container.config_files.push_back(read_config_file(inner)); });
  reader.maps("customer_files", [&](MapReader& inner) {
    container.customer_files.push_back(read_customer_file(inner));
  });
  reader.maps("publish_events",
              [&](MapReader& inner) { container.publish_events.push_back(read_event(inner)); });
  reader.maps("extra_hosts", [&](MapReader& inner) {
    container.extra_hosts.push_back({.hostname = inner.text("hostname"),
                                     .address = inner.text("address"),
                                     .when = inner.text("when")});
  });
  reader.maps("ulimits", [&](MapReader& inner) {
    container.ulimits.push_back(
        {.name = inner.text("name"), .soft = inner.text("soft"), .hard = inner.text("hard")});
  });
}

void read_identity(MapReader& reader, Container& container) {
  container.source = reader.text("source");
  container.image_name = reader.text("image_name");
  container.version = reader.text("version");
  container.display_name = reader.text("display_name");
  container.name = reader.text("name");
  container.cmd = reader.text("cmd");
  if (reader.given("entrypoint")) {
    container.entrypoint = reader.texts("entrypoint");
  }
}

void read_host_settings(MapReader& reader, Container& container) {
  container.privileged = reader.boolean("privileged");
  container.security_cap_add = reader.texts("security_cap_add");
  container.security_options = reader.texts("security_options");
  container.network_mode = reader.text("network_mode");
  container.network = reader.text("network");
  container.network_aliases = reader.texts("network_aliases");
  container.links = reader.texts("links");
  container.ipv4_address = reader.text("ipv4_address");
  container.ipv6_address = reader.text("ipv6_address");
  container.hostname = reader.text("hostname");
  container.cpu_shares = reader.text("cpu_shares");
  container.memory_limit = reader.text("memory_limit");
  container.memory_swap_limit = reader.text("memory_swap_limit");
  container.oom_kill_disable = reader.bool_text("oom_kill_disable");
  container.shm_size = reader.text("shm_size");
  container.pid_mode = reader.text("pid_mode");
  container.allocate_tty = reader.text("allocate_tty");
  container.user = reader.text("user");
  container.readonly_rootfs = reader.bool_text("readonly_rootfs");
  container.labels = reader.texts("labels");
  container.logs = read_log_options(reader);
  container.log_config = read_log_driver(reader);
}

void read_life(MapReader& reader, Container& container) {
  container.ephemeral = reader.boolean("ephemeral");
  container.when = reader.text("when");
  container.dynamic = reader.text("dynamic");
  container.cluster = reader.bool_text("cluster");
  container.stop_timeout = reader.text("stop_timeout");
  container.disable_publish_all_ports = reader.bool_text("disable_publish_all_ports");
  container.volumes_from = reader.texts("volumes_from");
  reader.map("restart", [&](MapReader& inner) {
    container.restart_policy = inner.text("policy");
    container.restart_max = inner.text("max");
  });
  reader.map("slipway",
             [&](MapReader& inner) { container.slipway = read_container_extension(inner); });
}

}  // namespace

std::optional<LogOptions> read_log_options(MapReader& reader) {
  std::optional<LogOptions> options;
  reader.map("logs", [&](MapReader& inner) {
    options = LogOptions{inner.text("max_size"), inner.text("max_files")};
  });
  return options;
}

std::optional<LogDriver> read_log_driver(MapReader& reader) {
  std::optional<LogDriver> driver;
  reader.map("log_config", [&](MapReader& inner) {
    driver.emplace();
    driver->type = inner.text("type");
    inner.map("config", [&](MapReader& options) {
      for (const auto& entry : options.entries()) {
        driver->config.emplace_back(entry.key, options.text(entry.key));
      }
    });
  });
  return driver;
}

Container read_container(MapReader& reader) {
  Container container;
  container.path = reader.path();
  container.at = reader.position();
  read_identity(reader, container);
  read_lists(reader, container);
  read_host_settings(reader, container);
  read_life(reader, container);
  return container;
}

Component read_component(MapReader& reader) {
  Component component;
  component.name = reader.text("name");
  component.tags = reader.texts("tags");
  component.conflicts = reader.texts("conflicts");
  component.cluster = reader.text("cluster");
  component.logs = read_log_options(reader);
  component.log_config = read_log_driver(reader);
  reader.maps("host_volumes",
              [&](MapReader& inner) { component.host_volumes.push_back(read_host_volume(inner)); });
  reader.maps("containers",
              [&](MapReader& inner) { component.containers.push_back(read_container(inner)); });
  return component;
}

}  // namespace agent::manifest
