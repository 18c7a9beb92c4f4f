#include "agent/base/core/pause.hpp"
#include "agent/base/log/log.hpp"
#include "agent/docker/decode.hpp"
#include "agent/docker/encode.hpp"
#include "agent/docker/failures.hpp"
#include "agent/docker/http_engine.hpp"
#include "agent/docker/leftover_task.hpp"

#include <fmt/format.h>

namespace agent::docker {
namespace {

constexpr int k_attempts = 40;
constexpr std::chrono::milliseconds k_between_attempts{250};

// The engine answers when the container has stopped, which takes as long as it is allowed to.
Call extended(const Call& call, std::optional<std::chrono::seconds> grace) {
  Call longer = call;
  longer.deadline += grace.value_or(std::chrono::seconds(0));
  return longer;
}

std::string seconds_query(std::optional<std::chrono::seconds> grace) {
  return grace ? fmt::format("?t={}", grace->count()) : std::string();
}

std::string_view name_of(WaitCondition condition) {
  switch (condition) {
    case WaitCondition::not_running:
      return "not-running";
    case WaitCondition::next_exit:
      return "next-exit";
    case WaitCondition::removed:
      return "removed";
  }
  return "not-running";
}

}  // namespace

base::Result<std::string> HttpEngine::create_container(const ContainerSpec& spec,
                                                       const Call& call) {
  BASE_TRY_ASSIGN(const auto version, transport_.version(call));
  Outgoing outgoing;
  outgoing.method = "POST";
  outgoing.path = "/containers/create" + query_of({{"name", spec.name}});
  outgoing.body = encode_container(spec, version);
  BASE_TRY_ASSIGN(const auto response, transport_.exchange(outgoing, call));
  BASE_TRY_ASSIGN(auto id, decode_created_id(response.body));
  if (version < k_many_networks) {
    if (auto connected = connect_others(id, spec, call); !connected) {
      // Not with the caller's token: half a container must not stay because somebody cancelled.
      static_cast<void>(remove_container(id, Force::yes, VolumeRemoval::anonymous, Call{}));
      return std::move(connected).error().with_context("connect " + spec.name);
    }
  }
  return id;
}

base::Status HttpEngine::connect_others(const std::string& id,
                                        const ContainerSpec& spec,
                                        const Call& call) {
  if (!spec.network_mode.empty()) {
    return base::ok();
  }
  for (std::size_t i = 1; i < spec.networks.size(); ++i) {
    BASE_TRY(connect_network(id, spec.networks[i], call));
  }
  return base::ok();
}

base::Status HttpEngine::act_on_container(const std::string& container,
                                          std::string_view verb,
                                          const std::string& query,
                                          const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(container));
  return act("POST", fmt::format("/containers/{}/{}{}", segment, verb, query), "", call);
}

base::Status HttpEngine::start_container(const std::string& container, const Call& call) {
  auto started = act_on_container(container, "start", "", call);
  if (started || started.error().reason != k_leftover_task) {
    return started;
  }
  BASE_TRY_ASSIGN(const auto details, inspect_container(container, call));
  if (details.running() || !end_leftover_task(details.id)) {
    return started;
  }
  base::log::warn("ended what an engine that was killed had left of a container's start",
                  {{"container", container}});
  for (int attempt = 0; attempt < k_attempts && !call.stop.stop_requested(); ++attempt) {
    base::pause(k_between_attempts, call.stop);  // containerd tidies up in its own time.
    started = act_on_container(container, "start", "", call);
    if (started || started.error().reason != k_leftover_task) {
      break;
    }
  }
  return started;
}

base::Status HttpEngine::stop_container(const std::string& container,
                                        std::optional<std::chrono::seconds> grace,
                                        const Call& call) {
  return act_on_container(container, "stop", seconds_query(grace), extended(call, grace));
}

base::Status HttpEngine::restart_container(const std::string& container,
                                           std::optional<std::chrono::seconds> grace,
                                           const Call& call) {
  return act_on_container(container, "restart", seconds_query(grace), extended(call, grace));
}

base::Status HttpEngine::kill_container(const std::string& container,
                                        const std::string& signal,
                                        const Call& call) {
  return act_on_container(container, "kill", query_of({{"signal", signal}}), call);
}

base::Result<int> HttpEngine::wait_container(const std::string& container,
                                             WaitCondition condition,
                                             const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(container));
  BASE_TRY_ASSIGN(const auto body,
                  ask("POST",
                      fmt::format("/containers/{}/wait?condition={}", segment, name_of(condition)),
                      call));
  return decode_wait(body);
}

base::Status HttpEngine::remove_container(const std::string& container,
                                          Force force,
                                          VolumeRemoval volumes,
                                          const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(container));
  const auto query = query_of({{"force", force == Force::yes ? "1" : ""},
                               {"v", volumes == VolumeRemoval::anonymous ? "1" : ""}});
  return act("DELETE", fmt::format("/containers/{}{}", segment, query), "", call);
}

base::Status HttpEngine::rename_container(const std::string& container,
                                          const std::string& name,
                                          const Call& call) {
  return act_on_container(container, "rename", query_of({{"name", name}}), call);
}

base::Status HttpEngine::update_restart_policy(const std::string& container,
                                               const RestartPolicy& policy,
                                               const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(container));
  return act(
      "POST", fmt::format("/containers/{}/update", segment), encode_restart_update(policy), call);
}

base::Result<ContainerDetails> HttpEngine::inspect_container(const std::string& container,
                                                             const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(container));
  BASE_TRY_ASSIGN(const auto body, ask("GET", fmt::format("/containers/{}/json", segment), call));
  return decode_container(body);
}

base::Result<std::vector<ContainerSummary>> HttpEngine::list_containers(const ListContainers& query,
                                                                        const Call& call) {
  const auto filters = encode_filters({{"label", query.labels}});
  const auto text = query_of({{"all", query.all ? "1" : ""}, {"filters", filters}});
  BASE_TRY_ASSIGN(const auto body, ask("GET", "/containers/json" + text, call));
  return decode_containers(body);
}

base::Result<ContainerStats> HttpEngine::sample_stats(const std::string& container,
                                                      const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(container));
  BASE_TRY_ASSIGN(const auto version, transport_.version(call));
  // Without one-shot the engine waits a second or two for a second sample.
  const auto* query = version >= ApiVersion{1, 41} ? "?stream=0&one-shot=1" : "?stream=0";
  BASE_TRY_ASSIGN(const auto body,
                  ask("GET", fmt::format("/containers/{}/stats{}", segment, query), call));
  return decode_stats(body);
}

}  // namespace agent::docker
