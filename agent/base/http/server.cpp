#include "agent/base/http/server.hpp"

#include "agent/base/core/assert.hpp"
#include "agent/base/http/listener.hpp"
#include "agent/base/http/server_worker.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <csignal>
#include <string>
#include <thread>
#include <utility>

namespace base::http {

Response Handler::on_protocol_error(int status, std::string_view message) {
  auto response =
      error_response(Error{.code = ErrorCode::invalid_input, .message = std::string(message)});
  response.status = status;
  return response;
}

class Server::Impl {
 public:
  Impl(ServerOptions options, Handler& handler) : state_(std::make_shared<ServerState>()) {
    *state_->tls.lock() = options.tls;
    state_->options = std::move(options);
    state_->handler = &handler;
  }

  Status start();
  void stop(std::chrono::milliseconds deadline);
  [[nodiscard]] const std::vector<std::uint16_t>& ports() const { return ports_; }
  [[nodiscard]] ServerState& state() const { return *state_; }

 private:
  Status listen();

  std::shared_ptr<ServerState> state_;
  std::vector<std::shared_ptr<ServerWorker>> workers_;
  std::vector<std::thread> threads_;
  std::vector<std::uint16_t> ports_;
  Guarded<int> running_{0};
  std::condition_variable ended_;
};

// Every worker has a socket of its own on every address, so that the kernel spreads connections.
Status Server::Impl::listen() {
  const auto sharing = workers_.size() > 1 ? PortSharing::shared : PortSharing::alone;
  for (const auto& text : state_->options.listen) {
    BASE_TRY_ASSIGN(auto address, parse_listen_address(text));
    for (const auto& worker : workers_) {
      BASE_TRY_ASSIGN(auto socket, open_listener(address, sharing));
      address.port = port_of(socket);
      worker->add_listener(std::move(socket));
    }
    ports_.push_back(address.port);
  }
  return ok();
}

Status Server::Impl::start() {
  BASE_ASSERT(workers_.empty() && state_->options.threads > 0);
  static_cast<void>(
      std::signal(SIGPIPE, SIG_IGN));  // sendfile and OpenSSL have no flag against it.
  for (int i = 0; i < state_->options.threads; ++i) {
    workers_.push_back(std::make_shared<ServerWorker>(state_));
  }
  if (auto listening = listen(); !listening) {
    for (const auto& worker : workers_) {  // Lets go of the sockets that were opened already.
      worker->cut_off();
      worker->run();
    }
    workers_.clear();
    ports_.clear();
    return std::move(listening).error();
  }
  *running_.lock() = state_->options.threads;
  for (const auto& worker : workers_) {
    threads_.emplace_back([this, worker] {
      worker->run();
      // Notified under the lock: the one who waits may destroy this object as soon as it is gone.
      auto running = running_.lock();
      *running -= 1;
      ended_.notify_all();
    });
  }
  return ok();
}

void Server::Impl::stop(std::chrono::milliseconds deadline) {
  if (threads_.empty()) {
    return;
  }
  for (const auto& worker : workers_) {
    worker->begin_stop();
  }
  running_.lock().wait_until(ended_, std::chrono::steady_clock::now() + deadline, [](int running) {
    return running == 0;
  });
  for (const auto& worker : workers_) {
    worker->cut_off();
  }
  for (auto& thread : threads_) {
    thread.join();
  }
  threads_.clear();
  workers_.clear();
}

Server::Server(ServerOptions options, Handler& handler)
    : impl_(std::make_unique<Impl>(std::move(options), handler)) {}

Server::~Server() {
  impl_->stop(std::chrono::milliseconds(0));
}

Status Server::start() {
  return impl_->start();
}

std::vector<std::uint16_t> Server::ports() const {
  return impl_->ports();
}

void Server::stop(std::chrono::milliseconds deadline) {
  impl_->stop(deadline);
}

void Server::reload_tls(std::shared_ptr<TlsContext> context) {
  BASE_ASSERT(context != nullptr && impl_->state().options.tls != nullptr);
  *impl_->state().tls.lock() = std::move(context);
}

std::size_t Server::connections() const {
  return impl_->state().connections;
}

}  // namespace base::http
