#pragma once
// Organisations, their members and teams, and what the teams may do with which packages.

#include "registry/store/sql_runner.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace registry::store {

enum class Role { developer, admin, owner };

std::string_view name_of(Role role);
std::optional<Role> role_named(std::string_view name);

// The team that every member is in and that may write every new package of the organisation.
inline constexpr std::string_view k_everybody = "developers";

// What a user may do because of the organisations he is in.
struct Memberships {
  bool administrator = false;            // Of the whole registry.
  std::string second_factor;             // "auth-only", "auth-and-writes" or nothing.
  std::map<std::string, Role> roles;     // By organisation.
  std::map<std::string, bool> packages;  // What a team of his may read; true: write.
};

struct Member {
  std::string user;
  Role role = Role::developer;
};

struct Grant {
  std::string name;  // Of a package, or of a user who has it on one.
  bool writes = false;
};

// A package of a listing.
struct ListedPackage {
  std::string name;
  bool restricted = false;
};

// Safe from any thread; every call may block. What names an organisation or a team that does not
// exist fails with not_found. Names come without "@".
class Organizations {
 public:
  explicit Organizations(SqlRunner& sql) : sql_(sql) {}

  base::Result<bool> exists(const std::string& organization);
  // With its first owner. Errors: conflict when there is one of that name.
  base::Status create(const std::string& organization, const std::string& owner, std::int64_t now);

  base::Result<std::vector<Member>> members(const std::string& organization);
  // Adds or changes a member; a new one joins `developers`. Errors: invalid_input (no such user),
  // conflict (the last owner would lose his role).
  base::Status set_member(const std::string& organization, const Member& member);
  // Out of all its teams too. Errors: not_found, conflict (the last owner).
  base::Status remove_member(const std::string& organization, const std::string& user);

  base::Result<std::vector<std::string>> teams(const std::string& organization);
  // Errors: conflict when there is one of that name.
  base::Status add_team(const std::string& organization,
                        const std::string& team,
                        const std::string& description);
  // Errors: forbidden for `developers`.
  base::Status remove_team(const std::string& organization, const std::string& team);

  base::Result<std::vector<std::string>> team_members(const std::string& organization,
                                                      const std::string& team);
  // Errors: invalid_input when the user is not a member of the organisation.
  base::Status add_to_team(const std::string& organization,
                           const std::string& team,
                           const std::string& user);
  base::Status remove_from_team(const std::string& organization,
                                const std::string& team,
                                const std::string& user);

  base::Result<std::vector<Grant>> team_packages(const std::string& organization,
                                                 const std::string& team);
  base::Status grant(const std::string& organization, const std::string& team, const Grant& grant);
  // Errors: not_found when the team has no grant on the package.
  base::Status revoke(const std::string& organization,
                      const std::string& team,
                      const std::string& package);

  // Who has a grant on the package by a team, and the most that one gives.
  base::Result<std::vector<Grant>> users_granted(const std::string& package);
  // Errors: not_found when there is no such user.
  base::Status set_administrator(const std::string& user, bool administrator);
  base::Result<Memberships> memberships_of(const std::string& user);

  // Published packages: of a scope ("@s"), and those that a user is an owner of.
  base::Result<std::vector<ListedPackage>> packages_in_scope(const std::string& scope);
  base::Result<std::vector<ListedPackage>> packages_owned_by(const std::string& user);

 private:
  SqlRunner& sql_;
};

}  // namespace registry::store
