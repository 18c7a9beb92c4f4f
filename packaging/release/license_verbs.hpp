#pragma once
// `slipway-release key …` and `slipway-release license …`.

#include "agent/base/core/result.hpp"

#include <filesystem>
#include <string>

namespace packaging::release {

// Writes a new Ed25519 key: FILE (mode 0600, the secret seed in base64) and FILE.pub. An existing
// file is never replaced. Errors: conflict.
base::Status create_key(const std::filesystem::path& file);

// Signs the licence whose fields are the JSON in `payload` and writes it to `output`. What is
// written has been read back by the agent's own reader. Errors: invalid_input for fields that the
// agent would refuse.
base::Status issue_license(const std::filesystem::path& key,
                           const std::filesystem::path& payload,
                           const std::filesystem::path& output);

// What a licence says, line by line, after its signature has been checked against `public_key`.
base::Result<std::string> show_license(const std::filesystem::path& public_key,
                                       const std::filesystem::path& license);

}  // namespace packaging::release
