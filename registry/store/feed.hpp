#pragma once
// Lists over all packages, of what a reader may know: the feed of changes, and stars.

#include "registry/store/sql_runner.hpp"
#include "registry/store/visible_packages.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace registry::store {

struct FeedEntry {
  std::int64_t sequence = 0;
  std::string name;
  std::int64_t revision = 0;
  bool unpublished = false;
};

// Safe from any thread; every call may block.
class Feed {
 public:
  explicit Feed(SqlRunner& sql) : sql_(sql) {}

  // Each package once, at its last write, after `since`.
  base::Result<std::vector<FeedEntry>> changes(const Reader& reader,
                                               std::int64_t since,
                                               std::int64_t limit);
  // Of the last write, whoever may know of it.
  base::Result<std::int64_t> last_sequence();

  // In alphabetical order.
  base::Result<std::vector<std::string>> starred_by(const Reader& reader, const std::string& user);

 private:
  SqlRunner& sql_;
};

}  // namespace registry::store
