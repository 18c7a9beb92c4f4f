#pragma once
// The body of a response that is produced while it is sent: events, logs, relayed answers.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace base::http {

// A bounded queue between a producer on any thread and the connection. Both sides share it; it is
// safe from any thread. When the client leaves or is too slow for the write deadline, the stream is
// closed: pushes answer `closed`, waiting ones wake, and on_closed is called.
class BodyStream {
 public:
  enum class Push {
    accepted,
    full,    // Accepted as well; the queue is over its limit, so wait for on_room before the next.
    closed,  // Dropped: nobody reads any more.
  };

  // `content_length` when the producer knows it: then exactly so many bytes must follow, anything
  // else breaks the connection off. Without it the body is sent in chunks.
  static std::shared_ptr<BodyStream> create(
      std::optional<std::uint64_t> content_length = std::nullopt,
      std::size_t limit = std::size_t{256} << 10U);

  virtual ~BodyStream() = default;
  BodyStream(const BodyStream&) = delete;
  BodyStream& operator=(const BodyStream&) = delete;
  BodyStream(BodyStream&&) = delete;
  BodyStream& operator=(BodyStream&&) = delete;

  // Never blocks. An empty chunk is ignored.
  virtual Push push(std::string chunk) = 0;
  // Blocks while the queue is over its limit; false when closed. Never on an event loop.
  virtual bool push_and_wait(std::string chunk) = 0;
  virtual void finish() = 0;  // The body is complete.
  virtual void abort() = 0;   // It never will be: the client gets what is queued, then a break.
  [[nodiscard]] virtual bool closed() const = 0;

  // Called when room is there again after `full`, on the connection's loop: do not block.
  virtual void on_room(std::function<void()> callback) = 0;
  // Called once, on the connection's loop or at once when it is closed already. Not after finish
  // when everything was sent.
  virtual void on_closed(std::function<void()> callback) = 0;

  [[nodiscard]] virtual std::optional<std::uint64_t> content_length() const = 0;

 protected:
  BodyStream() = default;
};

}  // namespace base::http
