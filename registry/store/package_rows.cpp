#include "registry/store/package_rows.hpp"

#include "registry/core/json_slices.hpp"
#include "registry/core/package_name.hpp"
#include "registry/core/search_summary.hpp"
#include "registry/store/organizations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace registry::store {
namespace {

using base::Error;
using base::ErrorCode;
using nlohmann::json;

base::WallTime time_of(std::int64_t milliseconds) {
  return base::WallTime(std::chrono::milliseconds(milliseconds));
}

std::int64_t count_of(base::WallTime time) {
  return time.time_since_epoch().count();
}

std::string head_text(const core::Package& package) {
  json owners = json::array();
  for (const auto& owner : package.owners) {
    owners.push_back({{"name", owner.name}, {"email", owner.email}});
  }
  const json head = {{"created", count_of(package.created)},
                     {"modified", count_of(package.modified)},
                     {"tags", package.tags},
                     {"owners", std::move(owners)},
                     {"restricted", package.restricted},
                     {"second_factor", package.second_factor},
                     {"automation_exempt", package.automation_exempt},
                     {"stars", package.stars}};
  return head.dump(-1, ' ', false, json::error_handler_t::replace);
}

base::Status read_head(const std::string& text, core::Package& package) {
  const auto head = json::parse(text, nullptr, /*allow_exceptions=*/false);
  const Error damaged{ErrorCode::io,
                      fmt::format("the stored facts of {} are damaged", package.name)};
  if (!head.is_object()) {
    return damaged;
  }
  try {
    package.created = time_of(head.at("created").get<std::int64_t>());
    package.modified = time_of(head.at("modified").get<std::int64_t>());
    head.at("tags").get_to(package.tags);
    head.at("stars").get_to(package.stars);
    package.restricted = head.value("restricted", false);
    package.second_factor = head.value("second_factor", false);
    package.automation_exempt = head.value("automation_exempt", false);
    for (const auto& owner : head.at("owners")) {
      package.owners.push_back({.name = owner.at("name").get<std::string>(),
                                .email = owner.at("email").get<std::string>()});
    }
  } catch (const json::exception&) {
    return damaged;
  }
  return base::ok();
}

// Claims the next revision. Nobody else can between this and the commit.
base::Status claim_revision(SqlConnection& connection,
                            const core::Change& change,
                            std::int64_t sequence) {
  const auto& after = change.after;
  const auto summary = core::search_summary(after);
  std::vector<SqlValue> values = {after.name,
                                  after.revision,
                                  sequence,
                                  head_text(after),
                                  after.readme,
                                  after.readme_file,
                                  std::int64_t{after.is_unpublished() ? 1 : 0},
                                  summary.text,
                                  summary.document,
                                  std::int64_t{after.restricted ? 1 : 0}};
  base::Result<std::vector<SqlRow>> claimed = std::vector<SqlRow>();
  if (after.revision == 1) {
    claimed = connection.query(
        "INSERT INTO packages (name, revision, sequence, head, readme, readme_file, unpublished, "
        "search_text, summary, restricted) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) "
        "ON CONFLICT (name) DO NOTHING RETURNING revision",
        "i",
        values);
  } else {
    claimed = connection.query(
        "UPDATE packages SET name = $1, revision = $2, sequence = $3, head = $4, readme = $5, "
        "readme_file = $6, unpublished = $7, search_text = $8, summary = $9, restricted = $10 "
        "WHERE name = $1 AND revision = $2 - 1 RETURNING revision",
        "i",
        values);
  }
  if (!claimed) {
    return std::move(claimed).error();
  }
  if (claimed->empty()) {
    return Error{ErrorCode::conflict,
                 fmt::format("{} was changed by somebody else at the same time", after.name)};
  }
  return base::ok();
}

// In the same transaction, so that no crash leaves a package that its organisation cannot write.
base::Status grant_to_everybody(SqlConnection& connection, const core::Package& package) {
  const auto scope = core::scope_of(package.name);
  if (package.revision != 1 || scope.empty()) {
    return base::ok();
  }
  BASE_TRY(connection.query(
      "INSERT INTO team_packages (organization, team, package, writes) "
      "SELECT organization, name, $1, 1 FROM teams WHERE organization = $2 AND name = $3 "
      "ON CONFLICT DO NOTHING",
      "",
      {package.name, std::string(scope.substr(1)), std::string(k_everybody)}));
  return base::ok();
}

base::Status add_version(SqlConnection& connection,
                         const core::Package& after,
                         const core::VersionContent& content) {
  BASE_TRY_ASSIGN(
      const auto rows,
      connection.query(
          "INSERT INTO versions (package, version, position, published, removed, manifest, "
          "manifest_base, abbreviated, abbreviated_base, deprecated, tarball, blob, integrity, "
          "size) VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, '', $9, $10, $11, $12)",
          "",
          {after.name,
           content.version,
           after.revision,
           count_of(after.modified),
           content.manifest,
           static_cast<std::int64_t>(content.manifest_base),
           content.abbreviated,
           static_cast<std::int64_t>(content.abbreviated_base),
           content.tarball,
           content.blob,
           content.integrity,
           content.size}));
  static_cast<void>(rows);
  return base::ok();
}

}  // namespace

