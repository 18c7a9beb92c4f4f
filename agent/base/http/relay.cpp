#include "agent/base/http/relay.hpp"

#include "agent/base/core/assert.hpp"
#include "agent/base/http/body_stream.hpp"
#include "agent/base/http/io_loop.hpp"
#include "agent/base/http/response_parser.hpp"

#include <fmt/format.h>

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <optional>
#include <utility>

namespace base::http {
namespace {

// Above this much unsent upload the client is not read from.
constexpr std::size_t k_unsent_limit = 262'144;

constexpr std::array<std::string_view, 9> k_hop_by_hop{"Connection",
                                                       "Keep-Alive",
                                                       "Proxy-Authenticate",
                                                       "Proxy-Authorization",
                                                       "Proxy-Connection",
                                                       "TE",
                                                       "Trailer",
                                                       "Transfer-Encoding",
                                                       "Upgrade"};

bool travels(const Headers& headers, std::string_view name) {
  const auto is_name = [&](std::string_view other) { return equal_ignoring_case(name, other); };
  return std::none_of(k_hop_by_hop.begin(), k_hop_by_hop.end(), is_name) &&
         !is_name("Content-Length") && !headers.lists("Connection", name);
}

Error unavailable(std::string message) {
  return Error{.code = ErrorCode::unavailable, .message = std::move(message)};
}

// Empty when nobody listens there. Connecting to a unix socket never waits: without room in the
// backlog it fails.
Fd connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return {};
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const auto* const generic = reinterpret_cast<const sockaddr*>(&address);  // NOLINT
  if (!socket.valid() || ::connect(socket.get(), generic, sizeof(address)) != 0) {
    return {};
  }
  return socket;
}

std::string request_head(const Request& request, const Headers& additions) {
  auto head = fmt::format("{} {} HTTP/1.1\r\n", request.method, request.target);
  const auto add = [&](const Header& field) {
    head.append(field.name).append(": ").append(field.value).append("\r\n");
  };
  for (const Header& field : request.headers) {
    if (travels(request.headers, field.name) && !equal_ignoring_case(field.name, "Expect") &&
        !equal_ignoring_case(field.name, "Host") && !additions.has(field.name)) {
      add(field);
    }
  }
  for (const Header& field : additions) {
    BASE_ASSERT(is_token(field.name) && is_field_value(field.value));
    add(field);
  }
  add({"Host", request.host});
  if (request.chunked) {
    add({"Transfer-Encoding", "chunked"});
  } else if (request.content_length) {
    add({"Content-Length", std::to_string(*request.content_length)});
  }
  head.append("Connection: close\r\n\r\n");
  return head;
}

// One exchange with the server. Lives as long as its socket is waited for or its client's callbacks
// hold it.
class Upstream final : public Watched {
 public:
  Upstream(IoLoop& loop, Fd socket, std::shared_ptr<Exchange> exchange, RelayOptions options)
      : Watched(loop, std::move(socket)),
        loop_(loop),
        exchange_(std::move(exchange)),
        options_(std::move(options)),
        chunked_(exchange_->request().chunked),
        parser_(exchange_->request().method == "HEAD" ? ResponseParser::Expect::no_body
                                                      : ResponseParser::Expect::body) {}

  // With the body where it was gathered; else it flows from the client.
  void start(const Headers& additions, const std::optional<std::string>& body);

  // From the client.
  BodyFlow send(std::string_view chunk);
  void send_end();
  void client_failed(const Error& error);
  void close();

 private:
  void on_ready(Readiness readiness) override;
  void flush();
  void read();
  void take(std::string_view input);
  void begin_answer();
  void finish(ResponseParser::Outcome outcome);
  void fail(const Error& error);

  IoLoop& loop_;
  std::shared_ptr<Exchange> exchange_;  // Until it is answered.
  std::shared_ptr<BodyStream> answer_;  // From then on.
  RelayOptions options_;
  bool chunked_;
  ResponseParser parser_;
  std::string unsent_;
  std::string unparsed_;
  std::unique_ptr<IoLoop::Timer> timer_;
  bool upload_done_ = false;
  bool client_paused_ = false;
  bool answer_full_ = false;
};

class UploadSink final : public BodySink {
 public:
  explicit UploadSink(std::shared_ptr<Upstream> upstream) : upstream_(std::move(upstream)) {}
  BodyFlow write(std::string_view chunk) override { return upstream_->send(chunk); }
  void finish() override { upstream_->send_end(); }
  void abort(const Error& error) override { upstream_->client_failed(error); }

