#pragma once
// The engine's JSON as typed answers. Pure. Errors are io: the engine said something that cannot
// be used.

#include "agent/base/core/result.hpp"
#include "agent/docker/container_state.hpp"
#include "agent/docker/engine.hpp"
#include "agent/docker/events.hpp"
#include "agent/docker/executions.hpp"
#include "agent/docker/images.hpp"
#include "agent/docker/networks.hpp"
#include "agent/docker/volumes.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::docker {

base::Result<ContainerDetails> decode_container(std::string_view text);
base::Result<std::vector<ContainerSummary>> decode_containers(std::string_view text);
base::Result<ContainerStats> decode_stats(std::string_view text);

base::Result<int> decode_wait(std::string_view text);
base::Result<std::string> decode_created_id(std::string_view text);
base::Result<ExecState> decode_exec(std::string_view text);
base::Result<EngineInfo> decode_info(std::string_view text);
base::Result<ImageDetails> decode_image(std::string_view text);
base::Result<std::vector<ImageSummary>> decode_images(std::string_view text);
base::Result<NetworkDetails> decode_network(std::string_view text);
base::Result<std::vector<NetworkDetails>> decode_networks(std::string_view text);
base::Result<VolumeDetails> decode_volume(std::string_view text);
base::Result<std::vector<VolumeDetails>> decode_volumes(std::string_view text);
base::Result<Event> decode_event(std::string_view text);

// The text of {"message": "..."}; the body itself, shortened, when it is something else.
std::string decode_message(std::string_view body);

// One object of a pull or load stream.
struct ImageReport {
  ImageProgress progress;
  std::string loaded;   // "name:tag" or "sha256:...", from "Loaded image: ...".
  std::string failure;  // From errorDetail or error: the whole call has failed.
};
base::Result<ImageReport> decode_image_report(std::string_view text);

}  // namespace agent::docker
