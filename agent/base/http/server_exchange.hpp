#pragma once

#include "agent/base/http/exchange.hpp"

#include <atomic>
#include <cstdint>
#include <memory>

namespace base::http {

class Connection;

// The handler's end of a connection. Keeps it in memory, not open.
class ServerExchange final : public Exchange {
 public:
  ServerExchange(std::shared_ptr<Connection> connection, std::uint32_t number, Request request);
  ~ServerExchange() override;
  ServerExchange(const ServerExchange&) = delete;
  ServerExchange& operator=(const ServerExchange&) = delete;
  ServerExchange(ServerExchange&&) = delete;
  ServerExchange& operator=(ServerExchange&&) = delete;

  [[nodiscard]] const Request& request() const override { return request_; }
  void respond(Response response) override;
  void read_body(std::size_t max_bytes, std::function<void(Result<std::string>)> callback) override;
  void stream_body(std::uint64_t max_bytes, std::unique_ptr<BodySink> sink) override;
  void resume_body() override;
  void on_disconnect(std::function<void()> callback) override;
  [[nodiscard]] IoLoop* loop() const override;

 private:
  // At once on the loop, else soon.
  template <typename Task>
  void on_loop(Task task);

  std::shared_ptr<Connection> connection_;
  Request request_;
  std::uint32_t number_;
  std::atomic<bool> responded_{false};
};

}  // namespace base::http
