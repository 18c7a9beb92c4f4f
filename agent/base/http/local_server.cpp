#include "agent/base/http/local_server.hpp"

#include "agent/base/core/places.hpp"
#include "agent/base/core/scope_exit.hpp"
#include "agent/base/fs/lock_file.hpp"
#include "agent/base/http/connection_threads.hpp"
#include "agent/base/http/local_stream.hpp"
#include "agent/base/http/stream_watch.hpp"

#include <fmt/format.h>
#include <httplib.h>

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <thread>

namespace base::http {
namespace {

// cpp-httplib listens with a backlog of 5, which a burst of connects overruns; the socket is ours.
constexpr int k_backlog = 256;

// What a connection's thread knows beyond the request that cpp-httplib hands to the handler.
struct Connection {
  LocalStream* stream = nullptr;
  Peer peer;
  bool body_unread = false;  // Bytes of a body are left: what follows is not a request.
  bool answered = false;     // By the handler; else the library refused the request by itself.
};
thread_local Connection* current_connection = nullptr;  // NOLINT: set around process_request.
thread_local bool refuse_connection = false;            // NOLINT: set around the refusal.

class StreamAdapter final : public httplib::Stream {
 public:
  explicit StreamAdapter(LocalStream& stream) : stream_(stream) {}

  [[nodiscard]] bool is_readable() const override { return stream_.connected(); }
  [[nodiscard]] bool is_writable() const override { return stream_.connected(); }
  ssize_t read(char* buffer, std::size_t size) override { return stream_.read(buffer, size); }
  ssize_t write(const char* bytes, std::size_t size) override { return stream_.write(bytes, size); }
  void get_remote_ip_and_port(std::string& /*ip*/, int& port) const override { port = 0; }
  void get_local_ip_and_port(std::string& /*ip*/, int& port) const override { port = 0; }
  [[nodiscard]] socket_t socket() const override { return stream_.socket(); }

 private:
  LocalStream& stream_;
};

class TaskQueue final : public httplib::TaskQueue {
 public:
  explicit TaskQueue(ConnectionThreads& threads) : threads_(threads) {}

  void enqueue(std::function<void()> work) override {
    if (threads_.submit(work)) {
      return;
    }
    // The work is the only way to the accepted socket; here it answers 503 and closes.
    refuse_connection = true;
    work();
    refuse_connection = false;
  }
  void shutdown() override { threads_.stop(); }

 private:
  ConnectionThreads& threads_;
};

// Copies the library's reader, which refers to nothing but what the library keeps until it has
// written the answer: so a streamed answer may read the body still.
class BodyAdapter final : public RequestBody {
 public:
  BodyAdapter(std::optional<std::uint64_t> declared, const httplib::ContentReader* reader)
      : declared_(declared), reader_(reader != nullptr ? std::optional(*reader) : std::nullopt) {}

  Status read(std::uint64_t max_bytes,
              const std::function<Status(std::string_view)>& sink) override {
    if (!reader_) {
      return ok();
    }
    const Error too_large{ErrorCode::too_large,
                          fmt::format("the request's body has more than {} bytes", max_bytes)};
    if (declared_.value_or(0) > max_bytes) {
      return too_large;
    }
    std::uint64_t received = 0;
    Status result = ok();
    const bool whole = (*reader_)([&](const char* bytes, std::size_t count) {
      received += count;
      result = received > max_bytes ? Status(too_large) : sink(std::string_view(bytes, count));
      return result.has_value();
    });
    if (!result) {
      return result;
    }
    if (!whole) {
      return Error{ErrorCode::io, "the request's body ended early"};
    }
    current_connection->body_unread = false;
    return ok();
  }

 private:
  std::optional<std::uint64_t> declared_;
  std::optional<httplib::ContentReader> reader_;
};

class WriterAdapter final : public ResponseWriter {
 public:
  WriterAdapter(httplib::DataSink& sink, std::stop_token stop)
      : sink_(sink), stop_(std::move(stop)) {}

  bool write(std::string_view bytes) override {
    // cpp-httplib takes an empty piece for the end.
    return bytes.empty() ||
           (sink_.is_writable() && sink_.write(bytes.data(), bytes.size()) && sink_.is_writable());
  }
  [[nodiscard]] std::stop_token stop() const override { return stop_; }

