#pragma once
// What a handler answers.

#include "agent/base/core/error.hpp"
#include "agent/base/fs/fd.hpp"
#include "agent/base/http/body_stream.hpp"
#include "agent/base/http/headers.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace base::http {

// Bytes that several answers share without a copy.
using SharedBytes = std::shared_ptr<const std::string>;

// Status line and fields in their final form, made once for many answers. Together with shared
// bytes an answer is one gather write.
struct PreparedHead {
  int status = 200;
  std::string text;  // Ends after the last field; date, connection and the empty line follow.
};
using SharedHead = std::shared_ptr<const PreparedHead>;

// `content_length` is what a GET's body will have; absent for 204 and 304.
SharedHead prepare_head(int status,
                        const Headers& headers,
                        std::optional<std::uint64_t> content_length);

// A part of an open file, sent without passing through this process where TLS allows. The position
// of the descriptor is not used, so one descriptor may serve many answers. The file must not be
// truncated meanwhile: the connection breaks off when it is.
struct FileBody {
  std::shared_ptr<const Fd> file;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct NoBody {};
using Body = std::variant<NoBody, std::string, SharedBytes, FileBody, std::shared_ptr<BodyStream>>;

// Content-Length, Transfer-Encoding, Date and Connection are the server's: never put them into
// `headers`. A HEAD request, 204 and 304 are answered without the body's bytes whatever it holds.
struct Response {
  int status = 200;
  Headers headers;
  Body body;
  SharedHead head;     // Sent instead of `status`; `headers` follow it. The body must fit it.
  bool close = false;  // Ends the connection after this answer.
};

// `{"error":{"code":…,"reason":…,"message":…,"hint":…}}` with the status of the error's code.
Response error_response(const Error& error);
Response json_response(int status, std::string body);

[[nodiscard]] int status_of(ErrorCode code) noexcept;
[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

}  // namespace base::http
