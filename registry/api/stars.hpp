#pragma once
// `npm star`: a user's mark on a package, which he need not own. Clients write it by sending the
// package's document, or a part of it, with their name in `users` or without.

#include "registry/api/application.hpp"
#include "registry/api/document_change.hpp"

namespace registry::api {

// Whether somebody who may not write the package may star it: he reads it, and his token changes
// things.
bool may_star(const Services& services, const Call& call, const access::Target& package);

// Whether the document is about the stars alone: nothing else is in it, or its sender may change
// nothing else.
bool is_star(const Call& call, const DocumentChange& change);

// Errors: what keeps the caller from writing the package, when the document is not about stars;
// conflict when the package has changed since the document was read.
base::Result<base::http::Response> star(const Services& services,
                                        const Call& call,
                                        const DocumentChange& change);

}  // namespace registry::api
