#pragma once
// Requests as the engine's JSON. Pure. Text that is not UTF-8 is sent with its bad bytes replaced.

#include "agent/docker/call.hpp"
#include "agent/docker/container_spec.hpp"
#include "agent/docker/events.hpp"
#include "agent/docker/executions.hpp"
#include "agent/docker/images.hpp"
#include "agent/docker/networks.hpp"
#include "agent/docker/volumes.hpp"

#include <map>
#include <string>
#include <vector>

namespace agent::docker {

// The first version whose create takes several networks and a health check's start interval.
inline constexpr ApiVersion k_many_networks{1, 44};

std::string encode_container(const ContainerSpec& spec, ApiVersion version);
std::string encode_restart_update(const RestartPolicy& policy);
std::string encode_exec(const ExecSpec& spec);
std::string encode_exec_start(const ExecSpec& spec);
std::string encode_network(const NetworkSpec& spec, ApiVersion version);
std::string encode_connect(const std::string& container, const NetworkAttachment& attachment);
std::string encode_disconnect(const std::string& container);
std::string encode_volume(const VolumeSpec& spec);
// {"label":["a=b"],"type":["container"]}; empty when every list is.
std::string encode_filters(const std::map<std::string, std::vector<std::string>>& filters);
// The value of X-Registry-Auth: base64url of JSON. A secret.
std::string encode_credentials(const RegistryCredentials& credentials);

}  // namespace agent::docker
