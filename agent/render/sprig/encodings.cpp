#include "agent/base/crypto/digest.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "agent/render/sprig/arguments.hpp"
#include "agent/render/sprig/functions.hpp"

#include <fmt/format.h>

#include <optional>

namespace agent::render::sprig {
namespace {

using base::crypto::DigestKind;

constexpr std::string_view k_base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view k_base64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Of RFC 4648: so many characters stand for whole bytes together.
struct Encoding {
  std::string_view name;
  std::string_view alphabet;
  unsigned bits;
  std::size_t group;
};

constexpr Encoding k_encoding_32 = {"base32", k_base32, 5, 8};
constexpr Encoding k_encoding_64 = {"base64", k_base64, 6, 4};

std::string base32(std::string_view bytes) {
  std::string out;
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const char byte : bytes) {
    pending = (pending << 8U) | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 5; bits -= 5) {
      out.push_back(k_base32[(pending >> (bits - 5)) & 31U]);
    }
    pending &= 0xFFU;
  }
  if (bits > 0) {
    out.push_back(k_base32[(pending << (5 - bits)) & 31U]);
  }
  out.append((8 - out.size() % 8) % 8, '=');
  return out;
}

class Decoder {
 public:
  Decoder(const Encoding& encoding, std::string_view text) : encoding_(encoding), text_(text) {}

  // The byte at which the text is wrong, when it is.
  std::optional<std::size_t> run() {
    std::size_t in_group = 0;
    std::size_t group_start = 0;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const char c = text_[i];
      if (c == '\n' || c == '\r') {
        continue;
      }
      if (c == '=') {
        return check_padding(i, in_group);
      }
      const auto digit = encoding_.alphabet.find(c);
      if (digit == std::string_view::npos) {
        return i;
      }
      group_start = in_group == 0 ? i : group_start;
      take(static_cast<std::uint32_t>(digit));
      in_group = (in_group + 1) % encoding_.group;
    }
    return in_group == 0 ? std::nullopt : std::optional(group_start);
  }

  std::string bytes() && { return std::move(bytes_); }

 private:
  void take(std::uint32_t digit) {
    pending_ = (pending_ << encoding_.bits) | digit;
    bits_ += encoding_.bits;
    if (bits_ >= 8) {
      bits_ -= 8;
      bytes_.push_back(static_cast<char>((pending_ >> bits_) & 0xFFU));
    }
    pending_ &= (1U << bits_) - 1;
  }

  // As many `=` as the group lacks, and nothing but line ends beside them. A group whose digits
  // hold more bits to spare than one of them has is one digit too long.
  std::optional<std::size_t> check_padding(std::size_t at, std::size_t in_group) const {
    if (in_group < 2 || bits_ >= encoding_.bits) {
      return at;
    }
    std::size_t missing = encoding_.group - in_group;
    std::size_t i = at;
    for (; i < text_.size(); ++i) {
      if (text_[i] == '=' && missing > 0) {
        --missing;
      } else if (text_[i] != '\n' && text_[i] != '\r') {
        return missing > 0 ? i - 1 : i;
      }
    }
    return missing == 0 ? std::nullopt : std::optional(i);
  }

  const Encoding& encoding_;
  std::string_view text_;
  std::string bytes_;
  std::uint32_t pending_ = 0;
  unsigned bits_ = 0;
};

// What cannot be decoded gives the complaint as its text: so it is in Sprig.
std::string decoded(const Encoding& encoding, std::string_view text) {
  Decoder decoder(encoding, text);
  if (const auto fault = decoder.run()) {
    return fmt::format("illegal {} data at input byte {}", encoding.name, *fault);
  }
  return std::move(decoder).bytes();
}

std::string hex_digest(DigestKind kind, std::string_view text) {
  return base::crypto::hex_encode(base::crypto::digest(kind, text));
}

// RFC 1950's checksum, in decimal.
std::string adler32(std::string_view text) {
  constexpr std::uint32_t k_modulus = 65521;
  std::uint32_t low = 1;
  std::uint32_t high = 0;
  for (const char byte : text) {
    low = (low + static_cast<unsigned char>(byte)) % k_modulus;
    high = (high + low) % k_modulus;
  }
  return std::to_string((high << 16U) | low);
}

}  // namespace

void add_encoding_functions(FunctionTable& table) {
  table["b64enc"] = of_text([](auto text) { return base::crypto::base64_encode(text); });
  table["b64dec"] = of_text([](auto text) { return decoded(k_encoding_64, text); });
  table["b32enc"] = of_text(base32);
  table["b32dec"] = of_text([](auto text) { return decoded(k_encoding_32, text); });
  table["sha1sum"] = of_text([](auto text) { return hex_digest(DigestKind::sha1, text); });
  table["sha256sum"] = of_text([](auto text) { return hex_digest(DigestKind::sha256, text); });
  table["sha512sum"] = of_text([](auto text) { return hex_digest(DigestKind::sha512, text); });
  table["adler32sum"] = of_text(adler32);
}

}  // namespace agent::render::sprig
