#pragma once
// Small deployments, written short.

#include "agent/base/crypto/sealing.hpp"
#include "agent/engine/desired.hpp"
#include "agent/render/deployment.hpp"

#include <string>
#include <utility>
#include <vector>

namespace agent::engine {

inline constexpr const char* k_test_label_key = "a key of thirty-two bytes, or so.";

inline render::Container test_container(const std::string& key,
                                        std::vector<std::string> depends_on = {}) {
  render::Container container;
  container.component = key;
  container.key = key;
  container.service = key;
  container.display_name = key;
  container.image = {.source = "public", .name = "shop/" + key, .tag = "1"};
  container.env = {{.name = "MODE", .value = "quiet"}};
  container.networks = {{.network = "shop", .aliases = {key}}};
  container.restart = {.policy = render::RestartPolicy::always};
  container.depends_on = std::move(depends_on);
  return container;
}

inline render::Container test_job(const std::string& key,
                                  std::vector<std::string> depends_on = {}) {
  auto container = test_container(key, std::move(depends_on));
  container.restart = {};
  container.ephemeral = true;
  return container;
}

inline void add_config(render::Container& container, const std::string& content) {
  const auto hash = std::string(8, content.empty() ? '0' : content[0]) + "00000000";
  container.config.push_back({.target = "/etc/" + container.key,
                              .hash = hash,
                              .volume = "shop_cfg_" + hash,
                              .files = {{.name = "settings", .content = content}}});
}

inline render::PublishEvent test_event(render::EventTrigger trigger,
                                       std::vector<std::string> subscribers) {
  return {.name = "event", .trigger = trigger, .subscribers = std::move(subscribers)};
}

inline render::Deployment test_application(std::vector<render::Container> containers) {
  render::Deployment deployment;
  deployment.app = "shop";
  deployment.name = "Shop";
  deployment.version = "1.0.0";
  deployment.containers = std::move(containers);
  deployment.networks = {{.name = "shop"}};
  return deployment;
}

// db, then api; both with data or configuration.
inline render::Deployment two_containers() {
  auto db = test_container("db");
  db.mounts = {{.source = "shop_data", .target = "/data"}};
  auto api = test_container("api", {"db"});
  add_config(api, "verbose=no");
  auto deployment = test_application({db, api});
  deployment.volumes = {{.name = "shop_data"}};
  return deployment;
}

inline Desired desired_for_test(const render::Deployment& deployment) {
  auto desired = desired_of(deployment, k_test_label_key);
  BASE_ASSERT(desired.has_value());
  return *std::move(desired);
}

}  // namespace agent::engine
