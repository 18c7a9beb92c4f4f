#pragma once
// What a client means when it sends a package's document back.
//
// Clients read the whole document with `?write=true`, change it, and send all of it or a part. Only
// some of it may differ: deprecations, the owners, and, in the unpublish of a version, which
// versions there are. The rest is the registry's and is ignored.

#include "registry/core/package.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace registry::api {

struct DocumentChange {
  std::optional<std::string> revision;  // `_rev`: what the client read.
  std::optional<std::vector<std::pair<std::string, std::string>>> deprecations;
  std::optional<std::vector<std::string>> versions;  // Those that the document lists.
  std::optional<std::vector<std::pair<std::string, std::string>>> tags;
  std::optional<std::vector<core::Person>> owners;
  std::optional<std::vector<std::string>> users;  // Those who have starred it.
};

// `document` is validated JSON. Errors: invalid_input when it is not such a document.
base::Result<DocumentChange> read_document_change(std::string_view document);

// `PUT /PKG` without a tarball: deprecations, or owners when no versions are given. Errors:
// conflict (the package has changed since), invalid_input (a version it does not have).
base::Result<core::Change> apply_document(const core::Package& before,
                                          const DocumentChange& change,
                                          base::WallTime now);

// `PUT /PKG/-rev/REV`: the same, and versions that are not listed are removed. Errors: as above.
base::Result<core::Change> apply_revision(const core::Package& before,
                                          const DocumentChange& change,
                                          const std::string& revision,
                                          base::WallTime now);

// Errors: conflict when `revision` is not the package's.
base::Status check_revision(const core::Package& package, const std::string& revision);

}  // namespace registry::api
