#pragma once
// Hands an exchange on to an HTTP server on a unix socket and its answer back, both as they flow.

#include "agent/base/http/exchange.hpp"
#include "agent/base/http/headers.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace base::http {

struct RelayOptions {
  std::string socket_path;
  std::uint64_t max_body_bytes = 8ULL << 30U;
  // Bodies of a declared length up to this are read before the server is asked, so that a client
  // that stalls holds none of the server's connections.
  std::size_t gathered_bytes = 0;
  // For the head of the answer, once the request is sent. What follows may last for ever.
  std::chrono::milliseconds response_timeout{120'000};
};

// Method, target and fields go on unchanged but for hop-by-hop fields (RFC 9110 7.6.1) and Expect;
// fields in `additions` replace those of the same name, so that a client cannot forge them. Nobody
// listening, or no valid answer, is 503 in the form of error_response; no answer in time is 504.
// When the client leaves, the connection to the server is closed. When the server answers before
// the upload has ended, the rest of the upload is not sent. On the loop of the exchange, from
// on_request.
void relay(const RelayOptions& options,
           const std::shared_ptr<Exchange>& exchange,
           const Headers& additions = {});

}  // namespace base::http
