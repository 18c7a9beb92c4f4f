#pragma once
// The head of a request, checked and decoded.

#include "agent/base/http/headers.hpp"
#include "agent/base/http/url.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace base::http {

struct Request {
  std::string method;  // As sent: methods are case-sensitive.
  std::string target;  // Origin-form, as sent; of an absolute target the part after the authority.
  Url url;
  Headers headers;
  std::string host;  // Of the Host field or the absolute target; empty with HTTP/1.0 only.

  std::string remote_address;  // Numeric, without port.
  bool tls = false;

  bool chunked = false;
  std::optional<std::uint64_t> content_length;  // As declared; absent without body and if chunked.

  [[nodiscard]] bool has_body() const noexcept { return chunked || content_length.value_or(0) > 0; }
};

}  // namespace base::http
