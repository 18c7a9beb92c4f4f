#pragma once

#include "agent/base/core/clock.hpp"
#include "registry/store/sql_connection.hpp"

#include <memory>

namespace registry::store {

// A database that may be away when the program starts and may go away later. The first connection
// that succeeds brings the schema to its newest version. After a failure the next attempts fail at
// once with unavailable until a pause is over, which grows to five seconds: requests are refused
// quickly instead of queueing up for a connection that does not come.
std::unique_ptr<SqlDatabase> reconnecting(std::unique_ptr<SqlDatabase> database,
                                          const base::Clock& clock);

}  // namespace registry::store
