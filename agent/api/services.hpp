#pragma once

#include "agent/access/access_store.hpp"
#include "agent/api/event_broker.hpp"
#include "agent/api/exec_sessions.hpp"
#include "agent/api/settings_desk.hpp"
#include "agent/api/status_report.hpp"
#include "agent/docker/containers.hpp"
#include "agent/docker/images.hpp"
#include "agent/engine/lifecycle.hpp"

namespace agent::api {

// What the routes work with. All outlive the routes.
struct Services {
  engine::Lifecycle& lifecycle;
  docker::Containers& containers;
  docker::Images& images;
  access::AccessStore& access;
  StatusReport& status;
  EventBroker& events;
  ExecSessions& executions;
  SettingsDesk& settings;
};

}  // namespace agent::api
