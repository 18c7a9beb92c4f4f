#pragma once
// A small HTTP/1.1 server that says exactly what a test tells it to, wrong things included. A
// thread a connection; everything it was asked is kept.

#include "agent/base/core/guarded.hpp"
#include "agent/base/fs/fd.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace tests {

struct SeenRequest {
  std::string method;
  std::string target;                          // Path and query as sent.
  std::map<std::string, std::string> headers;  // Names in lower case.
  std::string body;

  // "GET /v1.41/info"
  [[nodiscard]] std::string line() const { return method + " " + target; }
};

// The server's end of a connection, within one request.
class Conversation {
 public:
  explicit Conversation(int socket) : socket_(socket) {}

  void raw(std::string_view bytes) const;
  // A complete answer, after which the connection is kept.
  void answer(int status, std::string_view body, std::string_view more_headers = {});
  // A chunked answer: open, any number of chunks, close.
  void open(int status, std::string_view more_headers = {});
  void chunk(std::string_view bytes);
  void close_chunks();
  // The next bytes of the client, as after an upgrade; empty when it has closed its side.
  std::string read() const;
  // Blocks until the client closes the connection or the server stops.
  void hold();
  // The connection is closed after this request.
  void hang_up() { keep_ = false; }
  [[nodiscard]] bool kept() const { return keep_; }

 private:
  int socket_;
  bool keep_ = true;
};

class ScriptedHttpServer {
 public:
  using Script = std::function<void(const SeenRequest&, Conversation&)>;

  enum class Transport { unix_socket, loopback };

  ScriptedHttpServer(Transport transport, Script script);
  ScriptedHttpServer(const ScriptedHttpServer&) = delete;
  ScriptedHttpServer& operator=(const ScriptedHttpServer&) = delete;
  ScriptedHttpServer(ScriptedHttpServer&&) = delete;
  ScriptedHttpServer& operator=(ScriptedHttpServer&&) = delete;
  ~ScriptedHttpServer();

  [[nodiscard]] const std::string& socket_path() const { return path_; }
  [[nodiscard]] int port() const { return port_; }

  // Ends every open connection, as the death of a server does.
  void drop_connections();
  [[nodiscard]] std::vector<SeenRequest> requests();
  // How many connections were accepted so far.
  [[nodiscard]] std::size_t connections();
  // Waits until `count` requests have come; false after ten seconds.
  bool wait_for_requests(std::size_t count);

 private:
  struct State {
    std::vector<SeenRequest> requests;
    std::vector<int> sockets;
    std::size_t accepted = 0;
  };

  void listen_unix();
  void listen_loopback();
  void accept_all();
  void serve(int socket);

  Script script_;
  std::vector<base::fs::TemporaryDirectory> directory_;
  std::string path_;
  int port_ = 0;
  base::Fd listener_;
  base::Guarded<State> state_;
  std::condition_variable changed_;
  std::vector<std::thread> serving_;  // Touched by the accepting thread alone until it has ended.
  std::thread accepting_;
};

}  // namespace tests
