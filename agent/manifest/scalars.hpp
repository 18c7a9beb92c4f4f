#pragma once
// The scalars of the language, read as the original's YAML 1.1 reader did: text keys take any
// scalar as it is written (`9.6`, `0644`, `no`), null is as if the key were missing.

#include "agent/base/data/yaml.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace agent::manifest {

// A value and where it stands. Most may hold a template, so they stay text until they are rendered.
struct Text {
  std::string value;
  std::string path;  // "components[0].name"
  base::data::YamlPosition at;
  bool given = false;  // The key is there and not null.

  [[nodiscard]] bool empty() const noexcept { return value.empty(); }
};

// What a plain scalar is in YAML 1.1: y yes true on, n no false off, in three spellings each.
std::optional<bool> parse_yaml_boolean(std::string_view text);

// What Go's strconv.ParseBool takes: 1 t T TRUE true True and their opposites.
std::optional<bool> parse_boolean(std::string_view text);

// Digits only, no sign, at most 2^63-1.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);
std::optional<std::int64_t> parse_signed(std::string_view text);
std::optional<std::uint16_t> parse_port(std::string_view text);  // 1 to 65535.

// Octal digits, up to 07777.
std::optional<std::uint32_t> parse_mode(std::string_view text);

// `N[.ddd]` and a unit K M G T P E, optionally B; in any case; more than nothing. Decimal units.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

// The same with an `i` after the unit's letter required: Ki, MiB. Binary units.
std::optional<std::uint64_t> parse_ram_bytes(std::string_view text);

// A container's limit as Docker takes it: plain digits, or a unit b k m g t with an optional `b` or
// `ib`; always binary.
std::optional<std::uint64_t> parse_memory(std::string_view text);

// Go's durations, none negative: "10s", "1m30s", "1.5h", "250ms"; plain "0".
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// "MAJOR.MINOR.PATCH", numbers without leading zeros.
bool is_strict_version(std::string_view text);

}  // namespace agent::manifest
