#include "agent/api/event_broker.hpp"

#include "agent/api/json_views.hpp"
#include "agent/base/data/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace agent::api {
namespace {

StreamEvent text_event(std::string_view name, const Json& json) {
  return {.kind = StreamEvent::Kind::text,
          .text = std::make_shared<const std::string>(
              server_sent_event(name, base::data::canonical(json)))};
}

}  // namespace

std::string server_sent_event(std::string_view name, std::string_view json) {
  return fmt::format("event: {}\ndata: {}\n\n", name, json);
}

std::unique_ptr<EventBroker::Subscriber> EventBroker::subscribe() {
  return std::make_unique<Subscriber>(*this, limit_);
}

bool EventBroker::anybody() {
  return !subscribers_.lock()->empty();
}

void EventBroker::publish(const StreamEvent& event) {
  auto subscribers = subscribers_.lock();
  for (auto* subscriber : *subscribers) {
    subscriber->add(event);
  }
}

// The whole status has more in it than the lifecycle knows, and listeners must be quick: readers
// look for themselves. Many changes at once become one look.
void EventBroker::on_status(const engine::StatusView& /*status*/) {
  publish({.kind = StreamEvent::Kind::look, .text = nullptr});
}

void EventBroker::on_component(const engine::ComponentView& component) {
  if (anybody()) {
    publish(text_event("component", to_json(component)));
  }
}

void EventBroker::on_operation(const journal::OperationRecord& operation) {
  if (anybody()) {
    publish(text_event("operation", to_json(operation)));
  }
}

void EventBroker::on_step(journal::OperationId operation, const journal::StepRecord& step) {
  if (anybody()) {
    publish(text_event("step", to_json(operation, step, nullptr)));
  }
}

void EventBroker::on_progress(journal::OperationId operation, const engine::Progress& progress) {
  if (anybody()) {
    publish(text_event("progress", to_json(operation, progress)));
  }
}

void EventBroker::on_log(journal::OperationId operation, const journal::LogLine& line) {
  if (anybody()) {
    publish(text_event("log", to_json(operation, line)));
  }
}

EventBroker::Subscriber::Subscriber(EventBroker& broker, std::size_t limit)
    : broker_(broker), limit_(limit) {
  broker_.subscribers_.lock()->insert(this);
}

EventBroker::Subscriber::~Subscriber() {
  broker_.subscribers_.lock()->erase(this);
}

void EventBroker::Subscriber::add(const StreamEvent& event) {
  {
    const std::lock_guard lock(mutex_);
    if (event.kind == StreamEvent::Kind::look && !waiting_.empty() &&
        waiting_.back().kind == StreamEvent::Kind::look) {
      return;
    }
    if (waiting_.size() >= limit_) {
      lost_ = true;
    } else {
      waiting_.push_back(event);
    }
  }
  changed_.notify_one();
}

StreamEvent EventBroker::Subscriber::next(const std::stop_token& stop,
                                          std::chrono::milliseconds quiet) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, quiet, [this] { return lost_ || !waiting_.empty(); });
  if (stop.stop_requested()) {
    return {.kind = StreamEvent::Kind::ended, .text = nullptr};
  }
  if (lost_) {
    return {.kind = StreamEvent::Kind::lost, .text = nullptr};
  }
  if (waiting_.empty()) {
    return {.kind = StreamEvent::Kind::quiet, .text = nullptr};
  }
  auto event = std::move(waiting_.front());
  waiting_.pop_front();
  return event;
}

}  // namespace agent::api
