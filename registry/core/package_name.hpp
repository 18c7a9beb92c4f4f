#pragma once
// Package names and the paths under which clients ask for them.
//
// Clients spell a scoped name as `/@s%2fn`, `/%40s%2Fn` or `/@s/n`. All of them are decoded exactly
// once, here, so that every spelling reaches the same access check and the same cache entry.

#include "agent/base/core/result.hpp"

#include <optional>
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

// The path of a request as route tables look it up: cut at its slashes, each segment
// percent-decoded once, a package's name as one segment whichever way its slash was written, and a
// tarball's file without the scope that clients repeat (`/@s/n/-/@s/n-1.0.0.tgz`). Of the paths
// below `/-/` only
// `/-/package/NAME/…` has a name in it. A trailing slash adds no segment. Nothing for a path that
// can have no route: an escape that is malformed or a control character, no readable name.
std::optional<std::vector<std::string>> route_segments(std::string_view raw_path);

}  // namespace registry::core
