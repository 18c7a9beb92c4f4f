#include "registry/upstream/upstream.hpp"

#include <fmt/format.h>

namespace registry::upstream {
namespace {

class NoUpstream final : public Upstream {
 public:
  base::Result<core::Package> find_package(const std::string& name) override {
    return base::Error{base::ErrorCode::not_found,
                       fmt::format("{} is not in this registry, and it asks no other one", name)};
  }
};

}  // namespace

std::unique_ptr<Upstream> no_upstream() {
  return std::make_unique<NoUpstream>();
}

}  // namespace registry::upstream
