#pragma once
// What a local server asks of whoever answers its requests.

#include "agent/base/core/result.hpp"
#include "agent/base/http/headers.hpp"
#include "agent/base/http/url.hpp"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace base::http {

// The process on the other end when it connected, as the kernel says (SO_PEERCRED).
struct Peer {
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t pid = 0;
};

struct LocalRequest {
  std::string method;
  Url url;
  Headers headers;
  Peer peer;
  std::optional<std::uint64_t> content_length;  // Of the body, where the client declares it.
};

// The request's body, read by the handler as it likes, or by the answer that it streams, or not at
// all: then the connection is closed after the answer. There until the answer has ended.
class RequestBody {
 public:
  virtual ~RequestBody() = default;

  // Gives the body piece by piece until its end or until `sink` returns an error, which is then the
  // result. Errors: too_large (before anything is read when the declared length says so), io (the
  // client left or was silent for too long), invalid_input (broken framing). At most once.
  virtual Status read(std::uint64_t max_bytes,
                      const std::function<Status(std::string_view)>& sink) = 0;
};

// The whole body. Errors: those of RequestBody::read.
Result<std::string> read_whole(RequestBody& body, std::size_t max_bytes);

// Where a streamed answer is written.
class ResponseWriter {
 public:
  virtual ~ResponseWriter() = default;

  // Sends it at once. False when the client has left, or took nothing for the write deadline.
  virtual bool write(std::string_view bytes) = 0;
  // Asked to stop when the client leaves, even while nothing is written, and when the server stops.
  [[nodiscard]] virtual std::stop_token stop() const = 0;
};

struct LocalResponse {
  int status = 200;
  Headers headers;  // With Content-Type, without Content-Length and Transfer-Encoding.
  std::string body;
  // Instead of `body`: called on the connection's thread after the head was sent; the answer ends
  // when it returns true, and breaks off when it returns false.
  std::function<bool(ResponseWriter&)> stream;
};

// What the error says, as JSON.
LocalResponse local_error_response(const Error& error);

class LocalHandler {
 public:
  virtual ~LocalHandler() = default;
  // From many threads at once; may block.
  virtual LocalResponse handle(const LocalRequest& request, RequestBody& body) = 0;
};

}  // namespace base::http
