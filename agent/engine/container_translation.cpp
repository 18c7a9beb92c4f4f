#include "agent/engine/container_translation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace agent::engine {
namespace {

template <typename Number>
std::optional<Number> number_of(std::string_view text, int base = 10) {
  Number number{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (failure != std::errc{} || end != text.data() + text.size() || text.empty()) {
    return std::nullopt;
  }
  return number;
}

// "uid" or "uid:gid".
void read_owner(std::string_view text,
                std::optional<std::uint32_t>& uid,
                std::optional<std::uint32_t>& gid) {
  const auto colon = text.find(':');
  uid = number_of<std::uint32_t>(text.substr(0, colon));
  gid = colon == std::string_view::npos ? uid : number_of<std::uint32_t>(text.substr(colon + 1));
}

std::optional<std::uint32_t> mode_of(std::string_view text) {
  return number_of<std::uint32_t>(text, 8);
}

std::optional<std::uint64_t> size_of(std::string_view text) {
  std::uint64_t unit = 1;
  if (!text.empty()) {
    switch (text.back()) {
      case 'k':
      case 'K':
        unit = 1ULL << 10U;
        break;
      case 'm':
      case 'M':
        unit = 1ULL << 20U;
        break;
      case 'g':
      case 'G':
        unit = 1ULL << 30U;
        break;
      default:
        break;
    }
  }
  const auto number = number_of<std::uint64_t>(unit == 1 ? text : text.substr(0, text.size() - 1));
  return number ? std::optional(*number * unit) : std::nullopt;
}

// "/run" or "/run:size=64m,mode=1777". What else the options may say (noexec, nosuid, nodev) is
// what the engine does anyway.
docker::Mount tmpfs_of(const std::string& text) {
  docker::Mount mount{.kind = docker::MountKind::tmpfs};
  const auto colon = text.find(':');
  mount.target = text.substr(0, colon);
  std::string_view options =
      colon == std::string::npos ? std::string_view() : std::string_view(text).substr(colon + 1);
  while (!options.empty()) {
    const auto comma = options.find(',');
    const auto option = options.substr(0, comma);
    if (option.starts_with("size=")) {
      mount.tmpfs_size = size_of(option.substr(5));
    } else if (option.starts_with("mode=")) {
      mount.tmpfs_mode = mode_of(option.substr(5));
    }
    options = comma == std::string_view::npos ? std::string_view() : options.substr(comma + 1);
  }
  return mount;
}

docker::Mount mount_of(const render::Deployment& deployment, const render::Mount& source) {
  docker::Mount mount{
      .kind = source.kind == render::MountKind::volume ? docker::MountKind::volume
                                                       : docker::MountKind::bind,
      .source = source.source,
      .target = source.target,
      .access = source.read_only ? docker::MountAccess::read_only : docker::MountAccess::read_write,
      .no_copy = source.no_copy,
      .propagation = source.propagation};
  mount.create_source = mount.kind == docker::MountKind::bind;
  if (source.selinux == "z") {
    mount.selinux = docker::SelinuxLabel::shared;
  } else if (source.selinux == "Z") {
    mount.selinux = docker::SelinuxLabel::exclusive;
  }
  // Copying the image's files would give the volume's root the image's owner back.
  mount.no_copy =
      mount.no_copy ||
      std::any_of(deployment.volumes.begin(), deployment.volumes.end(), [&](const auto& volume) {
        return volume.name == source.source &&
               (!volume.owner.empty() || !volume.permission.empty());
      });
  return mount;
}

void add_mounts(const render::Deployment& deployment,
                const render::Container& source,
                DesiredContainer& result) {
  for (const auto& mount : source.mounts) {
    result.spec.mounts.push_back(mount_of(deployment, mount));
  }
  for (const auto& text : source.tmpfs) {
    result.spec.mounts.push_back(tmpfs_of(text));
  }
  for (const auto& directory : source.config) {
    if (directory.delivery == render::ConfigDelivery::archive) {
      result.copied_files.push_back({.target = directory.target, .files = files_of(directory)});
    } else {
      result.spec.mounts.push_back({.kind = docker::MountKind::volume,
                                    .source = directory.volume,
                                    .target = directory.target,
                                    .access = docker::MountAccess::read_only,
                                    .no_copy = true});
    }
  }
  result.spec.volumes_from = source.volumes_from;
}

void add_networks(const render::Container& source, docker::ContainerSpec& spec) {
  for (const auto& port : source.ports) {
    spec.ports.push_back(
        {.container_port = port.container_port,
         .protocol =
             port.protocol == render::Protocol::tcp ? docker::Protocol::tcp : docker::Protocol::udp,
         .host_ip = port.host_address,
         .host_port = port.host_port == 0 ? std::nullopt : std::optional(port.host_port)});
  }
  spec.publish_all = source.publish_all_ports;
  for (const auto& attachment : source.networks) {
    spec.networks.push_back({.network = attachment.network,
                             .aliases = attachment.aliases,
                             .ipv4 = attachment.ipv4_address,
                             .ipv6 = attachment.ipv6_address,
                             .links = source.links});
  }
  spec.network_mode = source.network_mode;
  spec.hostname = source.hostname;
  for (const auto& host : source.extra_hosts) {
    spec.extra_hosts.push_back(fmt::format("{}:{}", host.hostname, host.address));
  }
}

void add_limits(const render::Container& source, docker::ContainerSpec& spec) {
  for (const auto& limit : source.ulimits) {
    spec.ulimits.push_back({.name = limit.name, .soft = limit.soft, .hard = limit.hard});
  }
  const auto as_signed = [](std::optional<std::uint64_t> value) {
    return value ? std::optional(static_cast<std::int64_t>(*value)) : std::nullopt;
  };
  spec.shm_size = as_signed(source.shm_bytes);
  spec.memory = as_signed(source.memory_bytes);
  spec.memory_swap = source.memory_swap_bytes;
  spec.cpu_shares = as_signed(source.cpu_shares);
  spec.pids_limit = as_signed(source.pids_limit);
  if (source.oom_kill_disable) {
    spec.oom_kill_disable = true;
  }
}

void add_process(const render::Container& source, docker::ContainerSpec& spec) {
  spec.command = source.cmd;
  spec.entrypoint = source.entrypoint;
  for (const auto& variable : source.env) {
    spec.environment[variable.name] = variable.value;
  }
  for (const auto& label : source.labels) {
    spec.labels[label.name] = label.value;
  }
  spec.user = source.user;
  spec.stop_signal = source.stop_signal;
  spec.stop_timeout = source.stop_timeout;
  spec.readonly_rootfs = source.read_only_root;
  spec.privileged = source.privileged;
  spec.tty = source.tty;
  if (source.init) {
    spec.init = true;
  }
  spec.cap_add = source.cap_add;
  spec.cap_drop = source.cap_drop;
  spec.security_options = source.security_options;
  spec.pid_mode = source.pid_mode;
  spec.log.driver = source.log.driver;
  for (const auto& option : source.log.options) {
    spec.log.options[option.name] = option.value;
  }
}

void add_health(const render::Container& source, DesiredContainer& result) {
  if (!source.health) {
    result.probe.kind = ProbeKind::docker;  // The image may have a check of its own.
    return;
  }
  const auto& health = *source.health;
  result.probe.interval = health.interval;
  result.probe.timeout = health.timeout;
  result.probe.start_period = health.start_period;
  result.probe.retries = static_cast<int>(health.retries);
  result.probe.port = health.port;
  result.probe.path = health.path;
  switch (health.kind) {
    case render::HealthKind::http:
      result.probe.kind = ProbeKind::http;
      return;
    case render::HealthKind::tcp:
      result.probe.kind = ProbeKind::tcp;
      return;
    case render::HealthKind::exec:
      break;
  }
  result.probe.kind = ProbeKind::docker;
  docker::Healthcheck check{.test = {"CMD"},
                            .interval = health.interval,
                            .timeout = health.timeout,
                            .start_period = health.start_period,
                            .retries = static_cast<int>(health.retries)};
  check.test.insert(check.test.end(), health.argv.begin(), health.argv.end());
  result.spec.healthcheck = std::move(check);
}

// `always` would bring a container back that was stopped on purpose when the engine restarts.
docker::RestartPolicy restart_of(const render::Restart& restart) {
  switch (restart.policy) {
    case render::RestartPolicy::no:
      return {};
    case render::RestartPolicy::always:
      return {.kind = docker::RestartKind::unless_stopped};
    case render::RestartPolicy::on_failure:
      return {.kind = docker::RestartKind::on_failure,
              .max_retries = static_cast<int>(restart.max_retries)};
  }
  return {};
}

}  // namespace

std::string reference_of(const render::ImageReference& image) {
  return image.name + ":" + image.tag;
}

std::string image_of(const render::ImageReference& image) {
  return image.config_digest.empty() ? reference_of(image) : image.config_digest;
}

DesiredContainer translate(const render::Deployment& deployment, const render::Container& source) {
  DesiredContainer result;
  result.key = source.key;
  result.component = source.component;
  result.title = source.display_name;
  result.image = image_of(source.image);
  result.image_reference = reference_of(source.image);
  result.spec.image = result.image;
  add_process(source, result.spec);
  add_mounts(deployment, source, result);
  add_networks(source, result.spec);
  add_limits(source, result.spec);
  add_health(source, result);
  result.restart = restart_of(source.restart);
  result.role = source.ephemeral ? Role::job : Role::service;
  if (result.role == Role::job) {
    result.restart = {};  // It would be started again for having done its work.
  }
  result.depends_on = source.depends_on;
  result.healthy_deadline = source.update.healthy_deadline;
  return result;
}

std::vector<ConfigFile> files_of(const render::ConfigDirectory& directory) {
  std::vector<ConfigFile> files;
  for (const auto& file : directory.files) {
    files.push_back({.path = file.name,
                     .content = file.content,
                     .mode = file.mode,
                     .uid = file.uid,
                     .gid = file.gid});
  }
  return files;
}

Trigger trigger_of(const std::string& publisher, const render::PublishEvent& event) {
  Trigger trigger{.container = publisher, .argv = event.args, .name = event.name};
  constexpr std::chrono::hours k_no_limit{24 * 365};
  trigger.timeout = event.timeout ? std::chrono::milliseconds(*event.timeout)
                                  : std::chrono::milliseconds(k_no_limit);
  switch (event.trigger) {
    case render::EventTrigger::container_start:
      trigger.kind = TriggerKind::container_start;
      break;
    case render::EventTrigger::container_stop:
      trigger.kind = TriggerKind::container_stop;
      break;
    case render::EventTrigger::port_listen:
      trigger.kind = TriggerKind::port_listen;
      trigger.port = number_of<std::uint16_t>(event.data).value_or(0);
      break;
    case render::EventTrigger::exec:
      trigger.kind = TriggerKind::exec;
      break;
  }
  return trigger;
}

DesiredVolume volume_of(const render::Volume& volume,
                        const std::map<std::string, std::string>& labels) {
  DesiredVolume result{.volume = {.name = volume.name, .labels = labels}};
  read_owner(volume.owner, result.uid, result.gid);
  result.mode = mode_of(volume.permission);
  return result;
}

HostDirectory directory_of(const render::HostDirectory& directory) {
  HostDirectory result{.path = directory.path};
  read_owner(directory.owner, result.uid, result.gid);
  result.mode = mode_of(directory.permission);
  return result;
}

}  // namespace agent::engine
