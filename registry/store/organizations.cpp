#include "registry/store/organizations.hpp"

#include "registry/store/package_rows.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace registry::store {
namespace {

using base::Error;
using base::ErrorCode;
using Rows = std::vector<SqlRow>;
using Parameters = std::vector<SqlValue>;

constexpr std::array<std::pair<Role, std::string_view>, 3> k_roles = {{
    {Role::developer, "developer"},
    {Role::admin, "admin"},
    {Role::owner, "owner"},
}};

base::Status run(SqlConnection& connection, std::string_view sql, const Parameters& parameters) {
  BASE_TRY(connection.query(sql, "", parameters));
  return base::ok();
}

base::Status require(SqlConnection& connection, const std::string& organization) {
  BASE_TRY_ASSIGN(
      const auto rows,
      connection.query("SELECT 1 FROM organizations WHERE name = $1", "i", {organization}));
  return rows.empty() ? base::Status(Error{ErrorCode::not_found,
                                           fmt::format("no organization {:.80}", organization)})
                      : base::ok();
}

base::Status require(SqlConnection& connection,
                     const std::string& organization,
                     const std::string& team) {
  BASE_TRY_ASSIGN(
      const auto rows,
      connection.query(
          "SELECT 1 FROM teams WHERE organization = $1 AND name = $2", "i", {organization, team}));
  return rows.empty()
             ? base::Status(Error{ErrorCode::not_found,
                                  fmt::format("no team {:.80}:{:.80}", organization, team)})
             : base::ok();
}

// Whoever may give rights away stays: an organisation without an owner could never be changed.
base::Status keep_an_owner(SqlConnection& connection,
                           const std::string& organization,
                           const std::string& user) {
  BASE_TRY_ASSIGN(const auto others,
                  connection.query("SELECT 1 FROM organization_members WHERE organization = $1 AND "
                                   "role = 'owner' AND user_name <> $2 LIMIT 1",
                                   "i",
                                   {organization, user}));
  return others.empty()
             ? base::Status(Error{ErrorCode::conflict,
                                  fmt::format("{} is the last owner of {}", user, organization),
                                  "Make somebody else an owner first."})
             : base::ok();
}

base::Status add_team_row(SqlConnection& connection,
                          const std::string& organization,
                          const std::string& team,
                          const std::string& description) {
  BASE_TRY_ASSIGN(const auto added,
                  connection.query("INSERT INTO teams (organization, name, description) "
                                   "VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING name",
                                   "t",
                                   {organization, team, description}));
  return added.empty()
             ? base::Status(Error{ErrorCode::conflict,
                                  fmt::format("the team {}:{} exists already", organization, team)})
             : base::ok();
}

base::Status add_team_member(SqlConnection& connection,
                             const std::string& organization,
                             const std::string& team,
                             const std::string& user) {
  return run(connection,
             "INSERT INTO team_members (organization, team, user_name) VALUES ($1, $2, $3) "
             "ON CONFLICT DO NOTHING",
             {organization, team, user});
}

base::Status put_member(SqlConnection& connection,
                        const std::string& organization,
                        const Member& member) {
  BASE_TRY_ASSIGN(const auto users,
                  connection.query("SELECT 1 FROM users WHERE name = $1", "i", {member.user}));
  if (users.empty()) {
    return Error{ErrorCode::invalid_input, fmt::format("no user {:.80}", member.user)};
  }
  if (member.role != Role::owner) {
    BASE_TRY(keep_an_owner(connection, organization, member.user));
  }
  BASE_TRY_ASSIGN(const auto known,
                  connection.query("SELECT 1 FROM organization_members WHERE organization = $1 AND "
                                   "user_name = $2",
                                   "i",
                                   {organization, member.user}));
  if (known.empty()) {
    BASE_TRY(add_team_member(connection, organization, std::string(k_everybody), member.user));
  }
  return run(connection,
             "INSERT INTO organization_members (organization, user_name, role) VALUES ($1, $2, $3) "
             "ON CONFLICT (organization, user_name) DO UPDATE SET role = $3",
             {organization, member.user, std::string(name_of(member.role))});
}

std::vector<std::string> first_column(const Rows& rows) {
  std::vector<std::string> names;
  names.reserve(rows.size());
  for (const auto& row : rows) {
    names.push_back(text(row[0]));
  }
  return names;
}

std::vector<Grant> grants_in(const Rows& rows) {
  std::vector<Grant> grants;
  grants.reserve(rows.size());
  for (const auto& row : rows) {
    grants.push_back({.name = text(row[0]), .writes = integer(row[1]) != 0});
  }
  return grants;
}

std::vector<ListedPackage> packages_in(const Rows& rows) {
  std::vector<ListedPackage> packages;
  packages.reserve(rows.size());
  for (const auto& row : rows) {
    packages.push_back({.name = text(row[0]), .restricted = integer(row[1]) != 0});
  }
  return packages;
}

}  // namespace

