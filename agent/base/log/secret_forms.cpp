#include "agent/base/log/secret_forms.hpp"

#include <array>
#include <cctype>
#include <cstddef>
#include <cstdint>

namespace base::log::internal {
namespace {

constexpr std::string_view k_base64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view k_base64url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t k_shortest_base64 = 5;

std::string percent_encode(std::string_view text, std::string_view digits, std::string_view space) {
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("-._~").find(c) != std::string_view::npos) {
      encoded += c;
    } else if (c == ' ') {
      encoded += space;
    } else {
      encoded += '%';
      encoded += digits[byte >> 4U];
      encoded += digits[byte & 15U];
    }
  }
  return encoded;
}

std::string json_escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '"':
        escaped += "\\\"";
        break;
      case '\\':
        escaped += "\\\\";
        break;
      case '\n':
        escaped += "\\n";
        break;
      case '\r':
        escaped += "\\r";
        break;
      case '\t':
        escaped += "\\t";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

// The whole characters that `bytes` determine from bit `first_bit` on, without padding.
std::string base64_from(std::string_view bytes, std::size_t first_bit, std::string_view alphabet) {
  const auto bit = [&](std::size_t index) -> unsigned {
    const auto byte = static_cast<unsigned char>(bytes[index / 8]);
    return (static_cast<unsigned>(byte) >> (7U - index % 8)) & 1U;
  };
  std::string text;
  for (auto at = first_bit; at + 6 <= bytes.size() * 8; at += 6) {
    unsigned value = 0;
    for (std::size_t i = 0; i < 6; ++i) {
      value = value << 1U | bit(at + i);
    }
    text += alphabet[value];
  }
  return text;
}

}  // namespace

std::vector<std::string> plain_forms(std::string_view secret) {
  static constexpr std::string_view k_upper = "0123456789ABCDEF";
  static constexpr std::string_view k_lower = "0123456789abcdef";
  return {std::string(secret),
          percent_encode(secret, k_upper, "%20"),
          percent_encode(secret, k_lower, "%20"),
          percent_encode(secret, k_upper, "+"),
          json_escape(secret)};
}

std::vector<std::string> base64_forms(std::string_view secret) {
  // Behind 0, 1 or 2 other bytes the first character that the secret alone determines begins after
  // 0, 4 or 2 bits of it.
  static constexpr std::array<std::size_t, 3> k_first_bits{0, 4, 2};
  std::vector<std::string> forms;
  for (const auto first_bit : k_first_bits) {
    for (const auto alphabet : {k_base64, k_base64url}) {
      auto form = base64_from(secret, first_bit, alphabet);
      if (form.size() >= k_shortest_base64) {
        forms.push_back(std::move(form));
      }
    }
  }
  return forms;
}

}  // namespace base::log::internal
