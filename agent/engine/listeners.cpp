#include "agent/engine/lifecycle_state.hpp"

namespace agent::engine {

class Listeners::Entry final : public Lifecycle::Subscription {
 public:
  Entry(std::shared_ptr<Shared> shared, LifecycleListener& listener)
      : shared_(std::move(shared)), listener_(&listener) {
    const std::lock_guard lock(shared_->mutex);
    shared_->all.push_back(listener_);
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  Entry(Entry&&) = delete;
  Entry& operator=(Entry&&) = delete;
  ~Entry() override {
    // Waits for a call under way, which holds the same lock.
    const std::lock_guard lock(shared_->mutex);
    shared_->all.remove(listener_);
  }

 private:
  std::shared_ptr<Shared> shared_;
  LifecycleListener* listener_;
};

std::unique_ptr<Lifecycle::Subscription> Listeners::add(LifecycleListener& listener) {
  return std::make_unique<Entry>(shared_, listener);
}

template <typename Call>
void Listeners::each(Call call) {
  const std::lock_guard lock(shared_->mutex);
  for (auto* listener : shared_->all) {
    call(*listener);
  }
}

void Listeners::on_operation(const journal::OperationRecord& operation) {
  each([&](LifecycleListener& listener) { listener.on_operation(operation); });
}

void Listeners::on_step(journal::OperationId operation, const journal::StepRecord& step) {
  each([&](LifecycleListener& listener) { listener.on_step(operation, step); });
}

void Listeners::on_progress(journal::OperationId operation, const Progress& progress) {
  each([&](LifecycleListener& listener) { listener.on_progress(operation, progress); });
}

void Listeners::on_log(journal::OperationId operation, const journal::LogLine& line) {
  each([&](LifecycleListener& listener) { listener.on_log(operation, line); });
}

void Listeners::on_status(const StatusView& status) {
  each([&](LifecycleListener& listener) { listener.on_status(status); });
}

void Listeners::on_component(const ComponentView& component) {
  each([&](LifecycleListener& listener) { listener.on_component(component); });
}

}  // namespace agent::engine
