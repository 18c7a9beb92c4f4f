#include "agent/base/http/server_worker.hpp"

#include "agent/base/http/connection.hpp"
#include "agent/base/http/listener.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace base::http {
namespace {

// Timeouts are looked at once in a while, not by a timer for each connection: they are long, and a
// second more does not matter. Short ones, as in tests, are looked at more often.
std::chrono::milliseconds tick_period(const ServerLimits& limits) {
  const auto shortest = std::min(
      {limits.idle_timeout, limits.header_timeout, limits.body_timeout, limits.write_timeout});
  return std::clamp(shortest / 4, std::chrono::milliseconds(10), std::chrono::milliseconds(1000));
}

}  // namespace

ServerWorker::ServerWorker(std::shared_ptr<ServerState> state) : state_(std::move(state)) {}
ServerWorker::~ServerWorker() = default;

void ServerWorker::add_listener(Fd socket) {
  listeners_.push_back(std::make_shared<Listener>(
      loop_, std::move(socket), [this](Fd accepted, std::string remote_address) {
        adopt(std::move(accepted), std::move(remote_address));
      }));
  listeners_.back()->start();
}

void ServerWorker::run() {
  ticker_ = loop_.every(tick_period(options().limits), [this] { tick(); });
  loop_.run();
  ticker_.reset();
  listeners_.clear();
}

void ServerWorker::begin_stop() {
  loop_.post([self = shared_from_this()] {
    self->stopping_ = true;
    for (const auto& listener : self->listeners_) {
      listener->close();
    }
    const std::vector<std::shared_ptr<Connection>> all(self->connections_.begin(),
                                                       self->connections_.end());
    for (const auto& connection : all) {
      connection->begin_stop();
    }
    if (self->connections_.empty()) {
      self->loop_.stop();
    }
  });
}

void ServerWorker::cut_off() {
  loop_.post([self = shared_from_this()] {
    self->stopping_ = true;
    for (const auto& listener : self->listeners_) {
      listener->close();
    }
    while (!self->connections_.empty()) {
      const auto connection = self->connections_.front();
      connection->close();
    }
    self->loop_.stop();
  });
}

bool ServerWorker::admit(const std::string& remote_address) {
  const auto& limits = options().limits;
  if (++state_->connections > limits.connections) {
    --state_->connections;
    return false;
  }
  if (limits.connections_per_address == 0) {
    return true;
  }
  auto addresses = state_->addresses.lock();
  auto& count = (*addresses)[remote_address];
  if (count >= limits.connections_per_address) {
    --state_->connections;
    return false;
  }
  ++count;
  return true;
}

void ServerWorker::forget(const std::string& remote_address) {
  --state_->connections;
  if (options().limits.connections_per_address == 0) {
    return;
  }
  auto addresses = state_->addresses.lock();
  const auto found = addresses->find(remote_address);
  if (found != addresses->end() && --found->second == 0) {
    addresses->erase(found);
  }
}

void ServerWorker::adopt(Fd socket, std::string remote_address) {
  if (stopping_ || !admit(remote_address)) {
    return;
  }
  const int descriptor = socket.get();
  const auto tls = *state_->tls.lock();
  auto transport = tls ? tls_transport(descriptor, *tls) : plain_transport(descriptor);
  if (!transport) {
    forget(remote_address);
    return;
  }
  connections_.push_back(std::make_shared<Connection>(
      shared_from_this(), std::move(socket), std::move(transport), std::move(remote_address)));
  connections_.back()->start(std::prev(connections_.end()));
}

void ServerWorker::remove(Connection& connection) {
  forget(connection.remote_address());
  connections_.erase(connection.position());
  if (stopping_ && connections_.empty()) {
    loop_.stop();
  }
}

void ServerWorker::tick() {
  for (const auto& listener : listeners_) {
    if (!stopping_) {
      listener->start();
    }
  }
  const auto now = std::chrono::steady_clock::now();
  std::vector<std::shared_ptr<Connection>> expired;
  for (const auto& connection : connections_) {
    if (connection->deadline() <= now) {
      expired.push_back(connection);
    }
  }
  for (const auto& connection : expired) {
    connection->expire();
  }
}

}  // namespace base::http
