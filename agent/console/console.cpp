#include "agent/console/console.hpp"

#include "agent/base/http/relay.hpp"
#include "agent/base/http/response.hpp"
#include "agent/console/security_headers.hpp"

#include <utility>

namespace agent::console {
namespace {

namespace http = base::http;
using base::ErrorCode;

// Nothing that the console sends is bigger; archives of images go over the socket.
constexpr std::uint64_t k_most_body = std::uint64_t{16} << 20U;
// What people write in forms. Bigger bodies flow, and each holds one of the agent's connections.
constexpr std::size_t k_gathered = std::size_t{64} << 10U;
constexpr std::size_t k_uploads = 8;
// Waiting for the head of an answer: an operation's checks may ask a slow engine several things.
constexpr std::chrono::minutes k_answer{3};

// The agent reads the field as the mark of a forwarded request; a client's own is replaced.
constexpr const char* k_forwarded_for = "X-Slipway-Forwarded-For";

// Adds the security headers to whatever the answer is.
class SecuredExchange final : public http::Exchange {
 public:
  explicit SecuredExchange(std::shared_ptr<http::Exchange> inner,
                           std::shared_ptr<void> place = nullptr)
      : inner_(std::move(inner)), place_(std::move(place)) {}

  [[nodiscard]] const http::Request& request() const override { return inner_->request(); }
  void respond(http::Response response) override {
    for (const auto& header : security_headers()) {
      response.headers.set(header.name, header.value);
    }
    inner_->respond(std::move(response));
  }
  void read_body(std::size_t max_bytes,
                 std::function<void(base::Result<std::string>)> callback) override {
    inner_->read_body(max_bytes, std::move(callback));
  }
  void stream_body(std::uint64_t max_bytes, std::unique_ptr<http::BodySink> sink) override {
    inner_->stream_body(max_bytes, std::move(sink));
  }
  void resume_body() override { inner_->resume_body(); }
  void on_disconnect(std::function<void()> callback) override {
    inner_->on_disconnect(std::move(callback));
  }
  [[nodiscard]] http::IoLoop* loop() const override { return inner_->loop(); }

 private:
  std::shared_ptr<http::Exchange> inner_;
  std::shared_ptr<void> place_;  // Held for as long as the exchange goes on.
};

bool is_upload(const http::Request& request) {
  return request.has_body() && (!request.content_length || *request.content_length > k_gathered);
}

bool reads(const std::string& method) {
  return method == "GET" || method == "HEAD";
}

}  // namespace

Console::Console(const std::filesystem::path& agent_socket, std::optional<StaticFiles> files)
    : relay_{.socket_path = agent_socket.string(),
             .max_body_bytes = k_most_body,
             .gathered_bytes = k_gathered,
             .response_timeout = k_answer},
      files_(std::move(files)),
      uploads_(k_uploads) {}

void Console::on_request(std::shared_ptr<http::Exchange> exchange) {
  const auto& request = exchange->request();
  // By the path as sent: what the agent makes of an odd spelling is the agent's to refuse, and what
  // does not begin like the API is never handed on.
  if (request.url.raw_path.starts_with("/api/")) {
    auto place = is_upload(request) ? uploads_.take() : nullptr;
    if (is_upload(request) && place == nullptr) {
      SecuredExchange(exchange).respond(http::error_response({ErrorCode::unavailable,
                                                              "too many uploads are under way",
                                                              "Try again in a moment.",
                                                              "too_many_uploads"}));
      return;
    }
    hand_on(std::make_shared<SecuredExchange>(std::move(exchange), std::move(place)));
  } else if (!reads(request.method)) {
    SecuredExchange(exchange).respond(
        {.status = 405, .headers = {{"Allow", "GET, HEAD"}}, .body = http::NoBody{}});
  } else {
    auto response = page(request);
    if (response.head != nullptr) {
      exchange->respond(std::move(response));  // The prepared head has the headers already.
    } else {
      SecuredExchange(exchange).respond(std::move(response));
    }
  }
}

void Console::hand_on(const std::shared_ptr<http::Exchange>& exchange) {
  const auto& request = exchange->request();
  if (!request.url.raw_path.starts_with("/api/v1/")) {
    exchange->respond(http::error_response({ErrorCode::not_found, "no such version of the API"}));
    return;
  }
  http::relay(relay_, exchange, {{k_forwarded_for, request.remote_address}});
}

http::Response Console::page(const http::Request& request) const {
  if (!files_) {
    return {.status = 503,
            .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
            .body = std::string("The console's pages are not installed; its API works.\n")};
  }
  return files_->answer(request);
}

}  // namespace agent::console
