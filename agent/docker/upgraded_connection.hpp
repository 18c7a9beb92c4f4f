#pragma once
// A request that turns its connection into a two-way stream of bytes, which curl cannot give.

#include "agent/base/core/result.hpp"
#include "agent/base/fs/fd.hpp"
#include "agent/docker/call.hpp"

#include <chrono>
#include <span>
#include <string>
#include <string_view>

namespace agent::docker {

// One thread may read while another writes.
class UpgradedConnection {
 public:
  // POSTs `body` (JSON) to `path` of the engine on `socket`. The engine answers 101, or 200 when it
  // is older; anything else is the Error it means.
  static base::Result<UpgradedConnection> open(const std::string& socket,
                                               const std::string& path,
                                               const std::string& body,
                                               const Call& call);

  // What has arrived, at least a byte; 0 at the end of the stream. Errors: timed_out, cancelled,
  // io.
  base::Result<std::size_t> read(std::span<char> buffer, const Call& call);
  // Error unavailable when the other side has gone.
  base::Status write(std::string_view data, const Call& call);
  base::Status close_write();  // The other direction stays open.

 private:
  UpgradedConnection(base::Fd socket, std::string early)
      : socket_(std::move(socket)), early_(std::move(early)) {}

  base::Fd socket_;
  std::string early_;  // Of the stream, read together with the answer's head.
};

}  // namespace agent::docker
