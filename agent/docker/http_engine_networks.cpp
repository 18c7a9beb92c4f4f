// Networks and volumes.
#include "agent/docker/decode.hpp"
#include "agent/docker/encode.hpp"
#include "agent/docker/http_engine.hpp"

#include <fmt/format.h>

namespace agent::docker {

base::Result<std::string> HttpEngine::create_network(const NetworkSpec& spec, const Call& call) {
  BASE_TRY_ASSIGN(const auto version, transport_.version(call));
  Outgoing outgoing;
  outgoing.method = "POST";
  outgoing.path = "/networks/create";
  outgoing.body = encode_network(spec, version);
  BASE_TRY_ASSIGN(const auto response, transport_.exchange(outgoing, call));
  return decode_created_id(response.body);
}

base::Result<NetworkDetails> HttpEngine::inspect_network(const std::string& network,
                                                         const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(network));
  BASE_TRY_ASSIGN(const auto body, ask("GET", fmt::format("/networks/{}", segment), call));
  return decode_network(body);
}

base::Result<std::vector<NetworkDetails>> HttpEngine::list_networks(
    const std::vector<std::string>& labels, const Call& call) {
  const auto query = query_of({{"filters", encode_filters({{"label", labels}})}});
  BASE_TRY_ASSIGN(const auto body, ask("GET", "/networks" + query, call));
  return decode_networks(body);
}

base::Status HttpEngine::connect_network(const std::string& container,
                                         const NetworkAttachment& attachment,
                                         const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(attachment.network));
  return act("POST",
             fmt::format("/networks/{}/connect", segment),
             encode_connect(container, attachment),
             call);
}

base::Status HttpEngine::disconnect_network(const std::string& container,
                                            const std::string& network,
                                            const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(network));
  return act(
      "POST", fmt::format("/networks/{}/disconnect", segment), encode_disconnect(container), call);
}

base::Status HttpEngine::remove_network(const std::string& network, const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(network));
  return act("DELETE", fmt::format("/networks/{}", segment), "", call);
}

base::Result<VolumeDetails> HttpEngine::create_volume(const VolumeSpec& spec, const Call& call) {
  Outgoing outgoing;
  outgoing.method = "POST";
  outgoing.path = "/volumes/create";
  outgoing.body = encode_volume(spec);
  BASE_TRY_ASSIGN(const auto response, transport_.exchange(outgoing, call));
  return decode_volume(response.body);
}

base::Result<VolumeDetails> HttpEngine::inspect_volume(const std::string& name, const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(name));
  BASE_TRY_ASSIGN(const auto body, ask("GET", fmt::format("/volumes/{}", segment), call));
  return decode_volume(body);
}

base::Result<std::vector<VolumeDetails>> HttpEngine::list_volumes(
    const std::vector<std::string>& labels, const Call& call) {
  const auto query = query_of({{"filters", encode_filters({{"label", labels}})}});
  BASE_TRY_ASSIGN(const auto body, ask("GET", "/volumes" + query, call));
  return decode_volumes(body);
}

base::Status HttpEngine::remove_volume(const std::string& name, const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(name));
  return act("DELETE", fmt::format("/volumes/{}", segment), "", call);
}

}  // namespace agent::docker
