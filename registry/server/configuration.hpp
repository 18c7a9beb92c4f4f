#pragma once
// What `registryd serve` was told, by options and environment.

#include "agent/base/core/result.hpp"
#include "agent/base/core/secret.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace registry::server {

struct Configuration {
  std::filesystem::path data;
  std::string listen = "127.0.0.1:8080";
  std::string public_url;          // Empty: each request is answered with its own.
  std::string trusted_proxies;     // Entries of api::TrustedProxies, between commas.
  base::Secret database;           // postgres://…, which may hold a password; empty for SQLite.
  base::Secret database_password;  // For an address without one.
  bool registration = false;
  bool anonymous_read = true;
  bool restricted_scopes = false;  // What new packages with a scope are, unless they say.
  std::string tls_certificate;     // Paths; both or neither.
  std::string tls_key;
  std::uint64_t max_tarball = std::uint64_t{512} << 20U;
};

// Reads one variable of the environment; nothing when it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// A secret from NAME or from the file that NAME_FILE names, without the newline at its end. Errors:
// invalid_input when both are set, and those of reading the file.
base::Result<base::Secret> secret_from(const Environment& environment, const std::string& name);

// "on" or "off". Errors: invalid_input, naming the setting.
base::Result<bool> parse_switch(std::string_view name, std::string_view text);

// The address as documents need it: http or https, without a slash at its end. Errors:
// invalid_input.
base::Result<std::string> parse_public_url(std::string_view text);

}  // namespace registry::server
