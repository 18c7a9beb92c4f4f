#pragma once
// A licence: what a vendor allows one customer, signed, readable offline.

#include "agent/base/core/result.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace agent::license {

using FieldValue = std::variant<std::string, std::int64_t, bool>;

// What happens when it has expired. Running software is never stopped by our own choice.
enum class ExpirationPolicy { ignore, no_update, no_update_stop };

struct License {
  std::string id;
  std::string assignee;
  std::string channel;
  std::optional<std::chrono::sys_seconds> expires;  // Unset: never.
  ExpirationPolicy policy = ExpirationPolicy::ignore;
  std::map<std::string, FieldValue, std::less<>> fields;  // The vendor's own.
};

// Reads {"payload": base64 of JSON, "signature": base64} and checks the Ed25519 signature over the
// payload's bytes before it looks at them. `public_key` is the vendor's, 32 bytes. A licence that
// has expired is read like any other. Errors: invalid_input for a damaged file, too_large beyond
// 256 KiB, forbidden with reason "bad_signature".
base::Result<License> read_license(std::string_view file, std::string_view public_key);

// Fields of a licence without a signature, to try a manifest with: those of the payload above, none
// of them required, or the original's names for them (license_id, release_channel, expiration_time,
// expiration_policy) and `fields` as a list of {field, value}. Errors: invalid_input.
base::Result<License> unsigned_license(std::string_view text);

[[nodiscard]] bool is_expired(const License& license, std::chrono::sys_seconds at);

// A field as templates see it: "50", "true", text; nothing for an unknown one.
std::optional<std::string> field_text(const License& license, std::string_view name);

}  // namespace agent::license
