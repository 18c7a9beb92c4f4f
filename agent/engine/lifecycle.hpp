#pragma once
// The one door to the application's life: plan, execute, look. The API is written against this.

#include "agent/base/core/result.hpp"
#include "agent/engine/listener.hpp"
#include "agent/engine/plan.hpp"
#include "agent/engine/views.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace agent::engine {

struct PlanRequest {
  Action action = Action::apply;
  // The manifest's text. Nothing: the manifest of the current deployment again.
  std::optional<std::string> manifest;
  // Changed settings by item name, over those stored last.
  std::map<std::string, std::string> settings;
  bool purge = false;  // With `down`: volumes go too.
  std::string author;  // Recorded with the operation: "root", or the account's name.
};

// What was applied last, even if it has been taken down since.
struct Installed {
  std::string manifest;  // Its text.
  journal::DeploymentId deployment;
  std::optional<journal::SettingsVersion> settings;  // Those that it was rendered with.
  bool running = false;                              // The host should run it.
};

// Safe to call from any thread.
class Lifecycle {
 public:
  // Leaves the listener out from its destruction on, waiting for a call under way.
  class Subscription {
   public:
    virtual ~Subscription() = default;
  };

  virtual ~Lifecycle() = default;

  // Observes the engine and says what would be done. Nothing is stored or touched; a plan is kept
  // in memory until it is executed, the agent restarts, or 32 later ones have been made.
  // Errors: invalid_input (manifest, setting; the message names the place), unavailable (engine),
  // not_found (no manifest given and nothing installed).
  virtual base::Result<Plan> plan(const PlanRequest& request) = 0;
  virtual base::Result<Plan> plan_of(const PlanId& id) = 0;

  // Checks everything that can be checked, records the operation and starts it; it goes on by
  // itself. A plan without steps ends as succeeded at once.
  // Errors: not_found (no such plan), conflict with reason "operation_running" or "stale_plan";
  // conflict with reason "port_in_use", not_found with reason "image_missing", io with reason
  // "disk_full", unavailable: checks that failed, with nothing touched and no operation recorded.
  virtual base::Result<journal::OperationId> execute(const PlanId& id,
                                                     const std::string& author) = 0;

  // Turns the operation back to the previous deployment; returns before it is there.
  // Errors: not_found, conflict with reason "not_running" or "reverting".
  virtual base::Status cancel(journal::OperationId id) = 0;

  // Errors: not_found with reason "nothing_installed".
  virtual base::Result<Installed> installed() = 0;
  [[nodiscard]] virtual StatusView status() = 0;
  [[nodiscard]] virtual std::vector<ComponentView> components() = 0;
  // By the container's key, or the component's name when it has one container. Errors: not_found.
  virtual base::Result<ComponentView> component(const std::string& name) = 0;
  virtual base::Result<std::vector<ImageView>> images() = 0;

  virtual base::Result<OperationView> operation(journal::OperationId id) = 0;
  virtual base::Result<std::vector<journal::LogLine>> operation_log(journal::OperationId id) = 0;
  // Newest first, without steps.
  virtual base::Result<std::vector<journal::OperationRecord>> operations(int limit) = 0;

  // `listener` must outlive the subscription.
  [[nodiscard]] virtual std::unique_ptr<Subscription> subscribe(LifecycleListener& listener) = 0;
};

}  // namespace agent::engine
