#include "agent/docker/decode.hpp"

#include "agent/docker/json_fields.hpp"

namespace agent::docker {
namespace {

ImageSummary image_summary(const Json& json) {
  return {
      .id = text_of(json, "Id"),
      .tags = text_list_of(json, "RepoTags"),
      .digests = text_list_of(json, "RepoDigests"),
      .size = number_of<std::uint64_t>(json, "Size"),
      .labels = text_map_of(json, "Labels"),
  };
}

NetworkDetails network_details(const Json& json) {
  NetworkDetails details{
      .id = text_of(json, "Id"),
      .name = text_of(json, "Name"),
      .driver = text_of(json, "Driver"),
      .labels = text_map_of(json, "Labels"),
      .internal = flag_of(json, "Internal"),
  };
  for (const auto& pool : elements_of(child(json, "IPAM"), "Config")) {
    details.subnets.push_back(text_of(pool, "Subnet"));
  }
  for (const auto& [id, member] : fields_of(json, "Containers").items()) {
    details.members.push_back({.container_id = id,
                               .name = text_of(member, "Name"),
                               .ipv4 = text_of(member, "IPv4Address")});
  }
  return details;
}

VolumeDetails volume_details(const Json& json) {
  return {
      .name = text_of(json, "Name"),
      .driver = text_of(json, "Driver"),
      .mountpoint = text_of(json, "Mountpoint"),
      .labels = text_map_of(json, "Labels"),
      .options = text_map_of(json, "Options"),
  };
}

template <typename Item>
std::vector<Item> each(const Json& array, Item (*read)(const Json&)) {
  std::vector<Item> list;
  if (array.is_array()) {
    for (const auto& entry : array) {
      list.push_back(read(entry));
    }
  }
  return list;
}

}  // namespace

base::Result<int> decode_wait(std::string_view text) {
  BASE_TRY_ASSIGN(const Json json, parse_answer(text, "wait for a container"));
  if (const auto message = text_of(child(json, "Error"), "Message"); !message.empty()) {
    return base::Error{base::ErrorCode::io, message};
  }
  if (!child(json, "StatusCode").is_number()) {
    return base::Error{base::ErrorCode::io, "the engine told no exit code"};
  }
  return number_of<int>(json, "StatusCode");
}

base::Result<std::string> decode_created_id(std::string_view text) {
  BASE_TRY_ASSIGN(const Json json, parse_answer(text, "create"));
  auto id = text_of(json, "Id");
  if (id.empty()) {
    return base::Error{base::ErrorCode::io, "the engine created something without an id"};
  }
  return id;
}

base::Result<ExecState> decode_exec(std::string_view text) {
  BASE_TRY_ASSIGN(const Json json, parse_answer(text, "inspect an exec"));
  ExecState state;
  state.running = flag_of(json, "Running");
  state.pid = number_of<int>(json, "Pid");
  if (child(json, "ExitCode").is_number()) {  // null until it has ended.
    state.exit_code = number_of<int>(json, "ExitCode");
  }
  return state;
}

base::Result<EngineInfo> decode_info(std::string_view text) {
  BASE_TRY_ASSIGN(const Json json, parse_answer(text, "info"));
  EngineInfo info{
      .id = text_of(json, "ID"),
      .name = text_of(json, "Name"),
      .server_version = text_of(json, "ServerVersion"),
      .storage_driver = text_of(json, "Driver"),
      .data_root = text_of(json, "DockerRootDir"),
      .operating_system = text_of(json, "OperatingSystem"),
      .kernel = text_of(json, "KernelVersion"),
      .architecture = text_of(json, "Architecture"),
      .logging_driver = text_of(json, "LoggingDriver"),
      .cgroup_version = text_of(json, "CgroupVersion"),
      .cpus = number_of<std::uint32_t>(json, "NCPU"),
      .memory_bytes = number_of<std::uint64_t>(json, "MemTotal"),
      .containers = number_of<std::uint32_t>(json, "Containers"),
      .containers_running = number_of<std::uint32_t>(json, "ContainersRunning"),
      .live_restore = flag_of(json, "LiveRestoreEnabled"),
      .swarm_active = text_of(child(json, "Swarm"), "LocalNodeState") == "active",
      .security_options = text_list_of(json, "SecurityOptions"),
      .warnings = text_list_of(json, "Warnings"),
  };
  // DriverStatus is a list of pairs; with the containerd store it has
  // ["driver-type", "io.containerd.snapshotter.v1"].
  for (const auto& pair : elements_of(json, "DriverStatus")) {
    if (pair.is_array() && pair.size() == 2 && pair[0] == "driver-type") {
      info.containerd_store = pair[1] == "io.containerd.snapshotter.v1";
    }
  }
  return info;
}

base::Result<ImageDetails> decode_image(std::string_view text) {
  BASE_TRY_ASSIGN(const Json json, parse_answer(text, "inspect an image"));
  const Json& config = child(json, "Config");
  return ImageDetails{
      .id = text_of(json, "Id"),
      .tags = text_list_of(json, "RepoTags"),
      .digests = text_list_of(json, "RepoDigests"),
      .created = time_of(json, "Created"),
      .size = number_of<std::uint64_t>(json, "Size"),
      .architecture = text_of(json, "Architecture"),
      .os = text_of(json, "Os"),
      .layers = text_list_of(child(json, "RootFS"), "Layers"),
      .entrypoint = text_list_of(config, "Entrypoint"),
      .command = text_list_of(config, "Cmd"),
      .environment = text_list_of(config, "Env"),
      .labels = text_map_of(config, "Labels"),
      .user = text_of(config, "User"),
      .stop_signal = text_of(config, "StopSignal"),
      .exposed_ports = keys_of(config, "ExposedPorts"),
      .volumes = keys_of(config, "Volumes"),
      .has_healthcheck = !text_list_of(child(config, "Healthcheck"), "Test").empty(),
  };
}

base::Result<std::vector<ImageSummary>> decode_images(std::string_view text) {
  BASE_TRY_ASSIGN(const Json json, parse_answer(text, "list images"));
  return each(json, &image_summary);
}

base::Result<NetworkDetails> decode_network(std::string_view text) {
  BASE_TRY_ASSIGN(const Json json, parse_answer(text, "inspect a network"));
  return network_details(json);
}

base::Result<std::vector<NetworkDetails>> decode_networks(std::string_view text) {
  BASE_TRY_ASSIGN(const Json json, parse_answer(text, "list networks"));
  return each(json, &network_details);
}

base::Result<VolumeDetails> decode_volume(std::string_view text) {
  BASE_TRY_ASSIGN(const Json json, parse_answer(text, "inspect a volume"));
  return volume_details(json);
}

base::Result<std::vector<VolumeDetails>> decode_volumes(std::string_view text) {
  BASE_TRY_ASSIGN(const Json json, parse_answer(text, "list volumes"));
  return each(child(json, "Volumes"), &volume_details);
}

base::Result<Event> decode_event(std::string_view text) {
  BASE_TRY_ASSIGN(const Json json, parse_answer(text, "events"));
  const Json& actor = child(json, "Actor");
  return Event{
      .type = text_of(json, "Type"),
      .action = text_of(json, "Action"),
      .id = text_of(actor, "ID"),
      .attributes = text_map_of(actor, "Attributes"),
      .time_nanoseconds = number_of<std::int64_t>(json, "timeNano"),
  };
}

std::string decode_message(std::string_view body) {
  constexpr std::size_t k_longest = 2000;
  const auto json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  auto message = json.is_discarded() ? std::string(body) : text_of(json, "message");
  if (message.size() > k_longest) {
    message.resize(k_longest);
  }
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) {
    message.pop_back();
  }
  return message;
}

base::Result<ImageReport> decode_image_report(std::string_view text) {
  BASE_TRY_ASSIGN(const Json json, parse_answer(text, "progress"));
  const Json& detail = child(json, "progressDetail");
  ImageReport report;
  report.progress = {
      .status = text_of(json, "status"),
      .layer = text_of(json, "id"),
      .current = number_of<std::uint64_t>(detail, "current"),
      .total = number_of<std::uint64_t>(detail, "total"),
  };
  report.failure = text_of(child(json, "errorDetail"), "message");
  if (report.failure.empty()) {
    report.failure = text_of(json, "error");
  }
  if (report.failure.empty() && child(json, "errorDetail").is_object()) {
    report.failure = "the engine reported an error without a message";
  }
  auto stream = text_of(json, "stream");
  while (!stream.empty() && stream.back() == '\n') {
    stream.pop_back();
  }
  for (const std::string_view prefix : {"Loaded image ID: ", "Loaded image: "}) {
    if (stream.starts_with(prefix)) {
      report.loaded = stream.substr(prefix.size());
    }
  }
  return report;
}

}  // namespace agent::docker
