#pragma once
// An asynchronous HTTP/1.1 server, plain or with TLS, for what strangers can reach. Few threads
// serve any number of connections; an idle connection costs a few hundred bytes.

#include "agent/base/core/result.hpp"
#include "agent/base/http/exchange.hpp"
#include "agent/base/http/tls.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace base::http {

class Handler {
 public:
  virtual ~Handler() = default;

  // Runs on a loop as soon as the head is there: it must not block. What takes long goes to a
  // WorkerPool with the exchange. With several threads it is called from each of them.
  virtual void on_request(std::shared_ptr<Exchange> exchange) = 0;

  // The answer to what is no valid request (400, 405, 408, 431, 505); the connection closes after
  // it. By default the JSON of error_response.
  virtual Response on_protocol_error(int status, std::string_view message);
};

struct ServerLimits {
  std::size_t head_bytes = 16'384;  // More is answered with 431.
  std::size_t head_fields = 100;
  // What is left of an unwanted body is read and dropped up to this size to keep the connection.
  std::size_t drained_body_bytes = 65'536;

  std::size_t connections = 16'384;         // Over all threads; more are closed as they come.
  std::size_t connections_per_address = 0;  // 0: no limit. Never behind a proxy.

  std::chrono::milliseconds idle_timeout{75'000};    // Between requests.
  std::chrono::milliseconds header_timeout{15'000};  // For the whole head, and the TLS handshake.
  // Bodies and answers may take for ever as long as `progress_bytes` move in each such time.
  std::chrono::milliseconds body_timeout{30'000};
  std::chrono::milliseconds write_timeout{60'000};
  std::size_t progress_bytes = 1024;
};

struct ServerOptions {
  std::vector<std::string> listen;  // "127.0.0.1:8080", "[::1]:0"; port 0 takes a free one.
  int threads = 1;
  std::shared_ptr<TlsContext> tls;  // Null: plain HTTP.
  ServerLimits limits;
  std::vector<std::string> methods;  // Others are answered with 405; empty: the handler decides.
};

class Server {
 public:
  // `handler` outlives the server.
  Server(ServerOptions options, Handler& handler);
  ~Server();  // Stops without grace.
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  Server(Server&&) = delete;
  Server& operator=(Server&&) = delete;

  // Binds and starts the threads. Ignores SIGPIPE in the whole process. Errors: invalid_input (an
  // address that is none), conflict (address in use), io.
  Status start();

  // The ports that are listened on, in the order of `listen`. After start.
  [[nodiscard]] std::vector<std::uint16_t> ports() const;

  // Stops listening, closes idle connections, lets requests under way finish until the deadline,
  // then cuts them off, and returns when all threads have ended. Never from a handler.
  void stop(std::chrono::milliseconds deadline = std::chrono::milliseconds(0));

  // Connections accepted from here on use it. Only for a server that was given one.
  void reload_tls(std::shared_ptr<TlsContext> context);

  [[nodiscard]] std::size_t connections() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace base::http
