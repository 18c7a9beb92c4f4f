#pragma once
// The permission model with what it needs to know from the store.
//
// Memberships are remembered for some seconds, so that an installation of restricted packages reads
// them once. A change made here takes effect at once, one made by another replica within that time.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/guarded.hpp"
#include "registry/access/permission.hpp"
#include "registry/store/metadata_store.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

namespace registry::access {

using MembershipsPtr = std::shared_ptr<const store::Memberships>;

// Safe from any thread. What is not said to be cached may block.
class Authority {
 public:
  Authority(store::Organizations& organizations,
            store::MetadataStore& store,
            const base::Clock& clock,
            Policy policy)
      : organizations_(organizations), store_(store), clock_(clock), policy_(policy) {}

  [[nodiscard]] const Policy& policy() const { return policy_; }

  // Null when they are not known at the moment; a stranger has none.
  [[nodiscard]] MembershipsPtr cached_memberships(const std::optional<Identity>& identity);
  base::Result<MembershipsPtr> memberships(const std::optional<Identity>& identity);

  // check_target() with the scope's state looked up where the permission asks for it.
  // `target.scope` is ignored.
  base::Status check(Permission permission,
                     const std::optional<Identity>& identity,
                     const store::Memberships& memberships,
                     Target target);

  // After every change of organisations, teams and grants.
  void forget();

 private:
  struct Known {
    MembershipsPtr memberships;
    base::MonotonicTime until;
  };
  struct Cache {
    std::unordered_map<std::string, Known> by_user;
    std::uint64_t generation = 0;  // What was read before a change must not be kept after it.
  };

  base::Result<ScopeState> state_of(const std::string& scope);
  base::Result<bool> is_occupied(const std::string& scope, const std::string& user);

  store::Organizations& organizations_;
  store::MetadataStore& store_;
  const base::Clock& clock_;
  Policy policy_;
  base::Guarded<Cache> cache_;
};

}  // namespace registry::access
