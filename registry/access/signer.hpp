#pragma once
// Signs what is published, as `npm audit signatures` checks it: ECDSA on P-256 of
// "NAME@VERSION:INTEGRITY".

#include "agent/base/core/clock.hpp"
#include "agent/base/core/guarded.hpp"
#include "agent/base/core/secret.hpp"
#include "agent/base/crypto/sealing.hpp"
#include "registry/store/signing_keys.hpp"

#include <optional>
#include <string>

namespace registry::access {

struct VersionSignature {
  std::string key;        // Its id.
  std::string signature;  // DER, base64.
};

// Safe from any thread; every call may block.
class Signer {
 public:
  Signer(store::SigningKeys& keys,
         const base::crypto::SealingKey& sealing,
         const base::Clock& clock)
      : keys_(keys), sealing_(sealing), clock_(clock) {}

  // By the newest key that has not expired and that this data folder's secret opens; the first
  // signature makes one.
  base::Result<VersionSignature> sign(const std::string& message);

  // Makes a new key, after which the others sign nothing more.
  base::Status rotate();

 private:
  struct Key {
    std::string id;
    base::Secret pem;
    std::optional<base::WallTime> until;
  };

  base::Result<Key> current();
  base::Result<std::optional<Key>> stored();
  base::Result<Key> make();

  store::SigningKeys& keys_;
  const base::crypto::SealingKey& sealing_;
  const base::Clock& clock_;
  base::Guarded<std::optional<Key>> known_;
};

}  // namespace registry::access
