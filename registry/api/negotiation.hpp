#pragma once
// What a client accepts. Nothing here is an error: a malformed field counts as absent, since
// clients in use send some.

#include <string_view>

namespace registry::api {

// True when the abbreviated media type is named and `application/json` does not outrank it.
bool prefers_abbreviated(std::string_view accept);

bool accepts_gzip(std::string_view accept_encoding);

// True when the field lists the tag, compared weakly, or is "*".
bool etag_matches(std::string_view if_none_match, std::string_view etag);

}  // namespace registry::api
