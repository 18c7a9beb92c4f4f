#pragma once
// Where a package is asked for that this registry does not have.

#include "registry/core/package.hpp"

#include <memory>
#include <string>

namespace registry::upstream {

// Safe from any thread; may block.
class Upstream {
 public:
  virtual ~Upstream() = default;
  // Errors: not_found when nobody has the package, with a message for the one who asked.
  virtual base::Result<core::Package> find_package(const std::string& name) = 0;
};

// A registry that serves its own packages alone, and says so.
std::unique_ptr<Upstream> no_upstream();

}  // namespace registry::upstream