std::string_view name_of(Role role) {
  for (const auto& [known, name] : k_roles) {
    if (known == role) {
      return name;
    }
  }
  return {};
}

std::optional<Role> role_named(std::string_view name) {
  for (const auto& [role, known] : k_roles) {
    if (known == name) {
      return role;
    }
  }
  return std::nullopt;
}

base::Result<bool> Organizations::exists(const std::string& organization) {
  BASE_TRY_ASSIGN(const auto rows,
                  sql_.read("SELECT 1 FROM organizations WHERE name = $1", "i", {organization}));
  return !rows.empty();
}

base::Status Organizations::create(const std::string& organization,
                                   const std::string& owner,
                                   std::int64_t now) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY_ASSIGN(const auto added,
                    connection.query("INSERT INTO organizations (name, created) VALUES ($1, $2) "
                                     "ON CONFLICT DO NOTHING RETURNING name",
                                     "t",
                                     {organization, now}));
    if (added.empty()) {
      return Error{ErrorCode::conflict,
                   fmt::format("the organization {} exists already", organization)};
    }
    const std::string everybody(k_everybody);
    BASE_TRY(add_team_row(connection, organization, everybody, "Every member"));
    BASE_TRY(put_member(connection, organization, {.user = owner, .role = Role::owner}));
    const std::string scope = "@" + organization + "/";
    return run(connection,
               "INSERT INTO team_packages (organization, team, package, writes) "
               "SELECT $1, $2, name, 1 FROM packages WHERE substr(name, 1, $3) = $4",
               {organization, everybody, static_cast<std::int64_t>(scope.size()), scope});
  });
}

base::Result<std::vector<Member>> Organizations::members(const std::string& organization) {
  BASE_TRY_ASSIGN(
      const auto rows,
      sql_.read("SELECT user_name, role FROM organization_members WHERE organization = $1 "
                "ORDER BY user_name",
                "tt",
                {organization}));
  std::vector<Member> members;
  members.reserve(rows.size());
  for (const auto& row : rows) {
    members.push_back(
        {.user = text(row[0]), .role = role_named(text(row[1])).value_or(Role::developer)});
  }
  return members;
}

base::Status Organizations::set_member(const std::string& organization, const Member& member) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY(require(connection, organization));
    return put_member(connection, organization, member);
  });
}

base::Status Organizations::remove_member(const std::string& organization,
                                          const std::string& user) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY(keep_an_owner(connection, organization, user));
    BASE_TRY(run(connection,
                 "DELETE FROM team_members WHERE organization = $1 AND user_name = $2",
                 {organization, user}));
    BASE_TRY_ASSIGN(const auto removed,
                    connection.query("DELETE FROM organization_members WHERE organization = $1 AND "
                                     "user_name = $2 RETURNING role",
                                     "t",
                                     {organization, user}));
    return removed.empty()
               ? base::Status(Error{ErrorCode::not_found,
                                    fmt::format("{:.80} is not in {:.80}", user, organization)})
               : base::ok();
  });
}