 private:
  std::shared_ptr<Upstream> upstream_;
};

void Upstream::start(const Headers& additions, const std::optional<std::string>& body) {
  const auto self = std::static_pointer_cast<Upstream>(shared_from_this());
  const std::weak_ptr<Upstream> weak = self;
  exchange_->on_disconnect([weak] {
    if (const auto upstream = weak.lock()) {
      upstream->close();
    }
  });
  unsent_ = request_head(exchange_->request(), additions);
  wait(Readiness::readable);
  const auto exchange = exchange_;
  if (body) {
    unsent_.append(*body);
    send_end();
  } else if (exchange->request().has_body()) {
    exchange->stream_body(options_.max_body_bytes, std::make_unique<UploadSink>(self));
  } else {
    send_end();
  }
  flush();
}

BodyFlow Upstream::send(std::string_view chunk) {
  if (!is_open()) {
    return BodyFlow::more;  // The answer, or the failure, is on its way.
  }
  if (chunked_) {
    fmt::format_to(std::back_inserter(unsent_), "{:x}\r\n", chunk.size());
  }
  unsent_.append(chunk);
  if (chunked_) {
    unsent_.append("\r\n");
  }
  flush();
  client_paused_ = unsent_.size() > k_unsent_limit;
  return client_paused_ ? BodyFlow::pause : BodyFlow::more;
}

void Upstream::send_end() {
  upload_done_ = true;
  if (chunked_) {
    unsent_.append("0\r\n\r\n");
  }
  flush();
  const std::weak_ptr<Watched> weak = weak_from_this();
  timer_ = loop_.after(options_.response_timeout, [this, weak] {
    const auto self = weak.lock();
    if (self && exchange_) {
      fail(Error{.code = ErrorCode::timed_out, .message = "the server did not answer in time"});
    }
  });
}

void Upstream::client_failed(const Error& error) {
  if (exchange_ && error.code != ErrorCode::cancelled && error.code != ErrorCode::invalid_input) {
    fail(error);
    return;
  }
  close();
}

void Upstream::close() {
  close_descriptor();
  timer_.reset();
  exchange_.reset();
  if (answer_) {
    std::exchange(answer_, nullptr)->abort();
  }
}

void Upstream::fail(const Error& error) {
  const auto exchange = std::move(exchange_);
  close();
  if (exchange) {
    exchange->respond(error_response(error));
  }
}

void Upstream::on_ready(Readiness readiness) {
  if (readiness == Readiness::writable) {
    flush();
  } else {
    read();
  }
}

void Upstream::flush() {
  while (is_open() && !unsent_.empty()) {
    const auto sent = ::send(descriptor(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) {
      wait(Readiness::writable);
      break;
    }
    if (sent < 0) {
      // The server wants no more of it; what it says about that is still to be read.
      unsent_.clear();
      break;
    }
    unsent_.erase(0, static_cast<std::size_t>(sent));
  }
  if (client_paused_ && unsent_.size() <= k_unsent_limit / 2 && exchange_) {
    client_paused_ = false;
    exchange_->resume_body();
  }
}

void Upstream::read() {
  while (is_open() && !answer_full_) {
    const auto buffer = loop_.scratch();
    const auto count = ::recv(descriptor(), buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EAGAIN) {
      wait(Readiness::readable);
      return;
    }
    if (count <= 0) {
      finish(count == 0 ? parser_.end() : ResponseParser::Outcome::fault);
      return;
    }
    take({buffer.data(), static_cast<std::size_t>(count)});
  }
}

void Upstream::take(std::string_view input) {
  unparsed_.append(input);
  std::string body;
  std::size_t used = 0;
  const auto outcome =
      parser_.parse(unparsed_, used, [&](std::string_view chunk) { body.append(chunk); });
  unparsed_.erase(0, used);
  if (exchange_ && parser_.head_done()) {
    begin_answer();
  }
  // The client may leave within these calls, which closes this object.
  if (answer_ && answer_->push(std::move(body)) == BodyStream::Push::full) {
    answer_full_ = true;
  }
  if (is_open() && outcome != ResponseParser::Outcome::need_more) {
    finish(outcome);
  }
}

void Upstream::begin_answer() {
  timer_.reset();
  if (!upload_done_ && is_open()) {
    // The exchange takes no more of the upload once it is answered: the server must not wait for
    // it.
    unsent_.clear();
    ::shutdown(descriptor(), SHUT_WR);
  }
  Response response{.status = parser_.status()};
  for (const Header& field : parser_.headers()) {
    if (travels(parser_.headers(), field.name) && !equal_ignoring_case(field.name, "Date")) {
      response.headers.add(field.name, field.value);
    }
  }
  answer_ = BodyStream::create(parser_.content_length());
  response.body = answer_;
  const std::weak_ptr<Watched> weak = weak_from_this();
  // Keeps this object while nothing waits for the socket; the stream lets go when it ends.
  answer_->on_room([self = shared_from_this(), this] {
    answer_full_ = false;
    wait(Readiness::readable);
  });
  answer_->on_closed([weak, this] {
    if (const auto self = weak.lock()) {
      close();
    }
  });
  std::exchange(exchange_, nullptr)->respond(std::move(response));
}

void Upstream::finish(ResponseParser::Outcome outcome) {
  if (exchange_) {
    fail(unavailable("the server closed the connection without a valid answer"));
    return;
  }
  if (answer_ && outcome == ResponseParser::Outcome::done) {
    std::exchange(answer_, nullptr)->finish();
  }
  close();
}

void ask(const RelayOptions& options,
         const std::shared_ptr<Exchange>& exchange,
         const Headers& additions,
         const std::optional<std::string>& body) {
  auto socket = connect_to(options.socket_path);
  if (!socket.valid()) {
    exchange->respond(error_response(unavailable("nothing answers on " + options.socket_path)));
    return;
  }
  std::make_shared<Upstream>(*exchange->loop(), std::move(socket), exchange, options)
      ->start(additions, body);
}

}  // namespace

void relay(const RelayOptions& options,
           const std::shared_ptr<Exchange>& exchange,
           const Headers& additions) {
  BASE_ASSERT(exchange->loop() != nullptr);
  const auto length = exchange->request().content_length;
  if (!exchange->request().has_body() || !length || *length > options.gathered_bytes) {
    ask(options, exchange, additions, std::nullopt);
    return;
  }
  exchange->read_body(options.gathered_bytes,
                      [options, exchange, additions](base::Result<std::string> body) {
                        if (body) {
                          ask(options, exchange, additions, *body);
                        } else if (body.error().code != ErrorCode::invalid_input) {
                          exchange->respond(error_response(body.error()));
                        }
                      });
}

}  // namespace base::http
