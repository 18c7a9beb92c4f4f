#pragma once
// Package names and the paths under which clients ask for them.
//
// Clients spell a scoped name as `/@s%2fn`, `/%40s%2Fn` or `/@s/n`. All of them are decoded exactly
// once, here, so that every spelling reaches the same access check and the same cache entry.

#include "agent/base/core/result.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace registry::core {

// "@s" of "@s/n"; empty when the name has no scope.
std::string_view scope_of(std::string_view name);
// "n" of "@s/n" and of "n".
std::string_view base_of(std::string_view name);

// What a name must be to be looked up. Old packages have upper case, odd characters and any length
// up to 512, and stay readable; what is refused could not be a name at all: empty parts, more
// slashes than the scope's one, "." and "..", control characters, backslashes.
bool is_readable_name(std::string_view name);

// What the name of a new package must be: lower case, URL-safe, at most 214 characters, not
// starting with "." or "_" (behind a scope it may), not a name that Node itself uses.
// Errors: invalid_input that says which rule was broken.
base::Status check_new_name(std::string_view name);

// "n-1.0.0.tgz": the file under which a version's tarball is served.
std::string tarball_file(std::string_view name, std::string_view version);
// "/@s/n/-/n-1.0.0.tgz", percent-encoded where a URL needs it.
std::string tarball_path(std::string_view name, std::string_view version);

// The path of a request cut at its slashes and percent-decoded once. Nothing when an escape is
// malformed or decodes to a control character. A trailing slash adds no segment.
std::optional<std::vector<std::string>> path_segments(std::string_view raw_path);

// Takes a package's name off the front of the segments, whether its slash was encoded or not.
// Nothing when there is no readable name.
std::optional<std::string> take_name(std::span<const std::string>& segments);

enum class PackageResource { document, version, tarball };

struct PackagePath {
  PackageResource resource = PackageResource::document;
  std::string name;
  std::string selector;                 // A version or tag, or the tarball's file name.
  std::optional<std::string> revision;  // Of `…/-rev/<revision>`.
};

// Reads a path that names a package: /NAME, /NAME/VERSION-OR-TAG, /NAME/-/FILE, each of the first
// and last with /-rev/REVISION. The file may repeat the scope (`/@s/n/-/@s/n-1.0.0.tgz`), as in the
// addresses that clients put into manifests. Nothing for any other path, those below `/-/`
// included.
std::optional<PackagePath> parse_package_path(std::string_view raw_path);

}  // namespace registry::core
