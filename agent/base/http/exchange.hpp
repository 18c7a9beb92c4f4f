#pragma once
// One request and its answer, as a handler sees them.

#include "agent/base/core/result.hpp"
#include "agent/base/http/request.hpp"
#include "agent/base/http/response.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace base::http {

class IoLoop;

enum class BodyFlow { more, pause };

// Takes a body as it arrives. Every call is made on the connection's loop and must not block it.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // At most 64 KiB; the view lives for the call. After `pause` no call is made until
  // Exchange::resume_body, which may come from any thread and before this call has returned.
  virtual BodyFlow write(std::string_view chunk) = 0;
  virtual void finish() = 0;
  // Instead of finish, once. cancelled: the client left. timed_out: it made no progress. too_large:
  // more than allowed. invalid_input: broken framing. The answer, if one can still be given, is up
  // to the handler, but for invalid_input and cancelled: there is none.
  virtual void abort(const Error& error) = 0;
};

// Shared by whoever works on the answer. When the last owner lets go without having answered, the
// client gets a 500.
class Exchange {
 public:
  Exchange() = default;
  virtual ~Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  Exchange(Exchange&&) = delete;
  Exchange& operator=(Exchange&&) = delete;

  // Does not change once the handler was called, so that any thread may read it.
  [[nodiscard]] virtual const Request& request() const = 0;

  // Exactly once, from any thread. A body that was not asked for is discarded when it is small;
  // else the connection is closed after the answer. A sink at work gets no further call.
  virtual void respond(Response response) = 0;

  // At most one of these two, at most once, before respond, from any thread. They send the
  // "100 Continue" that a client may wait for. A body longer than `max_bytes` is too_large; when
  // its declared length says so, nothing of it is read. The callback runs on the loop, and does not
  // run at all when the client leaves.
  virtual void read_body(std::size_t max_bytes,
                         std::function<void(Result<std::string>)> callback) = 0;
  virtual void stream_body(std::uint64_t max_bytes, std::unique_ptr<BodySink> sink) = 0;
  virtual void resume_body() = 0;

  // Called on the loop, once, when the client leaves before its answer is sent. One callback; do
  // not let it own the exchange.
  virtual void on_disconnect(std::function<void()> callback) = 0;

  // The loop of the connection, for code that does its own waiting there; null in tests' fakes.
  [[nodiscard]] virtual IoLoop* loop() const { return nullptr; }
};

}  // namespace base::http
