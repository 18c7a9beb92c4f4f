#include "agent/base/http/server_exchange.hpp"

#include "agent/base/core/assert.hpp"
#include "agent/base/http/connection.hpp"

#include <algorithm>
#include <utility>

namespace base::http {
namespace {

constexpr std::uint64_t k_reserved = 65'536;

class CollectingSink final : public BodySink {
 public:
  CollectingSink(std::size_t expected, std::function<void(Result<std::string>)> callback)
      : callback_(std::move(callback)) {
    body_.reserve(expected);
  }

  BodyFlow write(std::string_view chunk) override {
    body_.append(chunk);
    return BodyFlow::more;
  }
  void finish() override { callback_(std::move(body_)); }
  void abort(const Error& error) override {
    if (error.code != ErrorCode::cancelled) {
      callback_(error);
    }
  }

 private:
  std::string body_;
  std::function<void(Result<std::string>)> callback_;
};

// Closes a stream whose answer is destroyed on its way to a loop that has ended, so that nobody
// waits for room in it.
class StreamGuard {
 public:
  explicit StreamGuard(Response response) : response_(std::move(response)) {}
  StreamGuard(const StreamGuard&) = delete;
  StreamGuard& operator=(const StreamGuard&) = delete;
  StreamGuard(StreamGuard&&) = delete;
  StreamGuard& operator=(StreamGuard&&) = delete;
  ~StreamGuard() {
    if (const auto* stream = std::get_if<std::shared_ptr<BodyStream>>(&response_.body);
        stream != nullptr && *stream) {
      std::static_pointer_cast<BodyQueue>(*stream)->close();
    }
  }
  Response release() { return std::exchange(response_, Response{}); }

 private:
  Response response_;
};

}  // namespace

ServerExchange::ServerExchange(std::shared_ptr<Connection> connection,
                               std::uint32_t number,
                               Request request)
    : connection_(std::move(connection)), request_(std::move(request)), number_(number) {}

ServerExchange::~ServerExchange() {
  if (!responded_) {
    connection_->worker().loop().post([connection = connection_, number = number_] {
      connection->respond(number,
                          error_response(Error{.code = ErrorCode::internal,
                                               .message = "the request ended without an answer"}));
    });
  }
}

template <typename Task>
void ServerExchange::on_loop(Task task) {
  IoLoop& loop = connection_->worker().loop();
  if (loop.is_current()) {
    task(*connection_);
    return;
  }
  loop.post([connection = connection_, task = std::move(task)]() mutable { task(*connection); });
}

void ServerExchange::respond(Response response) {
  const bool answered_before = responded_.exchange(true);
  BASE_ASSERT(!answered_before);
  if (connection_->worker().loop().is_current()) {
    connection_->respond(number_, std::move(response));
    return;
  }
  auto guarded = std::make_shared<StreamGuard>(std::move(response));
  on_loop([number = number_, guarded](Connection& connection) {
    connection.respond(number, guarded->release());
  });
}

void ServerExchange::read_body(std::size_t max_bytes,
                               std::function<void(Result<std::string>)> callback) {
  const auto expected =
      std::min({request_.content_length.value_or(0), std::uint64_t{max_bytes}, k_reserved});
  stream_body(max_bytes, std::make_unique<CollectingSink>(expected, std::move(callback)));
}

void ServerExchange::stream_body(std::uint64_t max_bytes, std::unique_ptr<BodySink> sink) {
  on_loop([number = number_, max_bytes, shared = std::shared_ptr<BodySink>(std::move(sink))](
              Connection& connection) { connection.take_body(number, max_bytes, shared); });
}

// Never within the call: the sink that asked to pause may still be in its own `write`.
void ServerExchange::resume_body() {
  connection_->worker().loop().post(
      [connection = connection_, number = number_] { connection->resume_body(number); });
}

void ServerExchange::on_disconnect(std::function<void()> callback) {
  on_loop([number = number_, callback = std::move(callback)](Connection& connection) {
    connection.watch_disconnect(number, callback);
  });
}

IoLoop* ServerExchange::loop() const {
  return &connection_->worker().loop();
}

}  // namespace base::http
