#include "registry/store/feed.hpp"

#include "registry/core/json_slices.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace registry::store {

base::Result<std::vector<FeedEntry>> Feed::changes(const Reader& reader,
                                                   std::int64_t since,
                                                   std::int64_t limit) {
  std::vector<SqlValue> parameters = {since};
  const auto visible = visible_to(reader, parameters);
  parameters.emplace_back(limit);
  BASE_TRY_ASSIGN(
      const auto rows,
      sql_.read(fmt::format("SELECT sequence, name, revision, unpublished FROM packages WHERE "
                            "sequence > $1 AND {} ORDER BY sequence LIMIT ${}",
                            visible,
                            parameters.size()),
                "itii",
                parameters));
  std::vector<FeedEntry> entries;
  entries.reserve(rows.size());
  for (const auto& row : rows) {
    entries.push_back({.sequence = integer(row[0]),
                       .name = text(row[1]),
                       .revision = integer(row[2]),
                       .unpublished = integer(row[3]) != 0});
  }
  return entries;
}

base::Result<std::int64_t> Feed::last_sequence() {
  BASE_TRY_ASSIGN(const auto rows,
                  sql_.read("SELECT value FROM counters WHERE name = 'sequence'", "i", {}));
  return rows.empty() ? 0 : integer(rows[0][0]);
}

base::Result<std::vector<std::string>> Feed::starred_by(const Reader& reader,
                                                        const std::string& user) {
  // The name in quotes may also be a tag's or an owner's: the list itself decides.
  std::vector<SqlValue> parameters = {core::quoted(user)};
  const auto visible = visible_to(reader, parameters);
  BASE_TRY_ASSIGN(const auto rows,
                  sql_.read("SELECT name, head FROM packages WHERE unpublished = 0 AND "
                            "replace(head, $1, '') <> head AND " +
                                visible + " ORDER BY name",
                            "tt",
                            parameters));
  std::vector<std::string> names;
  for (const auto& row : rows) {
    const auto head = nlohmann::json::parse(text(row[1]), nullptr, /*allow_exceptions=*/false);
    const auto stars =
        head.is_object() ? head.value("stars", nlohmann::json::array()) : nlohmann::json::array();
    if (std::find(stars.begin(), stars.end(), user) != stars.end()) {
      names.push_back(text(row[0]));
    }
  }
  return names;
}

}  // namespace registry::store
