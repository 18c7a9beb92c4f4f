#include "registry/access/signer.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/base/crypto/ecdsa.hpp"
#include "agent/base/crypto/encoding.hpp"

#include <utility>

namespace registry::access {
namespace {

// Another replica may have made a new key meanwhile.
constexpr std::chrono::minutes k_remembered{1};

std::string context_of(const std::string& id) {
  return "signing key " + id;
}

}  // namespace

base::Result<VersionSignature> Signer::sign(const std::string& message) {
  BASE_TRY_ASSIGN(const auto key, current());
  BASE_TRY_ASSIGN(const auto signature, base::crypto::sign_ecdsa(key.pem, message));
  return VersionSignature{.key = key.id, .signature = base::crypto::base64_encode(signature)};
}

base::Result<Signer::Key> Signer::current() {
  const auto now = clock_.wall_time();
  {
    auto known = known_.lock();
    if (*known && (*known)->until > now) {
      return **known;
    }
  }
  BASE_TRY_ASSIGN(auto found, stored());
  if (!found) {
    BASE_TRY_ASSIGN(found, make());
  }
  found->until = now + k_remembered;
  *known_.lock() = *found;
  return *std::move(found);
}

base::Result<std::optional<Signer::Key>> Signer::stored() {
  BASE_TRY_ASSIGN(const auto keys, keys_.all());
  for (const auto& key : keys) {
    const auto sealed = base::crypto::base64_decode(key.sealed);
    if (key.expires || !sealed) {
      continue;
    }
    if (auto pem = sealing_.open(*sealed, context_of(key.id))) {
      return std::optional(
          Key{.id = key.id, .pem = base::Secret(*std::move(pem)), .until = std::nullopt});
    }
  }
  return std::optional<Key>();
}

base::Result<Signer::Key> Signer::make() {
  auto pem = base::crypto::new_ecdsa_key();
  BASE_TRY_ASSIGN(const auto public_key, base::crypto::ecdsa_public_key(pem));
  const auto id = "SHA256:" + base::crypto::base64_encode(base::crypto::digest(
                                  base::crypto::DigestKind::sha256, public_key));
  BASE_TRY(
      keys_.add({.id = id,
                 .public_key = base::crypto::base64_encode(public_key),
                 .sealed = base::crypto::base64_encode(sealing_.seal(pem.reveal(), context_of(id))),
                 .created = clock_.wall_time().time_since_epoch().count(),
                 .expires = {}}));
  return Key{.id = id, .pem = std::move(pem), .until = std::nullopt};
}

base::Status Signer::rotate() {
  BASE_TRY(keys_.expire(clock_.wall_time().time_since_epoch().count()));
  BASE_TRY(make());
  known_.lock()->reset();
  return base::ok();
}

}  // namespace registry::access
