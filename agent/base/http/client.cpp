#include "agent/base/http/client.hpp"

#include "agent/base/core/guarded.hpp"
#include "agent/base/http/client_transfer.hpp"
#include "agent/base/http/headers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace base::http {

class Client::Pool {
 public:
  explicit Pool(ClientOptions options) : options_(std::move(options)) {}

  [[nodiscard]] const ClientOptions& options() const { return options_; }

  // The lane used last is taken first: its connection is the least likely to have been closed.
  Lane take() {
    auto idle = idle_.lock();
    if (idle->empty()) {
      return Lane::make();
    }
    Lane lane = std::move(idle->back());
    idle->pop_back();
    return lane;
  }

  void give_back(Lane lane) {
    auto idle = idle_.lock();
    if (idle->size() < options_.idle_connections) {
      idle->push_back(std::move(lane));
    }
  }

 private:
  ClientOptions options_;
  Guarded<std::vector<Lane>> idle_;
};

Client::Client(ClientOptions options) : pool_(std::make_unique<Pool>(std::move(options))) {}

Client::~Client() = default;

Result<ClientResponse> Client::send(const ClientRequest& request) {
  Lane lane = pool_->take();
  if (lane.multi == nullptr || lane.easy == nullptr) {
    return Error{ErrorCode::io, "out of memory for a connection"};
  }
  auto response = perform(lane, pool_->options(), request);
  pool_->give_back(std::move(lane));
  return response;
}

std::optional<std::string> ClientHead::header(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (equal_ignoring_case(field, name)) {
      return value;
    }
  }
  return std::nullopt;
}

BodySource body_of(std::string text) {
  return [text = std::move(text), sent = std::size_t{0}](
             char* buffer, std::size_t capacity) mutable -> Result<std::size_t> {
    const auto count = std::min(capacity, text.size() - sent);
    std::copy_n(text.data() + sent, count, buffer);
    sent += count;
    return count;
  };
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      encoded.push_back(c);
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace base::http
