#pragma once

#include "agent/base/archive/tar_reader.hpp"
#include "registry/core/manifest.hpp"

namespace registry::core {

struct TarballLimits {
  std::uint64_t entries = 500'000;
  std::uint64_t unpacked_bytes = std::uint64_t{8} << 30U;
  std::size_t package_json_bytes = std::size_t{4} << 20U;
};

// Reads a package's tarball to its end: its package.json, how many files, how many bytes. Clients
// strip the first folder of every path, whatever its name, and the later of two entries of one path
// wins; so does this. Errors: invalid_input (no gzip, no tar, no package.json, entries that lead
// out of the root), too_large beyond a limit, and what the source returns.
base::Result<TarballFacts> inspect_tarball(base::archive::ByteSource source,
                                           const TarballLimits& limits);

}  // namespace registry::core
