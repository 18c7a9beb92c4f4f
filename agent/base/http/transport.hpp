#pragma once
// Moving bytes over a non-blocking socket, plain or through TLS. No call blocks or waits: each says
// what to wait for before it is repeated.

#include "agent/base/http/tls.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace base::http {

struct Moved {
  enum class State { done, want_read, want_write, end, failed };
  State state = State::done;
  std::size_t bytes = 0;  // With done: at least one, but for a handshake.
};

enum class Follows { nothing, more };  // Whether the caller is about to write again.

class Transport {
 public:
  Transport() = default;
  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  Transport(Transport&&) = delete;
  Transport& operator=(Transport&&) = delete;

  virtual Moved handshake() = 0;
  virtual Moved read(std::span<char> buffer) = 0;
  // May move less than all. A repeated call must begin with the same bytes.
  virtual Moved write(std::span<const std::string_view> parts, Follows follows) = 0;
  // `end` when the file is shorter than promised.
  virtual Moved send_file(int file, std::uint64_t offset, std::uint64_t length) = 0;
  // Bytes that were received but not read, so that waiting for the socket would miss them.
  [[nodiscard]] virtual bool has_buffered_input() const = 0;
  virtual void end_output() = 0;
};

// The descriptor stays the caller's.
std::unique_ptr<Transport> plain_transport(int descriptor);
// Null when OpenSSL has no memory.
std::unique_ptr<Transport> tls_transport(int descriptor, const TlsContext& context);

}  // namespace base::http
