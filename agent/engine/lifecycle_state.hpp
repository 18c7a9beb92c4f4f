#pragma once

#include "agent/base/core/guarded.hpp"
#include "agent/engine/agent_lifecycle.hpp"
#include "agent/engine/supervisor.hpp"

#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace agent::engine {

// Hands every call to all listeners, one call at a time.
class Listeners final : public LifecycleListener {
 public:
  std::unique_ptr<Lifecycle::Subscription> add(LifecycleListener& listener);

  void on_operation(const journal::OperationRecord& operation) override;
  void on_step(journal::OperationId operation, const journal::StepRecord& step) override;
  void on_progress(journal::OperationId operation, const Progress& progress) override;
  void on_log(journal::OperationId operation, const journal::LogLine& line) override;
  void on_status(const StatusView& status) override;
  void on_component(const ComponentView& component) override;

 private:
  class Entry;
  struct Shared {
    std::mutex mutex;
    std::list<LifecycleListener*> all;
  };
  template <typename Call>
  void each(Call call);

  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

// A plan with what it was made from, so that exactly that is executed.
struct PreparedPlan {
  Plan plan;
  std::optional<render::Deployment> deployment;  // Of the target; nothing for `down`.
  std::string manifest;
  std::string settings;
  std::optional<journal::SettingsVersion> settings_before;  // Which those were made from.
  std::optional<journal::DeploymentId> previous;
  std::optional<journal::DeploymentId> current;  // When it was made.
};

class AgentLifecycle final : public Lifecycle, private OperationListener {
 public:
  explicit AgentLifecycle(LifecycleParts parts);
  AgentLifecycle(const AgentLifecycle&) = delete;
  AgentLifecycle& operator=(const AgentLifecycle&) = delete;
  AgentLifecycle(AgentLifecycle&&) = delete;
  AgentLifecycle& operator=(AgentLifecycle&&) = delete;
  ~AgentLifecycle() override;

  base::Status start();

  base::Result<Plan> plan(const PlanRequest& request) override;
  base::Result<Plan> plan_of(const PlanId& id) override;
  base::Result<journal::OperationId> execute(const PlanId& id, const std::string& author) override;
  base::Status cancel(journal::OperationId id) override;
  base::Result<Installed> installed() override;
  StatusView status() override;
  std::vector<ComponentView> components() override;
  base::Result<ComponentView> component(const std::string& name) override;
  base::Result<std::vector<ImageView>> images() override;
  base::Result<OperationView> operation(journal::OperationId id) override;
  base::Result<std::vector<journal::LogLine>> operation_log(journal::OperationId id) override;
  base::Result<std::vector<journal::OperationRecord>> operations(int limit) override;
  std::unique_ptr<Subscription> subscribe(LifecycleListener& listener) override;

 private:
  struct Running {
    journal::OperationId id;
    bool reverting = false;
    std::stop_source cancel;
    std::map<int, Progress> progress;
    std::string waiting;
  };
  struct State {
    std::deque<PreparedPlan> plans;  // Oldest first.
    bool busy = false;               // An operation runs, or is about to.
    std::optional<Running> running;
  };

  // Of the operation under way, on its thread.
  void on_operation(const journal::OperationRecord& operation) override;
  void on_step(journal::OperationId operation, const journal::StepRecord& step) override;
  void on_progress(journal::OperationId operation, const Progress& progress) override;
  void on_log(journal::OperationId operation, const journal::LogLine& line) override;

  base::Result<PreparedPlan> prepare_apply(const PlanRequest& request);
  base::Result<PreparedPlan> prepare_down(const PlanRequest& request);
  // Towards what the host should run already, without rendering it again.
  base::Result<PreparedPlan> prepare_same();
  // Begins an operation that starts again what an engine that came back has left stopped.
  void bring_back(const std::vector<std::string>& keys);
  base::Result<journal::OperationId> execute_same();
  base::Result<std::optional<journal::DeploymentId>> last_deployment();
  base::Result<Rendered> render(const PlanRequest& request, PreparedPlan& prepared);
  base::Result<PreparedPlan> prepared(const PlanId& id);
  base::Result<journal::OperationId> execute(const PreparedPlan& plan, const std::string& author);
  base::Result<journal::OperationId> begin(const PreparedPlan& prepared, const std::string& author);
  base::Status verify(const PreparedPlan& prepared, const std::optional<Desired>& target);
  base::Result<journal::OperationId> record(const PreparedPlan& prepared,
                                            const std::string& author);
  void launch(const journal::OperationRecord& record);
  void drive(const journal::OperationRecord& record, const std::stop_token& cancel);
  void settle();
  void tell_waiting(const std::string& why);
  void show_target(const std::optional<journal::DeploymentId>& id);
  base::Result<std::optional<Desired>> load(const std::optional<journal::DeploymentId>& id);
  base::Result<OperationView> view_of(const journal::OperationRecord& record);

  LifecycleParts parts_;
  Listeners listeners_;
  base::Guarded<State> state_;
  base::Guarded<std::optional<Desired>> shown_;  // What the supervisor compares with.
  std::stop_source shutdown_;
  OperationRunner runner_;
  std::unique_ptr<Supervisor> supervisor_;
  std::jthread operation_;
};

}  // namespace agent::engine
