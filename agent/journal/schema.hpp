#pragma once

#include "agent/base/store/migrations.hpp"

#include <span>

namespace agent::journal {

// The journal's tables, under the module name "journal" of state.db.
std::span<const base::store::Migration> schema() noexcept;

}  // namespace agent::journal
