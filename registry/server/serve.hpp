#pragma once

#include "registry/server/configuration.hpp"

namespace registry::server {

// Builds the registry from its configuration and serves until SIGTERM or SIGINT, then finishes the
// requests under way, for ten seconds at most. Blocks those signals in every thread of the process.
// Errors: what keeps it from starting. A PostgreSQL that does not answer does not: requests get 503
// until it is there.
base::Status serve(const Configuration& configuration);

// The user of `registryd add-user`, in the same store. Errors: conflict, invalid_input.
base::Status add_user(const Configuration& configuration,
                      const std::string& name,
                      const base::Secret& password,
                      const std::string& email);

// Makes a user an administrator of the registry, or an ordinary user again. Running registries know
// within seconds. Errors: not_found.
base::Status set_administrator(const Configuration& configuration,
                               const std::string& name,
                               bool administrator);

}  // namespace registry::server
