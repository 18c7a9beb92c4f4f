#include "agent/docker/encode.hpp"
#include "agent/docker/encode_json.hpp"
#include "agent/docker/json_fields.hpp"

#include <fmt/format.h>

namespace agent::docker {
std::string_view name_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::tcp:
      return "tcp";
    case Protocol::udp:
      return "udp";
    case Protocol::sctp:
      return "sctp";
  }
  return "tcp";
}

namespace {

std::string_view name_of(RestartKind kind) {
  switch (kind) {
    case RestartKind::no:
      return "no";
    case RestartKind::always:
      return "always";
    case RestartKind::unless_stopped:
      return "unless-stopped";
    case RestartKind::on_failure:
      return "on-failure";
  }
  return "no";
}

std::int64_t nanoseconds(std::chrono::milliseconds time) {
  return std::chrono::nanoseconds(time).count();
}

Json encoded(const Healthcheck& check, ApiVersion version) {
  Json json = Json::object();
  const auto set = [&](const char* key, std::chrono::milliseconds time) {
    if (time.count() > 0) {
      json[key] = nanoseconds(time);
    }
  };
  if (!check.test.empty()) {
    json["Test"] = check.test;
  }
  set("Interval", check.interval);
  set("Timeout", check.timeout);
  set("StartPeriod", check.start_period);
  if (version >= k_many_networks) {
    set("StartInterval", check.start_interval);
  }
  if (check.retries > 0) {
    json["Retries"] = check.retries;
  }
  return json;
}

// Only the old "source:target:options" form can label for SELinux or make a missing host folder
// with every engine since 1.40; the typed form is used for everything else, as it takes any path.
bool needs_bind_text(const Mount& mount) {
  return mount.selinux != SelinuxLabel::none || mount.create_source;
}

std::string bind_text(const Mount& mount) {
  std::string text = mount.source + ":" + mount.target;
  text += mount.access == MountAccess::read_only ? ":ro" : ":rw";
  if (mount.selinux != SelinuxLabel::none) {
    text += mount.selinux == SelinuxLabel::shared ? ",z" : ",Z";
  }
  if (mount.kind == MountKind::volume && mount.no_copy) {
    text += ",nocopy";
  }
  if (mount.kind == MountKind::bind && !mount.propagation.empty()) {
    text += "," + mount.propagation;
  }
  return text;
}

Json encoded(const Mount& mount) {
  Json json = {{"Target", mount.target}, {"ReadOnly", mount.access == MountAccess::read_only}};
  if (!mount.source.empty()) {
    json["Source"] = mount.source;
  }
  switch (mount.kind) {
    case MountKind::volume:
      json["Type"] = "volume";
      if (mount.no_copy) {
        json["VolumeOptions"] = {{"NoCopy", true}};
      }
      break;
    case MountKind::bind:
      json["Type"] = "bind";
      if (!mount.propagation.empty()) {
        json["BindOptions"] = {{"Propagation", mount.propagation}};
      }
      break;
    case MountKind::tmpfs:
      json["Type"] = "tmpfs";
      if (mount.tmpfs_size) {
        json["TmpfsOptions"]["SizeBytes"] = *mount.tmpfs_size;
      }
      if (mount.tmpfs_mode) {
        json["TmpfsOptions"]["Mode"] = *mount.tmpfs_mode;
      }
      break;
  }
  return json;
}

void add_mounts(Json& host, const ContainerSpec& spec) {
  for (const auto& mount : spec.mounts) {
    if (needs_bind_text(mount)) {
      host["Binds"].push_back(bind_text(mount));
    } else {
      host["Mounts"].push_back(encoded(mount));
    }
  }
}

void add_ports(Json& config, Json& host, const ContainerSpec& spec) {
  for (const auto& port : spec.ports) {
    const auto key = fmt::format("{}/{}", port.container_port, name_of(port.protocol));
    config["ExposedPorts"][key] = Json::object();
    host["PortBindings"][key].push_back(
        {{"HostIp", port.host_ip},
         {"HostPort", port.host_port ? fmt::format("{}", *port.host_port) : std::string()}});
  }
  if (spec.publish_all) {
    host["PublishAllPorts"] = true;
  }
}

void add_resources(Json& host, const ContainerSpec& spec) {
  set_if(host, "ShmSize", spec.shm_size);
  set_if(host, "Memory", spec.memory);
  set_if(host, "MemorySwap", spec.memory_swap);
  set_if(host, "CpuShares", spec.cpu_shares);
  set_if(host, "NanoCpus", spec.nano_cpus);
  set_if(host, "PidsLimit", spec.pids_limit);
  set_if(host, "OomKillDisable", spec.oom_kill_disable);
  set_if(host, "OomScoreAdj", spec.oom_score_adj);
  set_if(host, "Init", spec.init);
  for (const auto& limit : spec.ulimits) {
    host["Ulimits"].push_back({{"Name", limit.name}, {"Soft", limit.soft}, {"Hard", limit.hard}});
  }
}

void add_security(Json& host, const ContainerSpec& spec) {
  set_if(host, "CapAdd", spec.cap_add);
  set_if(host, "CapDrop", spec.cap_drop);
  set_if(host, "SecurityOpt", spec.security_options);
  set_if(host, "Sysctls", spec.sysctls);
  set_if(host, "GroupAdd", spec.group_add);
  set_if(host, "Privileged", spec.privileged);
  set_if(host, "ReadonlyRootfs", spec.readonly_rootfs);
}

void add_networks(Json& config, Json& host, const ContainerSpec& spec, ApiVersion version) {
  set_if(host, "NetworkMode", spec.network_mode);
  if (spec.networks.empty() || !spec.network_mode.empty()) {
    return;
  }
  host["NetworkMode"] = spec.networks.front().network;
  auto& endpoints = config["NetworkingConfig"]["EndpointsConfig"];
  for (const auto& attachment : spec.networks) {
    endpoints[attachment.network] = encoded_endpoint(attachment);
    if (version < k_many_networks) {
      break;
    }
  }
}

Json encoded_host(const ContainerSpec& spec) {
  Json host = {{"RestartPolicy", encoded_policy(spec.restart)}};
  add_mounts(host, spec);
  add_resources(host, spec);
  add_security(host, spec);
  set_if(host, "ExtraHosts", spec.extra_hosts);
  set_if(host, "VolumesFrom", spec.volumes_from);
  set_if(host, "PidMode", spec.pid_mode);
  if (!spec.log.driver.empty()) {
    host["LogConfig"] = {{"Type", spec.log.driver}, {"Config", spec.log.options}};
  }
  return host;
}

}  // namespace

