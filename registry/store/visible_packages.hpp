#pragma once
// Which packages a listing may show to whom, as a condition on the table `packages`.

#include "registry/store/sql_connection.hpp"

#include <string>
#include <vector>

namespace registry::store {

struct Reader {
  std::string user;              // Empty: a stranger.
  bool sees_everything = false;  // The administrator of the registry.
};

// "restricted = 0 OR …"; what it needs is added to `parameters`, which are those of the statement
// so far. Says the same as access::check_target() does about one package.
std::string visible_to(const Reader& reader, std::vector<SqlValue>& parameters);

}  // namespace registry::store
