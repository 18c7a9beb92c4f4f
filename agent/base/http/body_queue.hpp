#pragma once
// The connection's side of a BodyStream.

#include "agent/base/core/guarded.hpp"
#include "agent/base/http/body_stream.hpp"

#include <condition_variable>
#include <deque>

namespace base::http {

class BodyQueue final : public BodyStream {
 public:
  BodyQueue(std::optional<std::uint64_t> content_length, std::size_t limit)
      : content_length_(content_length), limit_(limit) {}

  Push push(std::string chunk) override;
  bool push_and_wait(std::string chunk) override;
  void finish() override;
  void abort() override;
  [[nodiscard]] bool closed() const override;
  void on_room(std::function<void()> callback) override;
  void on_closed(std::function<void()> callback) override;
  [[nodiscard]] std::optional<std::uint64_t> content_length() const override {
    return content_length_;
  }

  struct Taken {
    enum class State { bytes, empty, finished, aborted };
    State state = State::empty;
    std::string bytes;
  };
  // All that is queued. After `empty`, `wake` is called once, from any thread and without a lock,
  // as soon as a further call would give something else.
  Taken take(std::function<void()> wake);
  // Nobody will take any more.
  void close();

 private:
  enum class End { none, finished, aborted, closed };
  struct State {
    std::deque<std::string> chunks;
    std::size_t queued = 0;
    End end = End::none;
    bool full_reported = false;
    std::function<void()> wake;
    std::function<void()> on_room;
    std::function<void()> on_closed;
  };

  void end(End how);

  std::optional<std::uint64_t> content_length_;
  std::size_t limit_;
  mutable Guarded<State> state_;
  std::condition_variable changed_;
};

}  // namespace base::http
