#pragma once

#include "agent/engine/views.hpp"

namespace agent::engine {

// Hears what happens, as it happens. Calls come from several threads, one at a time per listener,
// must return quickly, and must not call back into the Lifecycle: hand the value to a queue.
class OperationListener {
 public:
  virtual ~OperationListener() = default;

  // A change of an operation's state.
  virtual void on_operation(const journal::OperationRecord& operation) = 0;
  virtual void on_step(journal::OperationId operation, const journal::StepRecord& step) = 0;
  virtual void on_progress(journal::OperationId operation, const Progress& progress) = 0;
  virtual void on_log(journal::OperationId operation, const journal::LogLine& line) = 0;
};

class LifecycleListener : public OperationListener {
 public:
  // The application's own state changed, or the engine's, or an operation began or ended.
  virtual void on_status(const StatusView& status) = 0;
  virtual void on_component(const ComponentView& component) = 0;
};

}  // namespace agent::engine