base::Result<std::vector<std::string>> Organizations::teams(const std::string& organization) {
  BASE_TRY_ASSIGN(
      const auto rows,
      sql_.read(
          "SELECT name FROM teams WHERE organization = $1 ORDER BY name", "t", {organization}));
  return first_column(rows);
}

base::Status Organizations::add_team(const std::string& organization,
                                     const std::string& team,
                                     const std::string& description) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY(require(connection, organization));
    return add_team_row(connection, organization, team, description);
  });
}

base::Status Organizations::remove_team(const std::string& organization, const std::string& team) {
  if (team == k_everybody) {
    return Error{ErrorCode::forbidden,
                 fmt::format("the team {} is every organization's and stays", k_everybody)};
  }
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY(require(connection, organization, team));
    for (const auto* sql : {"DELETE FROM team_packages WHERE organization = $1 AND team = $2",
                            "DELETE FROM team_members WHERE organization = $1 AND team = $2",
                            "DELETE FROM teams WHERE organization = $1 AND name = $2"}) {
      BASE_TRY(run(connection, sql, {organization, team}));
    }
    return base::ok();
  });
}

base::Result<std::vector<std::string>> Organizations::team_members(const std::string& organization,
                                                                   const std::string& team) {
  BASE_TRY_ASSIGN(
      const auto known,
      sql_.read(
          "SELECT 1 FROM teams WHERE organization = $1 AND name = $2", "i", {organization, team}));
  if (known.empty()) {
    return Error{ErrorCode::not_found, fmt::format("no team {:.80}:{:.80}", organization, team)};
  }
  BASE_TRY_ASSIGN(const auto rows,
                  sql_.read("SELECT user_name FROM team_members WHERE organization = $1 AND "
                            "team = $2 ORDER BY user_name",
                            "t",
                            {organization, team}));
  return first_column(rows);
}

base::Status Organizations::add_to_team(const std::string& organization,
                                        const std::string& team,
                                        const std::string& user) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY(require(connection, organization, team));
    BASE_TRY_ASSIGN(const auto member,
                    connection.query("SELECT 1 FROM organization_members WHERE organization = $1 "
                                     "AND user_name = $2",
                                     "i",
                                     {organization, user}));
    if (member.empty()) {
      return Error{ErrorCode::invalid_input,
                   fmt::format("{:.80} is not in {}", user, organization),
                   fmt::format("Add him first: `npm org set {} {:.80}`.", organization, user)};
    }
    return add_team_member(connection, organization, team, user);
  });
}

base::Status Organizations::remove_from_team(const std::string& organization,
                                             const std::string& team,
                                             const std::string& user) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY(require(connection, organization, team));
    BASE_TRY_ASSIGN(const auto removed,
                    connection.query("DELETE FROM team_members WHERE organization = $1 AND "
                                     "team = $2 AND user_name = $3 RETURNING user_name",
                                     "t",
                                     {organization, team, user}));
    return removed.empty() ? base::Status(Error{ErrorCode::not_found,
                                                fmt::format("{:.80} is not in that team", user)})
                           : base::ok();
  });
}

base::Result<std::vector<Grant>> Organizations::team_packages(const std::string& organization,
                                                              const std::string& team) {
  BASE_TRY(team_members(organization, team));
  BASE_TRY_ASSIGN(const auto rows,
                  sql_.read("SELECT package, writes FROM team_packages WHERE organization = $1 AND "
                            "team = $2 ORDER BY package",
                            "ti",
                            {organization, team}));
  return grants_in(rows);
}

