#include "agent/docker/decode.hpp"
#include "agent/docker/json_fields.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace agent::docker {
namespace {

constexpr std::array<std::pair<std::string_view, ContainerStatus>, 7> k_statuses = {{
    {"created", ContainerStatus::created},
    {"running", ContainerStatus::running},
    {"paused", ContainerStatus::paused},
    {"restarting", ContainerStatus::restarting},
    {"removing", ContainerStatus::removing},
    {"exited", ContainerStatus::exited},
    {"dead", ContainerStatus::dead},
}};

ContainerStatus status_named(std::string_view name) {
  for (const auto& [text, status] : k_statuses) {
    if (text == name) {
      return status;
    }
  }
  return ContainerStatus::unknown;
}

HealthStatus health_named(std::string_view name) {
  if (name == "starting") {
    return HealthStatus::starting;
  }
  if (name == "healthy") {
    return HealthStatus::healthy;
  }
  return name == "unhealthy" ? HealthStatus::unhealthy : HealthStatus::none;
}

// "Up 3 minutes (healthy)", "Up 2 seconds (health: starting)".
std::optional<HealthStatus> health_in(std::string_view status_text) {
  if (status_text.ends_with("(healthy)")) {
    return HealthStatus::healthy;
  }
  if (status_text.ends_with("(unhealthy)")) {
    return HealthStatus::unhealthy;
  }
  if (status_text.ends_with("(health: starting)")) {
    return HealthStatus::starting;
  }
  return std::nullopt;
}

RestartPolicy policy_of(const Json& json) {
  RestartPolicy policy;
  const auto name = text_of(json, "Name");
  if (name == "always") {
    policy.kind = RestartKind::always;
  } else if (name == "unless-stopped") {
    policy.kind = RestartKind::unless_stopped;
  } else if (name == "on-failure") {
    policy.kind = RestartKind::on_failure;
    policy.max_retries = number_of<int>(json, "MaximumRetryCount");
  }
  return policy;
}

Protocol protocol_named(std::string_view name) {
  if (name == "udp") {
    return Protocol::udp;
  }
  return name == "sctp" ? Protocol::sctp : Protocol::tcp;
}

std::uint16_t port_in(std::string_view text) {
  std::uint16_t port = 0;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

MountKind mount_kind_named(std::string_view name) {
  if (name == "bind") {
    return MountKind::bind;
  }
  return name == "tmpfs" ? MountKind::tmpfs : MountKind::volume;
}

// {"8080/tcp": [{"HostIp": "0.0.0.0", "HostPort": "80"}], "9000/tcp": null}
std::vector<PublishedPort> published_ports(const Json& ports) {
  std::vector<PublishedPort> list;
  for (const auto& [key, unused] : ports.items()) {
    const std::string_view name = key;
    const auto slash = std::min(name.find('/'), name.size());
    for (const auto& binding : elements_of(ports, key.c_str())) {
      list.push_back({
          .container_port = port_in(name.substr(0, slash)),
          .protocol = protocol_named(name.substr(std::min(slash + 1, name.size()))),
          .host_ip = text_of(binding, "HostIp"),
          .host_port = port_in(text_of(binding, "HostPort")),
      });
    }
  }
  return list;
}

std::map<std::string, Endpoint> endpoints_of(const Json& networks) {
  std::map<std::string, Endpoint> endpoints;
  for (const auto& [name, json] : networks.items()) {
    endpoints.emplace(name,
                      Endpoint{
                          .network_id = text_of(json, "NetworkID"),
                          .endpoint_id = text_of(json, "EndpointID"),
                          .ipv4 = text_of(json, "IPAddress"),
                          .ipv6 = text_of(json, "GlobalIPv6Address"),
                          .gateway = text_of(json, "Gateway"),
                          .mac = text_of(json, "MacAddress"),
                          .aliases = text_list_of(json, "Aliases"),
                      });
  }
  return endpoints;
}

void read_state(const Json& state, ContainerDetails& details) {
  details.status = status_named(text_of(state, "Status"));
  details.pid = number_of<int>(state, "Pid");
  details.exit_code = number_of<int>(state, "ExitCode");
  details.oom_killed = flag_of(state, "OOMKilled");
  details.error = text_of(state, "Error");
  details.started = time_of(state, "StartedAt");
  details.finished = time_of(state, "FinishedAt");
  const Json& health = child(state, "Health");
  details.health = health_named(text_of(health, "Status"));
  details.failing_streak = number_of<int>(health, "FailingStreak");
  if (const Json& log = elements_of(health, "Log"); !log.empty()) {
    details.last_health_output = text_of(log.back(), "Output");
  }
}

std::string without_slash(std::string name) {
  if (name.starts_with('/')) {
    name.erase(0, 1);
  }
  return name;
}

// With a legacy link a container has further names, such as "/other/alias".
std::string own_name(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (name.find('/', 1) == std::string::npos) {
      return without_slash(name);
    }
  }
  return {};
}

ContainerSummary summary_of(const Json& json) {
  ContainerSummary summary{
      .id = text_of(json, "Id"),
      .name = own_name(text_list_of(json, "Names")),
      .image = text_of(json, "Image"),
      .image_id = text_of(json, "ImageID"),
      .status = status_named(text_of(json, "State")),
      .status_text = text_of(json, "Status"),
      .labels = text_map_of(json, "Labels"),
      .networks = keys_of(child(json, "NetworkSettings"), "Networks"),
  };
  const auto health = text_of(child(json, "Health"), "Status");
  summary.health = health.empty() ? health_in(summary.status_text) : health_named(health);
  for (const auto& port : elements_of(json, "Ports")) {
    if (number_of<int>(port, "PublicPort") > 0) {
      summary.ports.push_back({
          .container_port = number_of<std::uint16_t>(port, "PrivatePort"),
          .protocol = protocol_named(text_of(port, "Type")),
          .host_ip = text_of(port, "IP"),
          .host_port = number_of<std::uint16_t>(port, "PublicPort"),
      });
    }
  }
  return summary;
}

// The page cache that the kernel would drop counts as used; what `docker stats` shows has it
// taken out. cgroup v1 calls it total_inactive_file.
std::uint64_t memory_in_use(const Json& memory) {
  const auto usage = number_of<std::uint64_t>(memory, "usage");
  const Json& details = child(memory, "stats");
  const char* key =
      details.contains("total_inactive_file") ? "total_inactive_file" : "inactive_file";
  const auto cache = number_of<std::uint64_t>(details, key);
  return cache < usage ? usage - cache : usage;
}

}  // namespace

