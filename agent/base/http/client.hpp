#pragma once
// A blocking HTTP/1.1 client over TCP, TLS or a unix socket. One Client is shared by a whole
// program: it is safe from any number of threads and reuses connections between calls.
//
// It follows no redirect, sends no cookie, and always verifies a TLS peer. Over a unix socket no
// proxy is ever asked; over TCP the usual proxy environment applies.

#include "agent/base/core/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base::http {

// Fills at most `capacity` bytes and returns how many; 0 ends the body. An error aborts the
// transfer and is what `send` returns.
using BodySource = std::function<Result<std::size_t>(char* buffer, std::size_t capacity)>;

// A body that is in memory already.
BodySource body_of(std::string text);

struct ClientHead {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // As sent, in order.

  // The first field of that name, compared without case.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
};

struct ClientRequest {
  std::string method = "GET";
  std::string url;          // Absolute. With unix_socket its host is the Host header, no more.
  std::string unix_socket;  // A path; empty for TCP.
  std::vector<std::pair<std::string, std::string>> headers;

  std::string body;
  BodySource body_source;                  // When set, sent instead of `body`.
  std::optional<std::uint64_t> body_size;  // Of body_source; sent chunked when unknown.

  // The whole transfer; zero is no limit, for streams that are meant to last.
  std::chrono::milliseconds deadline{30'000};
  // The longest time in which no byte moves in either direction; zero is no limit.
  std::chrono::milliseconds idle_deadline{0};
  std::stop_token stop;  // Wakes a transfer that waits, from any thread.

  std::size_t max_body = 64U << 20U;  // Of the answer as collected; not applied with on_data.

  // Called on the sending thread when the head of the final answer is complete. False ends the
  // transfer, which then counts as successful with the body as far as it was read.
  std::function<bool(const ClientHead&)> on_head;
  // Takes the body in place of ClientResponse::body. False ends the transfer as above. Answers with
  // a status from 300 on are collected (up to max_body) and never given to on_data, since what
  // they say is about the request.
  std::function<bool(std::string_view)> on_data;
};

struct ClientResponse : ClientHead {
  std::string body;
};

struct ClientOptions {
  std::string ca_file;  // PEM; trusted instead of the system's store when not empty.
  std::chrono::milliseconds connect_deadline{10'000};
  std::size_t idle_connections = 8;  // Kept open for the next calls; more are closed after use.
};

class Client {
 public:
  explicit Client(ClientOptions options = {});
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Client(Client&&) = delete;
  Client& operator=(Client&&) = delete;
  ~Client();  // No call may be under way.

  // Any status is a result: only the caller knows what it means. Errors: unavailable (nobody
  // listens, no such socket or host, TLS not trusted, connection closed before an answer),
  // timed_out, cancelled, too_large, invalid_input (a URL or header that cannot be sent), io (the
  // connection broke within an answer).
  Result<ClientResponse> send(const ClientRequest& request);

 private:
  class Pool;
  std::unique_ptr<Pool> pool_;
};

// `text` with everything but unreserved characters as %XX: for one path segment or query value.
std::string percent_encoded(std::string_view text);

}  // namespace base::http
