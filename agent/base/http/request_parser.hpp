#pragma once
// From bytes to a checked request, by Beast's parser with stricter rules around it.
//
// Two servers that read one byte stream differently let a stranger smuggle a request past the
// first. So everything that has two readings is refused: Content-Length beside Transfer-Encoding or
// twice, any coding but "chunked", folded lines, bare line feeds, more than one Host.

#include "agent/base/http/request.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace base::http {

struct ParseFault {
  int status = 400;
  std::string_view message;
};

class RequestParser {
 public:
  struct Limits {
    std::size_t head_bytes = 0;
    std::size_t head_fields = 0;
  };
  enum class Outcome { need_more, done, fault };

  explicit RequestParser(Limits limits);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;
  RequestParser(RequestParser&&) = delete;
  RequestParser& operator=(RequestParser&&) = delete;

  // `input` begins with the head and holds all of it that has come, in every call. Nothing is
  // consumed until the head is complete; then `consumed` is its size.
  Outcome parse_head(std::string_view input, std::size_t& consumed);

  // After the head. Gives body bytes to `take` until the input or the body ends or `take` says
  // false; what was not consumed has to be given again.
  Outcome parse_body(std::string_view input,
                     std::size_t& consumed,
                     const std::function<bool(std::string_view)>& take);

  [[nodiscard]] Request& request() noexcept;
  [[nodiscard]] bool keep_alive() const;
  [[nodiscard]] bool is_http_1_0() const;
  [[nodiscard]] bool expects_continue() const;
  [[nodiscard]] bool is_chunked() const;
  // Body bytes to come; the largest number when only the end will tell.
  [[nodiscard]] std::uint64_t remaining() const;
  [[nodiscard]] const ParseFault& fault() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace base::http
