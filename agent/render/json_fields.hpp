#pragma once
// Which fields a deployment has in JSON, said once for writing and reading. `Archive` is one of the
// two in deployment_json.cpp. Inside this library only.

#include "agent/render/deployment.hpp"

namespace agent::render {

template <typename Archive>
void fields(Archive& archive, ImageReference& image) {
  archive("source", image.source);
  archive("name", image.name);
  archive("tag", image.tag);
  archive("config_digest", image.config_digest);
}

template <typename Archive>
void fields(Archive& archive, EnvVar& variable) {
  archive("name", variable.name);
  archive("value", variable.value);
  archive("excluded_from_support", variable.excluded_from_support);
}

template <typename Archive>
void fields(Archive& archive, Port& port) {
  archive("container_port", port.container_port);
  archive("host_port", port.host_port);
  archive("host_address", port.host_address);
  archive("protocol", port.protocol);
}

template <typename Archive>
void fields(Archive& archive, Mount& mount) {
  archive("kind", mount.kind);
  archive("source", mount.source);
  archive("target", mount.target);
  archive("read_only", mount.read_only);
  archive("no_copy", mount.no_copy);
  archive("propagation", mount.propagation);
  archive("selinux", mount.selinux);
}

template <typename Archive>
void fields(Archive& archive, ConfigFile& file) {
  archive("name", file.name);
  archive.bytes("content", file.content);
  archive("mode", file.mode);
  archive("uid", file.uid);
  archive("gid", file.gid);
}

template <typename Archive>
void fields(Archive& archive, ConfigDirectory& directory) {
  archive("target", directory.target);
  archive("delivery", directory.delivery);
  archive("hash", directory.hash);
  archive("volume", directory.volume);
  archive("files", directory.files);
}

template <typename Archive>
void fields(Archive& archive, Ulimit& ulimit) {
  archive("name", ulimit.name);
  archive("soft", ulimit.soft);
  archive("hard", ulimit.hard);
}

template <typename Archive>
void fields(Archive& archive, ExtraHost& host) {
  archive("hostname", host.hostname);
  archive("address", host.address);
}

template <typename Archive>
void fields(Archive& archive, Label& label) {
  archive("name", label.name);
  archive("value", label.value);
}

template <typename Archive>
void fields(Archive& archive, Attachment& attachment) {
  archive("network", attachment.network);
  archive("aliases", attachment.aliases);
  archive("ipv4_address", attachment.ipv4_address);
  archive("ipv6_address", attachment.ipv6_address);
}

template <typename Archive>
void fields(Archive& archive, Restart& restart) {
  archive("policy", restart.policy);
  archive("max_retries", restart.max_retries);
}

template <typename Archive>
void fields(Archive& archive, LogConfig& log) {
  archive("driver", log.driver);
  archive("options", log.options);
}

template <typename Archive>
void fields(Archive& archive, Health& health) {
  archive("kind", health.kind);
  archive("path", health.path);
  archive("port", health.port);
  archive("argv", health.argv);
  archive("interval_ms", health.interval);
  archive("timeout_ms", health.timeout);
  archive("retries", health.retries);
  archive("start_period_ms", health.start_period);
}

template <typename Archive>
void fields(Archive& archive, PublishEvent& event) {
  archive("name", event.name);
  archive("trigger", event.trigger);
  archive("data", event.data);
  archive("args", event.args);
  archive("timeout_s", event.timeout);
  archive("subscribers", event.subscribers);
}

template <typename Archive>
void fields(Archive& archive, Update& update) {
  archive("order", update.order);
  archive("min_healthy_time_ms", update.min_healthy_time);
  archive("healthy_deadline_ms", update.healthy_deadline);
}

template <typename Archive>
void fields(Archive& archive, Container& container) {
  archive("component", container.component);
  archive("key", container.key);
  archive("service", container.service);
  archive("display_name", container.display_name);
  archive("docker_name", container.docker_name);
  archive("image", container.image);
  archive("cmd", container.cmd);
  archive("entrypoint", container.entrypoint);
  archive("env", container.env);
  archive("labels", container.labels);
  archive("ports", container.ports);
  archive("publish_all_ports", container.publish_all_ports);
  archive("mounts", container.mounts);
  archive("tmpfs", container.tmpfs);
  archive("volumes_from", container.volumes_from);
  archive("config", container.config);
  archive("user", container.user);
  archive("hostname", container.hostname);
  archive("stop_signal", container.stop_signal);
  archive("stop_timeout_s", container.stop_timeout);
  archive("read_only_root", container.read_only_root);
  archive("privileged", container.privileged);
  archive("tty", container.tty);
  archive("init", container.init);
  archive("oom_kill_disable", container.oom_kill_disable);
  archive("cap_add", container.cap_add);
  archive("cap_drop", container.cap_drop);
  archive("security_options", container.security_options);
  archive("ulimits", container.ulimits);
  archive("shm_bytes", container.shm_bytes);
  archive("memory_bytes", container.memory_bytes);
  archive("memory_swap_bytes", container.memory_swap_bytes);
  archive("cpu_shares", container.cpu_shares);
  archive("pids_limit", container.pids_limit);
  archive("extra_hosts", container.extra_hosts);
  archive("links", container.links);
  archive("network_mode", container.network_mode);
  archive("networks", container.networks);
  archive("pid_mode", container.pid_mode);
  archive("log", container.log);
  archive("restart", container.restart);
  archive("ephemeral", container.ephemeral);
  archive("health", container.health);
  archive("depends_on", container.depends_on);
  archive("publish_events", container.publish_events);
  archive("update", container.update);
}

template <typename Archive>
void fields(Archive& archive, Network& network) {
  archive("name", network.name);
  archive("external", network.external);
}

template <typename Archive>
void fields(Archive& archive, Volume& volume) {
  archive("name", volume.name);
  archive("ephemeral", volume.ephemeral);
  archive("excluded_from_backup", volume.excluded_from_backup);
  archive("owner", volume.owner);
  archive("permission", volume.permission);
}

template <typename Archive>
void fields(Archive& archive, HostDirectory& directory) {
  archive("path", directory.path);
  archive("ephemeral", directory.ephemeral);
  archive("excluded_from_backup", directory.excluded_from_backup);
  archive("owner", directory.owner);
  archive("permission", directory.permission);
}

template <typename Archive>
void fields(Archive& archive, ReadyProbe& ready) {
  archive("kind", ready.kind);
  archive("url", ready.url);
  archive("expected_code", ready.expected_code);
  archive("host", ready.host);
  archive("port", ready.port);
  archive("attempt_timeout_s", ready.attempt_timeout);
  archive("timeout_s", ready.timeout);
}

template <typename Archive>
void fields(Archive& archive, Consent& consent) {
  archive("container", consent.container);
  archive("power", consent.power);
  archive("detail", consent.detail);
}

// Without `secret_values`, which is no part of the id.
template <typename Archive>
void fields(Archive& archive, Deployment& deployment) {
  archive("app", deployment.app);
  archive("name", deployment.name);
  archive("version", deployment.version);
  archive("app_url", deployment.app_url);
  archive("logo_url", deployment.logo_url);
  archive("containers", deployment.containers);
  archive("networks", deployment.networks);
  archive("volumes", deployment.volumes);
  archive("host_directories", deployment.host_directories);
  archive("ready", deployment.ready);
  archive("consents", deployment.consents);
  archive("rollback", deployment.rollback);
}

}  // namespace agent::render