Json encoded_policy(const RestartPolicy& policy) {
  Json json = {{"Name", name_of(policy.kind)}};
  if (policy.kind == RestartKind::on_failure && policy.max_retries > 0) {
    json["MaximumRetryCount"] = policy.max_retries;
  }
  return json;
}

std::string encode_container(const ContainerSpec& spec, ApiVersion version) {
  Json config = {{"Image", spec.image}};
  Json host = encoded_host(spec);
  if (spec.command) {
    config["Cmd"] = *spec.command;
  }
  if (spec.entrypoint) {
    config["Entrypoint"] = *spec.entrypoint;
  }
  set_if(config, "Env", assignments(spec.environment));
  set_if(config, "Labels", spec.labels);
  set_if(config, "User", spec.user);
  set_if(config, "WorkingDir", spec.working_dir);
  set_if(config, "Hostname", spec.hostname);
  set_if(config, "StopSignal", spec.stop_signal);
  set_if(config, "Tty", spec.tty);
  set_if(config, "OpenStdin", spec.open_stdin);
  if (spec.stop_timeout) {
    config["StopTimeout"] = spec.stop_timeout->count();
  }
  if (spec.healthcheck) {
    config["Healthcheck"] = encoded(*spec.healthcheck, version);
  }
  add_ports(config, host, spec);
  add_networks(config, host, spec, version);
  config["HostConfig"] = std::move(host);
  return dumped(config);
}

}  // namespace agent::docker
