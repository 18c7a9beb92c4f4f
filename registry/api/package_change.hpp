#pragma once
// A write on a package by somebody who was admitted to it.

#include "registry/api/application.hpp"

namespace registry::api {

// Catalog::change() for a package that must exist, by an owner. The dispatcher has checked the
// ownership already; between that and the commit another request may have taken it away, so the
// write itself looks again. Errors: not_found, forbidden, and those of `update` and the store.
base::Result<EntryPtr> change_package(const Services& services,
                                      const Call& call,
                                      const Catalog::Update& update);

// The same for a package that the write may create.
base::Result<EntryPtr> change_or_create_package(const Services& services,
                                                const Call& call,
                                                const Catalog::Update& update);

}  // namespace registry::api