base::Result<std::optional<core::Package>> read_package(SqlConnection& connection,
                                                        const std::string& name) {
  BASE_TRY_ASSIGN(const auto heads,
                  connection.query("SELECT revision, sequence, head, readme, readme_file "
                                   "FROM packages WHERE name = $1",
                                   "iittt",
                                   {name}));
  if (heads.empty()) {
    return std::optional<core::Package>();
  }
  core::Package package;
  package.name = name;
  package.revision = integer(heads[0][0]);
  package.sequence = integer(heads[0][1]);
  package.readme = text(heads[0][3]);
  package.readme_file = text(heads[0][4]);
  BASE_TRY(read_head(text(heads[0][2]), package));

  BASE_TRY_ASSIGN(
      auto rows,
      connection.query("SELECT version, published, removed, manifest, manifest_base, abbreviated, "
                       "abbreviated_base, deprecated, tarball, blob, integrity, size "
                       "FROM versions WHERE package = $1 ORDER BY position, version",
                       "tiitititttti",
                       {name}));
  for (auto& row : rows) {
    package.times.emplace_back(text(row[0]), time_of(integer(row[1])));
    if (integer(row[2]) != 0) {
      continue;
    }
    auto content = std::make_shared<core::VersionContent>();
    content->version = text(row[0]);
    content->manifest = text(row[3]);
    content->manifest_base = static_cast<std::size_t>(integer(row[4]));
    content->abbreviated = text(row[5]);
    content->abbreviated_base = static_cast<std::size_t>(integer(row[6]));
    content->tarball = text(row[8]);
    content->blob = text(row[9]);
    content->integrity = text(row[10]);
    content->size = integer(row[11]);
    package.versions.push_back({.content = std::move(content), .deprecated = text(row[7])});
  }
  return std::optional(std::move(package));
}

base::Result<std::int64_t> write_change(SqlConnection& connection, const core::Change& change) {
  BASE_TRY_ASSIGN(
      const auto counted,
      connection.query(
          "UPDATE counters SET value = value + 1 WHERE name = 'sequence' RETURNING value",
          "i",
          {}));
  BASE_ASSERT(counted.size() == 1);
  const std::int64_t sequence = integer(counted[0][0]);
  const auto& after = change.after;
  BASE_TRY(claim_revision(connection, change, sequence));
  BASE_TRY(grant_to_everybody(connection, after));
  for (const auto& content : change.added) {
    BASE_TRY(add_version(connection, after, *content));
  }
  for (const auto& version : change.removed) {
    BASE_TRY_ASSIGN(
        const auto removed,
        connection.query("UPDATE versions SET removed = 1, manifest = '', manifest_base = 0, "
                         "abbreviated = '', abbreviated_base = 0 "
                         "WHERE package = $1 AND version = $2",
                         "",
                         {after.name, version}));
    static_cast<void>(removed);
  }
  for (const auto& [version, message] : change.deprecations) {
    BASE_TRY_ASSIGN(
        const auto updated,
        connection.query("UPDATE versions SET deprecated = $1 WHERE package = $2 AND version = $3",
                         "",
                         {message, after.name, version}));
    static_cast<void>(updated);
  }
  return sequence;
}

// The braces and quotes cannot be in a text, where JSON escapes them, and a head is always written
// with its keys in this order.
std::string owner_mark(const std::string& user) {
  return R"("name":)" + core::quoted(user) + "}";
}

}  // namespace registry::store
