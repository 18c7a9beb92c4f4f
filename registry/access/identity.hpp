#pragma once
// Who is asking, and what a route may demand of them. Every route names one Permission and the
// dispatcher checks it, once, before anything of the route runs.

#include "registry/core/package.hpp"

#include <optional>
#include <string>

namespace registry::access {

struct Identity {
  std::string user;
  std::string email;
  bool read_only = false;  // The token may not change anything.
};

enum class Permission {
  open,            // Anybody: health, login.
  read,            // Anybody where anonymous reading is on, else any user.
  user,            // Any user, also with a token that may only read.
  account,         // A user changing what is theirs: not with a token that may only read.
  change_package,  // An owner of the package; for a name that is not in use, any user.
};

struct Policy {
  bool registration = false;   // Strangers may create an account by `npm adduser`.
  bool anonymous_read = true;  // Packages can be read without an account.
};

// Whether the route may run. `package` is null where the route has none or it does not exist.
// Errors: unauthorized when an account could help, forbidden when it could not.
base::Status check_permission(Permission permission,
                              const Policy& policy,
                              const std::optional<Identity>& identity,
                              const core::Package* package);

// Whether the answer of check_permission depends on who asks at all.
bool needs_identity(Permission permission, const Policy& policy);

}  // namespace registry::access
