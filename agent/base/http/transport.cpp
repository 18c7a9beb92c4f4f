#include "agent/base/http/transport.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace base::http {
namespace {

constexpr std::size_t k_record = 16'384;          // The largest TLS record.
constexpr std::uint64_t k_file_turn = 1'048'576;  // Then other connections have their turn.

Moved moved(std::size_t bytes) {
  return {.state = Moved::State::done, .bytes = bytes};
}

Moved after_error(Moved::State want) {
  const bool again = errno == EAGAIN || errno == EINTR;
  return {.state = again ? want : Moved::State::failed};
}

class PlainTransport final : public Transport {
 public:
  explicit PlainTransport(int descriptor) : descriptor_(descriptor) {}

  Moved handshake() override { return moved(0); }

  Moved read(std::span<char> buffer) override {
    const auto count = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (count > 0) {
      return moved(static_cast<std::size_t>(count));
    }
    return count == 0 ? Moved{.state = Moved::State::end} : after_error(Moved::State::want_read);
  }

  Moved write(std::span<const std::string_view> parts, Follows follows) override {
    std::array<iovec, 4> vector{};
    std::size_t used = 0;
    for (const auto part : parts) {
      if (!part.empty() && used < vector.size()) {
        // sendmsg does not write through it; iovec has one type for both directions.
        vector.at(used++) = {const_cast<char*>(part.data()), part.size()};  // NOLINT
      }
    }
    msghdr message{};
    message.msg_iov = vector.data();
    message.msg_iovlen = used;
    const int flags = MSG_NOSIGNAL | (follows == Follows::more ? MSG_MORE : 0);
    const auto count = ::sendmsg(descriptor_, &message, flags);
    return count >= 0 ? moved(static_cast<std::size_t>(count))
                      : after_error(Moved::State::want_write);
  }

  Moved send_file(int file, std::uint64_t offset, std::uint64_t length) override {
    auto position = static_cast<off_t>(offset);
    const auto count = ::sendfile(
        descriptor_, file, &position, static_cast<std::size_t>(std::min(length, k_file_turn)));
    if (count > 0) {
      return moved(static_cast<std::size_t>(count));
    }
    return count == 0 ? Moved{.state = Moved::State::end} : after_error(Moved::State::want_write);
  }

  [[nodiscard]] bool has_buffered_input() const override { return false; }

  void end_output() override { ::shutdown(descriptor_, SHUT_WR); }

 private:
  int descriptor_;
};

struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(int descriptor, SSL* ssl) : descriptor_(descriptor), ssl_(ssl) {}

  Moved handshake() override {
    ERR_clear_error();
    const int result = SSL_accept(ssl_.get());
    return result == 1 ? moved(0) : failure(result);
  }

  Moved read(std::span<char> buffer) override {
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &count);
    return result == 1 ? moved(count) : failure(result);
  }

  // Small parts share a record: head and body of a short answer are one packet.
  Moved write(std::span<const std::string_view> parts, Follows /*follows*/) override {
    std::array<char, k_record> record;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    std::size_t used = 0;
    for (const auto part : parts) {
      const auto count = std::min(part.size(), record.size() - used);
      used += part.copy(record.data() + used, count);
    }
    return write_record({record.data(), used});
  }

  Moved send_file(int file, std::uint64_t offset, std::uint64_t length) override {
    std::array<char, k_record> record;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length, record.size()));
    const auto count = ::pread(file, record.data(), wanted, static_cast<off_t>(offset));
    if (count <= 0) {
      return {.state = count == 0 ? Moved::State::end : Moved::State::failed};
    }
    return write_record({record.data(), static_cast<std::size_t>(count)});
  }

  [[nodiscard]] bool has_buffered_input() const override {
    return SSL_has_pending(ssl_.get()) == 1;
  }

  void end_output() override {
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_.get()) == 1) {
      SSL_shutdown(ssl_.get());
    }
    ::shutdown(descriptor_, SHUT_WR);
  }

 private:
  Moved write_record(std::string_view record) {
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_write_ex(ssl_.get(), record.data(), record.size(), &count);
    return result == 1 ? moved(count) : failure(result);
  }

  Moved failure(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return {.state = Moved::State::want_read};
      case SSL_ERROR_WANT_WRITE:
        return {.state = Moved::State::want_write};
      case SSL_ERROR_ZERO_RETURN:
        return {.state = Moved::State::end};
      default:
        return {.state = Moved::State::failed};
    }
  }

  int descriptor_;
  std::unique_ptr<SSL, SslDeleter> ssl_;
};

}  // namespace

std::unique_ptr<Transport> plain_transport(int descriptor) {
  return std::make_unique<PlainTransport>(descriptor);
}

std::unique_ptr<Transport> tls_transport(int descriptor, const TlsContext& context) {
  std::unique_ptr<SSL, SslDeleter> ssl(SSL_new(static_cast<SSL_CTX*>(context.native())));
  if (!ssl || SSL_set_fd(ssl.get(), descriptor) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return std::make_unique<TlsTransport>(descriptor, ssl.release());
}

}  // namespace base::http
