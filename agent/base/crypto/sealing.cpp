#include "agent/base/crypto/sealing.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/base/crypto/random.hpp"
#include "agent/base/fs/files.hpp"

#include <fmt/format.h>
#include <sodium.h>

namespace base::crypto {
namespace {

// The first byte of an envelope: version 1 is this file's algorithm. The nonce follows, then the
// text.
constexpr char k_version = '\x01';
constexpr std::size_t k_nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t k_tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

Result<SealingKey> SealingKey::from_bytes(Secret bytes) {
  if (bytes.reveal().size() != k_size) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("a sealing key has {} bytes, not {}", k_size, bytes.reveal().size())};
  }
  return SealingKey(std::move(bytes));
}

Result<SealingKey> SealingKey::load_or_create(const std::filesystem::path& path) {
  // Enough to tell a damaged file by its size.
  auto contents = fs::read_file(path, 4096);
  if (contents) {
    auto key = from_bytes(Secret(*std::move(contents)));
    if (!key) {
      return std::move(key).error().with_context(path.string());
    }
    return key;
  }
  if (contents.error().code != ErrorCode::not_found) {
    return std::move(contents).error();
  }
  Secret bytes(random_bytes(k_size));
  BASE_TRY(fs::write_atomically(path, bytes.reveal(), 0600));
  return SealingKey(std::move(bytes));
}

std::string SealingKey::seal(std::string_view plain, std::string_view context) const {
  const auto nonce = random_bytes(k_nonce_size);
  std::string text(plain.size() + k_tag_size, '\0');
  unsigned long long size = 0;
  BASE_ASSERT(crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(text),
                                                         &size,
                                                         bytes_of(plain),
                                                         plain.size(),
                                                         bytes_of(context),
                                                         context.size(),
                                                         nullptr,
                                                         bytes_of(nonce),
                                                         bytes_of(bytes_.reveal())) == 0);
  text.resize(size);
  return k_version + nonce + text;
}

Result<std::string> SealingKey::open(std::string_view sealed, std::string_view context) const {
  const Error refused{ErrorCode::forbidden,
                      "a sealed value does not open: another key sealed it, or it was changed",
                      "Restore the key file that belongs to this state.",
                      "cannot_open"};
  if (sealed.size() < 1 + k_nonce_size + k_tag_size || sealed.front() != k_version) {
    return refused;
  }
  const auto nonce = sealed.substr(1, k_nonce_size);
  const auto text = sealed.substr(1 + k_nonce_size);
  std::string plain(text.size() - k_tag_size, '\0');
  unsigned long long size = 0;
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes_of(plain),
                                                 &size,
                                                 nullptr,
                                                 bytes_of(text),
                                                 text.size(),
                                                 bytes_of(context),
                                                 context.size(),
                                                 bytes_of(nonce),
                                                 bytes_of(bytes_.reveal())) != 0) {
    return refused;
  }
  plain.resize(size);
  return plain;
}

Secret SealingKey::derive(std::string_view purpose) const {
  return Secret(keyed_hash(bytes_.reveal(), purpose));
}

}  // namespace base::crypto
