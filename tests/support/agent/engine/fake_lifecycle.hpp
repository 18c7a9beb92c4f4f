#pragma once

#include "agent/base/core/guarded.hpp"
#include "agent/engine/lifecycle.hpp"

#include <algorithm>
#include <utility>

namespace agent::engine {

// A Lifecycle that says what a test put into it and remembers what it was asked to do. Set it up
// while no other thread is at work.
class FakeLifecycle final : public Lifecycle {
 public:
  StatusView shown_status;
  std::vector<ComponentView> shown_components;
  Plan shown_plan;
  OperationView shown_operation;
  std::optional<Installed> shown_installed;
  std::vector<PlanRequest> asked_plans;
  std::vector<std::pair<std::string, std::string>> executed;  // Plan and author.
  std::vector<std::int64_t> cancelled;
  std::optional<base::Error> refuse;  // The answer to everything that changes something.

  base::Result<Plan> plan(const PlanRequest& request) override {
    if (refuse) {
      return *refuse;
    }
    asked_plans.push_back(request);
    return shown_plan;
  }
  base::Result<Plan> plan_of(const PlanId& id) override {
    if (id != shown_plan.id) {
      return base::Error{base::ErrorCode::not_found, "no such plan"};
    }
    return shown_plan;
  }
  base::Result<journal::OperationId> execute(const PlanId& id, const std::string& author) override {
    if (refuse) {
      return *refuse;
    }
    executed.emplace_back(id.value, author);
    return shown_operation.record.id;
  }
  base::Status cancel(journal::OperationId id) override {
    if (refuse) {
      return *refuse;
    }
    cancelled.push_back(id.value);
    return base::ok();
  }
  base::Result<Installed> installed() override {
    if (!shown_installed) {
      return base::Error{
          base::ErrorCode::not_found, "nothing is installed", "", "nothing_installed"};
    }
    return *shown_installed;
  }
  StatusView status() override { return shown_status; }
  std::vector<ComponentView> components() override { return shown_components; }
  base::Result<ComponentView> component(const std::string& name) override {
    const auto found = std::ranges::find(shown_components, name, &ComponentView::name);
    if (found == shown_components.end()) {
      return base::Error{base::ErrorCode::not_found, "no such component: " + name};
    }
    return *found;
  }
  base::Result<std::vector<ImageView>> images() override { return std::vector<ImageView>{}; }
  base::Result<OperationView> operation(journal::OperationId id) override {
    if (id != shown_operation.record.id) {
      return base::Error{base::ErrorCode::not_found, "no such operation"};
    }
    return shown_operation;
  }
  base::Result<std::vector<journal::LogLine>> operation_log(journal::OperationId /*id*/) override {
    return std::vector<journal::LogLine>{};
  }
  base::Result<std::vector<journal::OperationRecord>> operations(int /*limit*/) override {
    return std::vector{shown_operation.record};
  }
  std::unique_ptr<Subscription> subscribe(LifecycleListener& /*listener*/) override {
    return std::make_unique<Subscription>();
  }
};

}  // namespace agent::engine
