#pragma once
// A real server on a free port of the loopback address, with a function as its handler.

#include "agent/base/http/server.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <utility>

namespace tests {

class TestServer final : public base::http::Handler {
 public:
  using Function = std::function<void(std::shared_ptr<base::http::Exchange>)>;

  explicit TestServer(Function function, base::http::ServerOptions options = {})
      : function_(std::move(function)), server_(with_address(std::move(options)), *this) {
    REQUIRE(server_.start());
  }

  void on_request(std::shared_ptr<base::http::Exchange> exchange) override {
    function_(std::move(exchange));
  }

  [[nodiscard]] std::uint16_t port() const { return server_.ports().front(); }
  base::http::Server& server() { return server_; }

 private:
  static base::http::ServerOptions with_address(base::http::ServerOptions options) {
    options.listen = {"127.0.0.1:0"};
    return options;
  }

  Function function_;
  base::http::Server server_;
};

// Answers every request with this text.
inline TestServer::Function says(std::string text) {
  return [text = std::move(text)](const std::shared_ptr<base::http::Exchange>& exchange) {
    exchange->respond({.body = text});
  };
}

}  // namespace tests
