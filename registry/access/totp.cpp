#include "registry/access/totp.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/base/crypto/mac.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace registry::access {
namespace {

constexpr std::chrono::seconds k_step{30};

std::string code_of_step(std::string_view secret, std::int64_t step) {
  std::string counter(8, '\0');
  for (std::size_t i = 0; i < counter.size(); ++i) {
    counter[counter.size() - 1 - i] = static_cast<char>((step >> (8 * i)) & 0xFF);
  }
  const auto mac = base::crypto::hmac_sha1(secret, counter);
  const auto byte = [&](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(mac.at(at)));
  };
  const std::size_t at = byte(mac.size() - 1) & 0x0FU;
  const std::uint32_t number =
      ((byte(at) & 0x7FU) << 24U) | (byte(at + 1) << 16U) | (byte(at + 2) << 8U) | byte(at + 3);
  return fmt::format("{:06}", number % 1'000'000);
}

std::int64_t step_of(base::WallTime when) {
  return when.time_since_epoch() / k_step;
}

}  // namespace

std::string totp_code(std::string_view secret, base::WallTime when) {
  return code_of_step(secret, step_of(when));
}

bool totp_matches(std::string_view secret, std::string_view code, base::WallTime now) {
  bool matches = false;
  for (const int offset : {-1, 0, 1}) {
    matches |= base::crypto::constant_time_equal(code_of_step(secret, step_of(now) + offset), code);
  }
  return matches;
}

std::string base32(std::string_view bytes) {
  constexpr std::string_view k_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    buffer = (buffer << 8U) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 5; bits -= 5) {
      text += k_alphabet[(buffer >> (bits - 5)) & 0x1FU];
    }
  }
  if (bits > 0) {
    text += k_alphabet[(buffer << (5 - bits)) & 0x1FU];
  }
  return text;
}

}  // namespace registry::access
