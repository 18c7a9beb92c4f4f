#include "agent/base/http/response.hpp"

#include "agent/base/core/assert.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <utility>

namespace base::http {
namespace {

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace

SharedHead prepare_head(int status,
                        const Headers& headers,
                        std::optional<std::uint64_t> content_length) {
  auto head = std::make_shared<PreparedHead>();
  head->status = status;
  head->text = fmt::format("HTTP/1.1 {} {}\r\n", status, reason_phrase(status));
  for (const Header& field : headers) {
    BASE_ASSERT(is_token(field.name) && is_field_value(field.value));
    head->text.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  if (content_length) {
    fmt::format_to(std::back_inserter(head->text), "Content-Length: {}\r\n", *content_length);
  }
  return head;
}

Response error_response(const Error& error) {
  std::string body = R"({"error":{"code":)";
  append_json_string(body, name_of(error.code));
  body.append(R"(,"reason":)");
  append_json_string(body, error.reason);
  body.append(R"(,"message":)");
  append_json_string(body, error.message);
  body.append(R"(,"hint":)");
  append_json_string(body, error.hint);
  body.append("}}");
  return json_response(status_of(error.code), std::move(body));
}

Response json_response(int status, std::string body) {
  return {
      .status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

int status_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_input:
      return 400;
    case ErrorCode::unauthorized:
      return 401;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
    case ErrorCode::cancelled:
      return 409;
    case ErrorCode::too_large:
      return 413;
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::timed_out:
      return 504;
    case ErrorCode::io:
    case ErrorCode::internal:
      return 500;
  }
  return 500;
}

std::string_view reason_phrase(int status) noexcept {
  struct Phrase {
    int status;
    std::string_view text;
  };
  static constexpr auto k_phrases = std::to_array<Phrase>({
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {411, "Length Required"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {415, "Unsupported Media Type"},
      {416, "Range Not Satisfiable"},
      {422, "Unprocessable Content"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
      {507, "Insufficient Storage"},
  });
  for (const Phrase& phrase : k_phrases) {
    if (phrase.status == status) {
      return phrase.text;
    }
  }
  return "Status";
}

}  // namespace base::http
