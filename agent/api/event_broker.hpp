#pragma once
// From the lifecycle to everybody who looks at the event stream.

#include "agent/base/core/guarded.hpp"
#include "agent/engine/listener.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>

namespace agent::api {

// What a reader is to send.
struct StreamEvent {
  enum class Kind {
    text,   // `text`, as it is.
    look,   // Something changed that is told by looking: make a snapshot and send that.
    quiet,  // Nothing happened for as long as asked.
    lost,   // The reader was too slow and missed something; the stream must end.
    ended,  // The stop token was asked.
  };
  Kind kind = Kind::quiet;
  std::shared_ptr<const std::string> text;
};

// Safe from any thread. Subscribers must be gone before the broker is.
class EventBroker final : public engine::LifecycleListener {
 public:
  class Subscriber;

  // `limit`: events that may wait for one reader.
  explicit EventBroker(std::size_t limit = 1024) : limit_(limit) {}
  EventBroker(const EventBroker&) = delete;
  EventBroker& operator=(const EventBroker&) = delete;
  EventBroker(EventBroker&&) = delete;
  EventBroker& operator=(EventBroker&&) = delete;
  ~EventBroker() override = default;

  // What happens from here on waits in the subscriber. So: subscribe, look, send what was seen,
  // then send what waits; nothing is missed, and what is told twice is told as a whole.
  [[nodiscard]] std::unique_ptr<Subscriber> subscribe();

  void on_status(const engine::StatusView& status) override;
  void on_component(const engine::ComponentView& component) override;
  void on_operation(const journal::OperationRecord& operation) override;
  void on_step(journal::OperationId operation, const journal::StepRecord& step) override;
  void on_progress(journal::OperationId operation, const engine::Progress& progress) override;
  void on_log(journal::OperationId operation, const journal::LogLine& line) override;

 private:
  void publish(const StreamEvent& event);
  [[nodiscard]] bool anybody();

  const std::size_t limit_;
  base::Guarded<std::set<Subscriber*>> subscribers_;
};

class EventBroker::Subscriber {
 public:
  Subscriber(EventBroker& broker, std::size_t limit);
  Subscriber(const Subscriber&) = delete;
  Subscriber& operator=(const Subscriber&) = delete;
  Subscriber(Subscriber&&) = delete;
  Subscriber& operator=(Subscriber&&) = delete;
  ~Subscriber();

  // Blocks until there is something, `stop` is asked, or `quiet` has passed. One thread.
  StreamEvent next(const std::stop_token& stop, std::chrono::milliseconds quiet);

 private:
  friend class EventBroker;
  void add(const StreamEvent& event);

  EventBroker& broker_;
  const std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<StreamEvent> waiting_;
  bool lost_ = false;
};

// "event: NAME\ndata: JSON\n\n". The JSON must be in one line, as canonical() gives it.
std::string server_sent_event(std::string_view name, std::string_view json);

}  // namespace agent::api
