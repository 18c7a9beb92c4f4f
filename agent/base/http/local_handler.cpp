#include "agent/base/http/local_handler.hpp"

#include "agent/base/http/response.hpp"

#include <utility>
#include <variant>

namespace base::http {

Result<std::string> read_whole(RequestBody& body, std::size_t max_bytes) {
  std::string whole;
  BASE_TRY(body.read(max_bytes, [&](std::string_view piece) {
    whole += piece;
    return ok();
  }));
  return whole;
}

LocalResponse local_error_response(const Error& error) {
  auto made = error_response(error);
  auto* text = std::get_if<std::string>(&made.body);
  return {.status = made.status,
          .headers = std::move(made.headers),
          .body = text != nullptr ? std::move(*text) : std::string{}};
}

}  // namespace base::http