 private:
  httplib::DataSink& sink_;
  std::stop_token stop_;
};

// Fields that cpp-httplib adds to a request; a client's own of that name are no news to anybody.
bool added_by_library(const std::string& name) {
  return name == "REMOTE_ADDR" || name == "REMOTE_PORT" || name == "LOCAL_ADDR" ||
         name == "LOCAL_PORT";
}

std::optional<std::uint64_t> declared_length(const httplib::Request& request) {
  return request.has_header("Content-Length")
             ? std::optional(request.get_header_value<std::uint64_t>("Content-Length"))
             : std::nullopt;
}

void set_body(const LocalResponse& from, httplib::Response& to) {
  to.status = from.status;
  std::string type = "application/octet-stream";
  for (const auto& [name, value] : from.headers) {
    if (equal_ignoring_case(name, "Content-Type")) {
      type = value;
    } else {
      to.headers.emplace(name, value);
    }
  }
  if (!from.body.empty()) {
    to.set_content(from.body, type);
  }
}

std::size_t most_untrusted(const LocalServerOptions& options) {
  return options.max_connections > options.reserved ? options.max_connections - options.reserved
                                                    : options.max_connections;
}

}  // namespace

class LocalServer::Impl final : public httplib::Server {
 public:
  Impl(LocalServerOptions options, LocalHandler& handler)
      : options_(std::move(options)),
        handler_(handler),
        stop_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        watch_(stop_event_.get()),
        threads_(options_.max_connections),
        streams_(options_.max_streams),
        untrusted_(most_untrusted(options_)) {
    new_task_queue = [this] { return new TaskQueue(threads_); };  // NOLINT: the library owns it.
    set_idle_interval(0, 200'000);
    set_routes();
  }
  ~Impl() override { finish(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  Impl(Impl&&) = delete;
  Impl& operator=(Impl&&) = delete;

  Status begin() {
    BASE_TRY_ASSIGN(auto lock, fs::LockFile::acquire(options_.path + ".lock"));
    lock_.emplace(std::move(lock));
    BASE_TRY_ASSIGN(auto socket, listen_locally(options_, k_backlog));
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
    svr_sock_ = socket.release();
    acceptor_ = std::thread([this] { listen_after_bind(); });
    while (!is_running()) {  // A few microseconds: the library has no way to wait for it.
      std::this_thread::yield();
    }
    return ok();
  }

  void finish() {
    if (!acceptor_.joinable()) {
      return;
    }
    ::eventfd_write(stop_event_.get(), 1);
    httplib::Server::stop();
    acceptor_.join();
    ::unlink(options_.path.c_str());
    lock_.reset();
  }

 private:
  void set_routes() {
    const std::string anything = R"([\s\S]*)";
    const auto plain = [this](const httplib::Request& request, httplib::Response& response) {
      serve(request, response, nullptr);
    };
    const auto with_body = [this](const httplib::Request& request,
                                  httplib::Response& response,
                                  const httplib::ContentReader& reader) {
      serve(request, response, &reader);
    };
    Get(anything, plain).Options(anything, plain).Delete(anything, plain);
    Post(anything, with_body).Put(anything, with_body).Patch(anything, with_body);
    Delete(anything, with_body);
    set_error_handler(httplib::Server::HandlerWithResponse(
        [](const httplib::Request&, httplib::Response& response) {
          if (!current_connection->answered) {
            set_body(local_error_response(
                         {ErrorCode::invalid_input, "this is no request that is understood"}),
                     response);
          }
          return HandlerResponse::Handled;
        }));
    set_exception_handler(
        [](const httplib::Request&, httplib::Response& response, const std::exception_ptr&) {
          current_connection->answered = true;
          set_body(
              local_error_response({ErrorCode::internal, "the request could not be carried out"}),
              response);
        });
  }

  void serve(const httplib::Request& from,
             httplib::Response& to,
             const httplib::ContentReader* reader) {
    const auto body = std::make_shared<BodyAdapter>(declared_length(from), reader);
    current_connection->body_unread = reader != nullptr;
    auto response = answer(from, *body);
    current_connection->answered = true;
    if (!response.stream) {
      set_body(response, to);
      return;
    }
    // Counted until cpp-httplib drops the answer, so that the count is right however it ends.
    const auto place = streams_.take();
    if (place == nullptr) {
      auto refusal = local_error_response({ErrorCode::unavailable,
                                           "too many streams are open",
                                           "Close some and try again.",
                                           "too_many_streams"});
      refusal.headers.set("Retry-After", "5");
      set_body(refusal, to);
      return;
    }
    const auto type = std::string(response.headers.get("Content-Type").value_or("text/plain"));
    response.headers.remove("Content-Type");
    set_body(response, to);
    to.set_chunked_content_provider(
        type,
        [this,
         place,
         body,
         stream = std::move(response.stream),
         socket = current_connection->stream->socket()](std::size_t, httplib::DataSink& sink) {
          WriterAdapter writer(sink, watch_.join(socket));
          const ScopeExit leave([&] { watch_.leave(socket); });
          if (!stream(writer)) {
            return false;
          }
          sink.done();
          return true;
        });
  }

  LocalResponse answer(const httplib::Request& from, RequestBody& body) {
    auto url = parse_target(from.target);
    if (!url) {
      return local_error_response(url.error());
    }
    LocalRequest request{.method = from.method,
                         .url = *std::move(url),
                         .headers = {},
                         .peer = current_connection->peer,
                         .content_length = declared_length(from)};
    for (const auto& [name, value] : from.headers) {
      if (!added_by_library(name)) {
        request.headers.add(name, value);
      }
    }
    return handler_.handle(request, body);
  }

  // The library's own version knows nothing of peers and serves five requests a connection.
  bool process_and_close_socket(socket_t accepted) override {
    const Fd owned(accepted);
    const auto peer = peer_of(accepted);
    if (!peer) {
      return false;
    }
    LocalStream stream(accepted, stop_event_.get(), options_.read_timeout, options_.write_timeout);
    if (refuse_connection) {
      refuse(stream);
      return true;
    }
    std::shared_ptr<void> place;
    if (peer->uid != options_.trusted_uid) {
      place = untrusted_.take();
      if (place == nullptr) {
        refuse(stream);
        return true;
      }
      stream.limit_requests(options_.request_timeout);
    }
    Connection connection{.stream = &stream, .peer = *peer};
    current_connection = &connection;
    StreamAdapter adapter(stream);
    bool closed = false;
    while (!closed && stream.wait_for_request(options_.idle_timeout)) {
      const bool last = threads_.crowded();
      connection.answered = false;
      if (!process_request(
              adapter, last, closed, [](httplib::Request& request) { adopt(request); }) ||
          last || connection.body_unread) {
        break;
      }
    }
    current_connection = nullptr;
    if (connection.body_unread) {
      stream.linger(std::chrono::milliseconds(500));
    }
    return true;
  }

  // Leaves the library nothing to be clever about: no compression (brotli alone would cost more
  // memory than the agent has), no decompression, no ranges, no multipart.
  static void adopt(httplib::Request& request) {
    request.headers.erase("Accept-Encoding");
    request.headers.erase("Range");
    request.ranges.clear();
    if (request.headers.erase("Content-Encoding") > 0 || request.is_multipart_form_data() ||
        request.get_header_value("Content-Type").starts_with("application/x-www-form-urlencoded")) {
      request.headers.erase("Content-Type");
      request.headers.emplace("Content-Type", "application/octet-stream");
    }
  }

  LocalServerOptions options_;
  LocalHandler& handler_;
  Fd stop_event_;
  StreamWatch watch_;
  ConnectionThreads threads_;
  std::optional<fs::LockFile> lock_;
  Places streams_;
  Places untrusted_;
  std::thread acceptor_;
};

LocalServer::LocalServer(LocalServerOptions options, LocalHandler& handler)
    : impl_(std::make_unique<Impl>(std::move(options), handler)) {}
LocalServer::~LocalServer() = default;
Status LocalServer::start() {
  return impl_->begin();
}
void LocalServer::stop() {
  impl_->finish();
}

}  // namespace base::http
