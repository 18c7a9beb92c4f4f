#pragma once
// The one model of what is permitted. Every route names one Permission; the dispatcher finds out
// who asks and what the request is about, and checks it here before anything of the route runs.
// What a body names beside that is checked by the same functions.
//
// On a package somebody may do nothing, read, write (publish, deprecate, tag, unpublish, choose the
// owners) or administer (visibility, grants):
//   - its owners, the admins and owners of the organisation that has its scope, and administrators
//     of the registry administer it;
//   - members of a team do what the team was granted;
//   - everybody reads what is public: strangers too, where anonymous reading is on.
// A package that somebody may not read does not exist for him: every route answers as for a name
// that was never used.

#include "registry/access/identity.hpp"
#include "registry/store/organizations.hpp"
#include "registry/store/visible_packages.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace registry::access {

enum class Permission {
  open,                     // Anybody: health, login.
  read,                     // Anybody where anonymous reading is on, else any user.
  user,                     // Any user, also with a token that may only read.
  account,                  // A user changing what is his own.
  read_package,             // Whoever may read the package.
  write_package,            // Whoever may write it; for a name not in use, who may take the name.
  administer_package,       // Whoever administers it.
  read_organization,        // Members of the organisation.
  create_organization,      // Its admins; for a name that is not in use, who may take the scope.
  administer_organization,  // Its admins and owners.
  administer_registry,      // Administrators of the registry.
};

struct Policy {
  bool registration = false;       // Strangers may create an account by `npm adduser`.
  bool anonymous_read = true;      // Public packages can be read without an account.
  bool restricted_scopes = false;  // New packages with a scope are restricted unless asked for.
};

// To whom a scope belongs in which no package or organisation is yet.
enum class ScopeState {
  free,          // To whoever uses it first.
  organization,  // There is an organisation of that name.
  of_user,       // A user has that name: his.
  occupied,      // Others have packages in it. Says so about organisations only.
};

// What a request is about, as far as its permission asks for it.
struct Target {
  std::string_view name = {};              // Of the package.
  const core::Package* package = nullptr;  // Null when the name was never used.
  std::string_view organization = {};
  ScopeState scope = ScopeState::free;  // Of a package or organisation that does not exist.
};

[[nodiscard]] bool is_about_package(Permission permission);
[[nodiscard]] bool is_about_organization(Permission permission);

// Whether the answer depends on who asks at all; of read_package: unless the package is public.
[[nodiscard]] bool needs_identity(Permission permission, const Policy& policy);

// What can be said before the package is read: strangers shall not cause work. Errors: unauthorized
// when an account could help, forbidden when it could not.
base::Status check_identity(Permission permission,
                            const Policy& policy,
                            const std::optional<Identity>& identity);

// The rest. `memberships` are the identity's. Errors: forbidden; not_found for what does not exist
// or may not be known to exist.
base::Status check_target(Permission permission,
                          const Policy& policy,
                          const std::optional<Identity>& identity,
                          const store::Memberships& memberships,
                          const Target& target);

// Whether the package is public and strangers read such: nobody has to be asked for anything.
inline bool is_open_to_all(const core::Package& package, const Policy& policy) {
  return policy.anonymous_read && !package.restricted;
}

enum class Level { none, read, write, administer };

// By ownership and membership, without what the token limits and without what is public.
Level level_on(std::string_view package_name,
               const core::Package* package,
               const std::string& user,
               const store::Memberships& memberships);

// For listings of packages: shows what read_package permits. A granular token shows what strangers
// see.
store::Reader reader_of(const std::optional<Identity>& identity,
                        const store::Memberships& memberships);

// What is said of a package that is not there, and of one that must not be known to be there.
base::Error unknown_package(std::string_view name);

}  // namespace registry::access
