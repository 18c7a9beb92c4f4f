#pragma once
// A response on its way: what is left of it, and how it is written.

#include "agent/base/http/body_queue.hpp"
#include "agent/base/http/response.hpp"
#include "agent/base/http/transport.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace base::http {

// The Date field with its line end, made once a second. Per loop.
class DateLine {
 public:
  std::string_view get();

 private:
  std::int64_t second_ = -1;
  std::string text_;
};

class Outgoing {
 public:
  enum class Connection { keep, keep_http_1_0, close };
  enum class Step {
    done,
    want_read,
    want_write,
    starved,  // The producer of the body is slow; `wake` tells when to go on.
    failed,   // The connection cannot be used any more.
  };
  struct Framing {
    bool head_request = false;
    bool http_1_0 = false;
    Connection connection = Connection::keep;
  };

  Outgoing() = default;
  ~Outgoing() { cancel(); }
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;
  Outgoing(Outgoing&&) = delete;
  Outgoing& operator=(Outgoing&&) = delete;

  // `wake` is for a response whose body is a stream: called from any thread, once after `starved`.
  void start(Response response,
             const Framing& framing,
             DateLine& date,
             std::function<void()> wake = {});
  Step write(Transport& transport);

  [[nodiscard]] bool active() const noexcept { return active_; }
  [[nodiscard]] bool is_stream() const noexcept { return stream_ != nullptr; }
  [[nodiscard]] std::uint64_t bytes_sent() const noexcept { return total_; }
  // Lets go of body and producer.
  void cancel();

 private:
  void start_body(Response& response, const Framing& framing, int status);
  void take_file(FileBody body);
  void finish_head(const Response& response, const Framing& framing, DateLine& date);
  Step write_parts(Transport& transport);
  Step write_file(Transport& transport);
  Step next_chunk();

  bool active_ = false;
  std::uint64_t total_ = 0;

  std::string head_;     // The whole head, or what follows the prepared one.
  SharedHead prepared_;  // Sent first.
  std::string text_;     // The body, or its chunk under way.
  SharedBytes shared_;
  std::array<std::string_view, 4> parts_;  // Into the above.
  std::size_t first_ = 0;                  // The first part that is not wholly sent.

  std::shared_ptr<const Fd> file_;
  std::uint64_t file_offset_ = 0;
  std::uint64_t file_left_ = 0;

  std::shared_ptr<BodyQueue> stream_;
  std::function<void()> wake_;
  bool chunked_ = false;
  bool counted_ = false;
  std::uint64_t stream_left_ = 0;  // Of a stream with a promised length.
};

}  // namespace base::http