base::Status Organizations::grant(const std::string& organization,
                                  const std::string& team,
                                  const Grant& grant) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY(require(connection, organization, team));
    return run(connection,
               "INSERT INTO team_packages (organization, team, package, writes) "
               "VALUES ($1, $2, $3, $4) "
               "ON CONFLICT (organization, team, package) DO UPDATE SET writes = $4",
               {organization, team, grant.name, std::int64_t{grant.writes ? 1 : 0}});
  });
}

base::Status Organizations::revoke(const std::string& organization,
                                   const std::string& team,
                                   const std::string& package) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY_ASSIGN(const auto removed,
                    connection.query("DELETE FROM team_packages WHERE organization = $1 AND "
                                     "team = $2 AND package = $3 RETURNING package",
                                     "t",
                                     {organization, team, package}));
    return removed.empty()
               ? base::Status(Error{ErrorCode::not_found,
                                    fmt::format("that team has no grant on {:.214}", package)})
               : base::ok();
  });
}

base::Result<std::vector<Grant>> Organizations::users_granted(const std::string& package) {
  BASE_TRY_ASSIGN(const auto rows,
                  sql_.read("SELECT m.user_name, max(p.writes) FROM team_packages p "
                            "JOIN team_members m ON m.organization = p.organization AND "
                            "m.team = p.team WHERE p.package = $1 "
                            "GROUP BY m.user_name ORDER BY m.user_name",
                            "ti",
                            {package}));
  return grants_in(rows);
}

base::Status Organizations::set_administrator(const std::string& user, bool administrator) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY_ASSIGN(
        const auto changed,
        connection.query("UPDATE users SET administrator = $1 WHERE name = $2 RETURNING name",
                         "t",
                         {std::int64_t{administrator ? 1 : 0}, user}));
    return changed.empty()
               ? base::Status(Error{ErrorCode::not_found, fmt::format("no user {:.80}", user)})
               : base::ok();
  });
}

base::Result<Memberships> Organizations::memberships_of(const std::string& user) {
  Memberships memberships;
  BASE_TRY_ASSIGN(
      const auto users,
      sql_.read(
          "SELECT administrator, second_factor_mode FROM users WHERE name = $1", "it", {user}));
  if (!users.empty()) {
    memberships.administrator = integer(users[0][0]) != 0;
    memberships.second_factor = text(users[0][1]);
  }
  BASE_TRY_ASSIGN(
      const auto roles,
      sql_.read("SELECT organization, role FROM organization_members WHERE user_name = $1",
                "tt",
                {user}));
  for (const auto& row : roles) {
    memberships.roles[text(row[0])] = role_named(text(row[1])).value_or(Role::developer);
  }
  BASE_TRY_ASSIGN(const auto grants,
                  sql_.read("SELECT p.package, max(p.writes) FROM team_members m "
                            "JOIN team_packages p ON p.organization = m.organization AND "
                            "p.team = m.team WHERE m.user_name = $1 GROUP BY p.package",
                            "ti",
                            {user}));
  for (const auto& row : grants) {
    memberships.packages[text(row[0])] = integer(row[1]) != 0;
  }
  return memberships;
}

base::Result<std::vector<ListedPackage>> Organizations::packages_in_scope(
    const std::string& scope) {
  const auto prefix = scope + "/";
  BASE_TRY_ASSIGN(const auto rows,
                  sql_.read("SELECT name, restricted FROM packages WHERE unpublished = 0 AND "
                            "substr(name, 1, $1) = $2 ORDER BY name",
                            "ti",
                            {static_cast<std::int64_t>(prefix.size()), prefix}));
  return packages_in(rows);
}

base::Result<std::vector<ListedPackage>> Organizations::packages_owned_by(const std::string& user) {
  BASE_TRY_ASSIGN(const auto rows,
                  sql_.read("SELECT name, restricted FROM packages WHERE unpublished = 0 AND "
                            "replace(head, $1, '') <> head ORDER BY name",
                            "ti",
                            {owner_mark(user)}));
  return packages_in(rows);
}

}  // namespace registry::store