std::string_view name_of(ContainerStatus status) noexcept {
  for (const auto& [text, value] : k_statuses) {
    if (value == status) {
      return text;
    }
  }
  return "unknown";
}

std::string_view name_of(HealthStatus status) noexcept {
  switch (status) {
    case HealthStatus::none:
      return "none";
    case HealthStatus::starting:
      return "starting";
    case HealthStatus::healthy:
      return "healthy";
    case HealthStatus::unhealthy:
      return "unhealthy";
  }
  return "none";
}

base::Result<ContainerDetails> decode_container(std::string_view text) {
  BASE_TRY_ASSIGN(const Json json, parse_answer(text, "inspect a container"));
  const Json& config = child(json, "Config");
  const Json& host = child(json, "HostConfig");
  const Json& settings = child(json, "NetworkSettings");
  ContainerDetails details;
  details.id = text_of(json, "Id");
  if (details.id.empty()) {
    return base::Error{base::ErrorCode::io, "the engine described a container without an id"};
  }
  details.name = without_slash(text_of(json, "Name"));
  details.image_id = text_of(json, "Image");
  details.image = text_of(config, "Image");
  details.created = time_of(json, "Created");
  read_state(child(json, "State"), details);
  details.restart_count = number_of<int>(json, "RestartCount");
  details.labels = text_map_of(config, "Labels");
  details.tty = flag_of(config, "Tty");
  if (const auto timeout = child(config, "StopTimeout"); timeout.is_number_integer()) {
    details.stop_timeout = std::chrono::seconds(number_of<int>(config, "StopTimeout"));
  }
  details.networks = endpoints_of(fields_of(settings, "Networks"));
  details.ports = published_ports(fields_of(settings, "Ports"));
  details.restart = policy_of(child(host, "RestartPolicy"));
  details.network_mode = text_of(host, "NetworkMode");
  details.log_driver = text_of(child(host, "LogConfig"), "Type");
  for (const auto& mount : elements_of(json, "Mounts")) {
    details.mounts.push_back({
        .kind = mount_kind_named(text_of(mount, "Type")),
        .name = text_of(mount, "Name"),
        .source = text_of(mount, "Source"),
        .target = text_of(mount, "Destination"),
        .access = flag_of(mount, "RW") ? MountAccess::read_write : MountAccess::read_only,
    });
  }
  return details;
}

base::Result<std::vector<ContainerSummary>> decode_containers(std::string_view text) {
  BASE_TRY_ASSIGN(const Json json, parse_answer(text, "list containers"));
  std::vector<ContainerSummary> list;
  if (json.is_array()) {
    for (const auto& entry : json) {
      list.push_back(summary_of(entry));
    }
  }
  return list;
}

base::Result<ContainerStats> decode_stats(std::string_view text) {
  BASE_TRY_ASSIGN(const Json json, parse_answer(text, "sample a container"));
  const Json& cpu = child(json, "cpu_stats");
  const Json& memory = child(json, "memory_stats");
  ContainerStats stats{
      .cpu_nanoseconds = number_of<std::uint64_t>(child(cpu, "cpu_usage"), "total_usage"),
      .system_cpu_nanoseconds = number_of<std::uint64_t>(cpu, "system_cpu_usage"),
      .online_cpus = number_of<std::uint32_t>(cpu, "online_cpus"),
      .memory_bytes = memory_in_use(memory),
      .memory_limit = number_of<std::uint64_t>(memory, "limit"),
      .pids = number_of<std::uint64_t>(child(json, "pids_stats"), "current"),
  };
  for (const auto& network : fields_of(json, "networks")) {
    stats.network_received += number_of<std::uint64_t>(network, "rx_bytes");
    stats.network_sent += number_of<std::uint64_t>(network, "tx_bytes");
  }
  const Json& transfers = elements_of(child(json, "blkio_stats"), "io_service_bytes_recursive");
  for (const auto& entry : transfers) {
    const auto kind = text_of(entry, "op");  // "Read" with cgroup v1, "read" with v2.
    const auto bytes = number_of<std::uint64_t>(entry, "value");
    if (kind == "Read" || kind == "read") {
      stats.disk_read += bytes;
    } else if (kind == "Write" || kind == "write") {
      stats.disk_written += bytes;
    }
  }
  return stats;
}

}  // namespace agent::docker
