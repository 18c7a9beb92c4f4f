#include "registry/store/visible_packages.hpp"

#include "registry/store/package_rows.hpp"

#include <fmt/format.h>

namespace registry::store {

std::string visible_to(const Reader& reader, std::vector<SqlValue>& parameters) {
  if (reader.sees_everything) {
    return "1 = 1";
  }
  if (reader.user.empty()) {
    return "packages.restricted = 0";
  }
  parameters.emplace_back(owner_mark(reader.user));
  const auto mark = parameters.size();
  parameters.emplace_back(reader.user);
  return fmt::format(
      "(packages.restricted = 0 OR replace(packages.head, ${0}, '') <> packages.head OR EXISTS "
      "(SELECT 1 FROM team_packages p JOIN team_members m ON m.organization = p.organization AND "
      "m.team = p.team WHERE m.user_name = ${1} AND p.package = packages.name) OR EXISTS "
      "(SELECT 1 FROM organization_members o WHERE o.user_name = ${1} AND o.role <> 'developer' "
      "AND substr(packages.name, 1, length(o.organization) + 2) = '@' || o.organization || '/'))",
      mark,
      mark + 1);
}

}  // namespace registry::store
