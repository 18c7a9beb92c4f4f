#include "agent/manifest/sections.hpp"
#include "agent/manifest/template.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::manifest {
namespace {

// Exactly one of http, tcp and exec.
void read_probe(MapReader& reader, HealthCheck& health) {
  int kinds = 0;
  reader.map("http", [&](MapReader& inner) {
    health.kind = ProbeKind::http;
    health.path = inner.text("path");
    health.port = inner.text("port");
    ++kinds;
  });
  reader.map("tcp", [&](MapReader& inner) {
    health.kind = ProbeKind::tcp;
    health.port = inner.text("port");
    ++kinds;
  });
  if (reader.given("exec")) {
    health.kind = ProbeKind::exec;
    health.argv = reader.texts("exec");
    ++kinds;
  }
  if (kinds != 1) {
    reader.findings().error("slipway-health",
                            reader.path(),
                            reader.position(),
                            "needs exactly one of http, tcp and exec");
  }
}

void check_probe(MapReader& reader, const HealthCheck& health) {
  if (!health.port.empty() && !has_template(health.port.value) && !parse_port(health.port.value)) {
    reader.findings().error("slipway-health", health.port, "must be a port from 1 to 65535");
  }
  if (!health.path.empty() && health.path.value[0] != '/' && !has_template(health.path.value)) {
    reader.findings().error("slipway-health", health.path, "must begin with /");
  }
  if (health.kind == ProbeKind::exec && health.argv.empty()) {
    reader.findings().error("slipway-health",
                            reader.path_of("exec"),
                            reader.position(),
                            "must be a list of words, the program first");
  }
}

HealthCheck read_health(MapReader& reader) {
  HealthCheck health;
  read_probe(reader, health);
  health.interval = reader.duration("interval", health.interval);
  health.timeout = reader.duration("timeout", health.timeout);
  health.start_period = reader.duration("start_period", health.start_period);
  if (const auto retries = reader.text("retries"); retries.given) {
    const auto number = parse_unsigned(retries.value);
    if (!number || *number == 0 || *number > 1000) {
      reader.findings().error("slipway-health", retries, "must be a whole number from 1 to 1000");
    }
    health.retries = static_cast<std::uint32_t>(number.value_or(health.retries));
  }
  if (health.interval.count() < 1 || health.timeout.count() < 1) {
    reader.findings().error("slipway-health",
                            reader.path(),
                            reader.position(),
                            "interval and timeout must be longer than nothing");
  }
  check_probe(reader, health);
  return health;
}

UpdateRule read_update(MapReader& reader) {
  UpdateRule update;
  const auto order = reader.text("order");
  if (order.value == "start-first") {
    update.order = UpdateOrder::start_first;
  } else if (order.given && order.value != "stop-first") {
    reader.findings().error("slipway-update", order, "must be start-first or stop-first");
  }
  update.min_healthy_time = reader.duration("min_healthy_time", update.min_healthy_time);
  update.healthy_deadline = reader.duration("healthy_deadline", update.healthy_deadline);
  if (update.healthy_deadline < update.min_healthy_time) {
    reader.findings().error("slipway-update",
                            reader.path(),
                            reader.position(),
                            "healthy_deadline must not be shorter than min_healthy_time");
  }
  return update;
}

void check_digest(MapReader& reader, const Text& digest) {
  constexpr std::string_view k_prefix = "sha256:";
  const auto hex =
      std::string_view(digest.value).substr(std::min(k_prefix.size(), digest.value.size()));
  const bool good = digest.value.starts_with(k_prefix) && hex.size() == 64 &&
                    hex.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (digest.given && !good) {
    reader.findings().error(
        "slipway-image", digest, "must be sha256: and 64 small hexadecimal digits");
  }
}

}  // namespace

ContainerExtension read_container_extension(MapReader& reader) {
  ContainerExtension extension;
  reader.map("health", [&](MapReader& inner) { extension.health = read_health(inner); });
  extension.depends_on = reader.texts("depends_on");
  reader.map("update", [&](MapReader& inner) { extension.update = read_update(inner); });
  reader.map("image", [&](MapReader& inner) {
    extension.image_digest = inner.text("config");
    check_digest(inner, extension.image_digest);
    check_digest(inner, inner.text("manifest"));
  });
  extension.read_only = reader.bool_text("read_only");
  extension.tmpfs = reader.texts("tmpfs");
  extension.cap_drop = reader.texts("cap_drop");
  extension.pids_limit = reader.text("pids_limit");
  extension.stop_signal = reader.text("stop_signal");
  extension.init = reader.bool_text("init");
  return extension;
}

}  // namespace agent::manifest
