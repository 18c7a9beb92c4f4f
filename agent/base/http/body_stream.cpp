#include "agent/base/http/body_stream.hpp"

#include "agent/base/http/body_queue.hpp"

#include <utility>

namespace base::http {

std::shared_ptr<BodyStream> BodyStream::create(std::optional<std::uint64_t> content_length,
                                               std::size_t limit) {
  return std::make_shared<BodyQueue>(content_length, limit);
}

BodyStream::Push BodyQueue::push(std::string chunk) {
  std::function<void()> wake;
  auto outcome = Push::accepted;
  {
    auto state = state_.lock();
    if (state->end != End::none) {
      return Push::closed;
    }
    if (chunk.empty()) {
      return Push::accepted;
    }
    state->queued += chunk.size();
    state->chunks.push_back(std::move(chunk));
    if (state->queued > limit_) {
      state->full_reported = true;
      outcome = Push::full;
    }
    wake = std::exchange(state->wake, {});
  }
  if (wake) {
    wake();
  }
  return outcome;
}

bool BodyQueue::push_and_wait(std::string chunk) {
  if (push(std::move(chunk)) == Push::closed) {
    return false;
  }
  auto state = state_.lock();
  state.wait(changed_, [&](const State& s) { return s.end != End::none || s.queued <= limit_; });
  return state->end == End::none;
}

void BodyQueue::finish() {
  end(End::finished);
}

void BodyQueue::abort() {
  end(End::aborted);
}

void BodyQueue::end(End how) {
  std::function<void()> wake;
  {
    auto state = state_.lock();
    if (state->end != End::none) {
      return;
    }
    state->end = how;
    wake = std::exchange(state->wake, {});
  }
  changed_.notify_all();
  if (wake) {
    wake();
  }
}

bool BodyQueue::closed() const {
  return state_.lock()->end == End::closed;
}

void BodyQueue::on_room(std::function<void()> callback) {
  state_.lock()->on_room = std::move(callback);
}

void BodyQueue::on_closed(std::function<void()> callback) {
  {
    auto state = state_.lock();
    if (state->end != End::closed) {
      state->on_closed = std::move(callback);
      return;
    }
  }
  callback();
}

BodyQueue::Taken BodyQueue::take(std::function<void()> wake) {
  Taken taken;
  std::function<void()> on_room;
  {
    auto state = state_.lock();
    if (state->end == End::closed || (state->end == End::aborted && state->chunks.empty())) {
      return {.state = Taken::State::aborted};
    }
    if (state->chunks.empty()) {
      if (state->end == End::finished) {
        state->on_closed = {};
        state->on_room = {};
        return {.state = Taken::State::finished};
      }
      state->wake = std::move(wake);
      return {};
    }
    taken.state = Taken::State::bytes;
    taken.bytes = std::move(state->chunks.front());
    state->chunks.pop_front();
    for (const auto& chunk : state->chunks) {
      taken.bytes.append(chunk);
    }
    state->chunks.clear();
    state->queued = 0;
    if (std::exchange(state->full_reported, false)) {
      on_room = state->on_room;
    }
  }
  changed_.notify_all();
  if (on_room) {
    on_room();
  }
  return taken;
}

void BodyQueue::close() {
  std::function<void()> on_closed;
  {
    auto state = state_.lock();
    if (state->end == End::closed) {
      return;
    }
    state->end = End::closed;
    state->chunks.clear();
    state->queued = 0;
    state->wake = {};
    state->on_room = {};
    on_closed = std::exchange(state->on_closed, {});
  }
  changed_.notify_all();
  if (on_closed) {
    on_closed();
  }
}

}  // namespace base::http
