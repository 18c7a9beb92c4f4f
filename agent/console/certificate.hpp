#pragma once

#include "agent/base/core/result.hpp"
#include "agent/base/http/tls.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace agent::console {

struct OwnCertificate {
  std::shared_ptr<base::http::TlsContext> tls;
  std::string fingerprint;  // "AB:CD:…"
};

// `tls.key` and `tls.crt` of the folder; when one is missing both are made, for this machine's
// name, localhost and 127.0.0.1. Writes `fingerprint` beside them for the agent to show. Errors:
// those of files; invalid_input for a pair that is none, which is never replaced: somebody may have
// put it there.
base::Result<OwnCertificate> load_or_create_certificate(const std::filesystem::path& folder,
                                                        const std::string& hostname);

}  // namespace agent::console
