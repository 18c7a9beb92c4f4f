#pragma once
// A package as rows of the tables in schema.cpp, and back.

#include "registry/core/package.hpp"
#include "registry/store/sql_connection.hpp"

#include <optional>
#include <string>

namespace registry::store {

// Reads a consistent package: the caller runs it inside one transaction or accepts that `revision`
// and versions are read one after the other.
base::Result<std::optional<core::Package>> read_package(SqlConnection& connection,
                                                        const std::string& name);

// Applies the change and returns its sequence. Errors: conflict when the package's revision is not
// the one before the change's.
base::Result<std::int64_t> write_change(SqlConnection& connection, const core::Change& change);

// What the stored facts of a package contain when the user is one of its owners, and only then.
std::string owner_mark(const std::string& user);

}  // namespace registry::store
