#pragma once
// What tests of a whole Lifecycle need: deployments instead of manifests, and a listener to wait
// by.

#include "agent/engine/lifecycle.hpp"
#include "agent/engine/renderer.hpp"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace agent::engine {

// A "manifest" is the name of a deployment that the test has prepared.
class NamedDeployments final : public Renderer {
 public:
  base::Result<Rendered> render(const RenderRequest& request) override {
    const auto found = deployments.find(request.manifest);
    if (found == deployments.end()) {
      return base::Error{.code = base::ErrorCode::invalid_input, .message = "3:1: what is this"};
    }
    auto deployment = found->second;
    for (const auto& [name, value] : request.changes) {
      deployment.containers.at(0).env.push_back({.name = name, .value = value});
    }
    return Rendered{.deployment = deployment, .settings = R"({"some":"settings"})"};
  }
  std::map<std::string, render::Deployment> deployments;
};

class Waiter final : public LifecycleListener {
 public:
  void on_operation(const journal::OperationRecord& operation) override {
    const std::lock_guard lock(mutex_);
    last_ = operation;
    changed_.notify_all();
  }
  void on_step(journal::OperationId /*operation*/, const journal::StepRecord& /*step*/) override {}
  void on_progress(journal::OperationId /*operation*/, const Progress& /*progress*/) override {}
  void on_log(journal::OperationId /*operation*/, const journal::LogLine& /*line*/) override {}
  void on_status(const StatusView& status) override {
    const std::lock_guard lock(mutex_);
    status_ = status;
    changed_.notify_all();
  }
  void on_component(const ComponentView& /*component*/) override {}

  template <typename Condition>
  bool wait_for_status(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return condition(status_); });
  }
  // The end of the operation, and the agent free for the next one; nothing when it does not come.
  std::optional<journal::OperationRecord> wait_for_end(journal::OperationId id) {
    std::unique_lock lock(mutex_);
    const bool ended = changed_.wait_for(lock, patience, [&] {
      return last_.id == id && journal::is_final(last_.state) && !status_.operation;
    });
    return ended ? std::optional(last_) : std::nullopt;
  }

  std::chrono::seconds patience{8};  // Less than what ctest gives a case.

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  journal::OperationRecord last_;
  StatusView status_;
};

}  // namespace agent::engine
