#pragma once
// One thread of a server: its loop, its listening sockets and its connections.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/guarded.hpp"
#include "agent/base/http/io_loop.hpp"
#include "agent/base/http/outgoing.hpp"
#include "agent/base/http/server.hpp"

#include <atomic>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace base::http {

class Connection;
class Listener;

// What the workers of one server share.
struct ServerState {
  ServerOptions options;
  Handler* handler = nullptr;
  std::atomic<std::size_t> connections{0};
  Guarded<std::unordered_map<std::string, std::size_t>> addresses;
  Guarded<std::shared_ptr<TlsContext>> tls;
};

class ServerWorker final : public std::enable_shared_from_this<ServerWorker> {
 public:
  explicit ServerWorker(std::shared_ptr<ServerState> state);
  ~ServerWorker();
  ServerWorker(const ServerWorker&) = delete;
  ServerWorker& operator=(const ServerWorker&) = delete;
  ServerWorker(ServerWorker&&) = delete;
  ServerWorker& operator=(ServerWorker&&) = delete;

  // Before the loop runs.
  void add_listener(Fd socket);

  // Runs until stopped: by begin_stop when the last connection is gone, or by cut_off.
  void run();
  // Any thread.
  void begin_stop();
  void cut_off();

  // The rest is for connections and listeners, on the loop.
  void adopt(Fd socket, std::string remote_address);
  void remove(Connection& connection);
  [[nodiscard]] IoLoop& loop() noexcept { return loop_; }
  [[nodiscard]] DateLine& date() noexcept { return date_; }
  [[nodiscard]] const ServerOptions& options() const noexcept { return state_->options; }
  [[nodiscard]] Handler& handler() const noexcept { return *state_->handler; }
  [[nodiscard]] bool stopping() const noexcept { return stopping_; }

 private:
  bool admit(const std::string& remote_address);
  void forget(const std::string& remote_address);
  void tick();

  std::shared_ptr<ServerState> state_;
  IoLoop loop_;
  DateLine date_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::list<std::shared_ptr<Connection>> connections_;
  std::unique_ptr<IoLoop::Timer> ticker_;
  bool stopping_ = false;
};

}  // namespace base::http
