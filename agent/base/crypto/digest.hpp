#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace base::crypto {

enum class DigestKind {
  sha1,  // npm's `shasum` alone; never for security.
  sha256,
  sha512,
};

// A digest of bytes that arrive in pieces.
class Digest {
 public:
  explicit Digest(DigestKind kind);
  Digest(Digest&& other) noexcept;
  Digest& operator=(Digest&& other) noexcept;
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  ~Digest();

  void update(std::string_view bytes);
  // The raw bytes; the digest is used up.
  [[nodiscard]] std::string finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] std::string digest(DigestKind kind, std::string_view bytes);  // Raw bytes.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

// BLAKE2b with a key, 32 raw bytes: a fingerprint that nobody can recompute without the key, so
// that it may be shown although what it covers is secret and guessable.
[[nodiscard]] std::string keyed_hash(std::string_view key, std::string_view bytes);

// In time that depends on the lengths alone.
[[nodiscard]] bool constant_time_equal(std::string_view left, std::string_view right);

}  // namespace base::crypto
