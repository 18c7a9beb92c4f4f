#pragma once
// From bytes of a server to an answer, by Beast's parser.

#include "agent/base/http/headers.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace base::http {

class ResponseParser {
 public:
  enum class Outcome { need_more, done, fault };
  enum class Expect { body, no_body };  // No body: the request was a HEAD.

  explicit ResponseParser(Expect expect);
  ~ResponseParser();
  ResponseParser(const ResponseParser&) = delete;
  ResponseParser& operator=(const ResponseParser&) = delete;
  ResponseParser(ResponseParser&&) = delete;
  ResponseParser& operator=(ResponseParser&&) = delete;

  // `take` gets the bytes of the body. Interim answers (1xx) are passed over.
  Outcome parse(std::string_view input,
                std::size_t& consumed,
                const std::function<void(std::string_view)>& take);
  // The server closed: `done` if that may end this answer, else `fault`.
  Outcome end();

  [[nodiscard]] bool head_done() const;  // Of the final answer.
  [[nodiscard]] int status() const;
  [[nodiscard]] const Headers& headers() const;
  [[nodiscard]] std::optional<std::uint64_t> content_length() const;

 private:
  class Impl;
  void renew();
  Expect expect_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace base::http
