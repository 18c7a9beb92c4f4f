#pragma once

#include "agent/base/core/result.hpp"
#include "agent/base/core/secret.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace base::crypto {

// Seals secrets at rest: XChaCha20-Poly1305 with a random nonce in a versioned envelope. What is
// sealed is bound to a `context` (a table and row, for one), and opens only with the same one, so
// that an envelope copied to another place is refused.
class SealingKey {
 public:
  static constexpr std::size_t k_size = 32;

  // Errors: invalid_input unless there are 32 bytes.
  static Result<SealingKey> from_bytes(Secret bytes);

  // Reads the key file, or makes one with mode 0600. Errors: those of reading and writing files;
  // invalid_input for a damaged one, which is never replaced: it would lose all that it sealed.
  static Result<SealingKey> load_or_create(const std::filesystem::path& path);

  [[nodiscard]] std::string seal(std::string_view plain, std::string_view context) const;
  // Errors: forbidden, reason "cannot_open", for another key, another context or a changed
  // envelope.
  [[nodiscard]] Result<std::string> open(std::string_view sealed, std::string_view context) const;

  // A key for another purpose, so that one key file serves several; `purpose` is a constant name.
  [[nodiscard]] Secret derive(std::string_view purpose) const;

 private:
  explicit SealingKey(Secret bytes) : bytes_(std::move(bytes)) {}
  Secret bytes_;
};

}  // namespace base::crypto
