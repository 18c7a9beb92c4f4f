#pragma once

#include "agent/base/core/result.hpp"

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>

namespace agent::daemon {

struct Account {
  uid_t user = 0;
  gid_t group = 0;
};

// Nothing when there is no such account. Errors: io.
base::Result<std::optional<Account>> account_named(const std::string& name);

// The variables that agent and supervisor hand on: SLIPWAY_ ones, PATH, TZ, LANG.
std::map<std::string, std::string> inherited_environment();

}  // namespace agent::daemon
