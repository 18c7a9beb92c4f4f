#include "registry/access/authority.hpp"

#include "registry/core/package_name.hpp"

#include <algorithm>
#include <utility>

namespace registry::access {
namespace {

constexpr std::chrono::seconds k_lifetime{5};
constexpr std::size_t k_max_users = 10'000;

}  // namespace

MembershipsPtr Authority::cached_memberships(const std::optional<Identity>& identity) {
  static const auto k_none = std::make_shared<const store::Memberships>();
  if (!identity) {
    return k_none;
  }
  auto cache = cache_.lock();
  const auto found = cache->by_user.find(identity->user);
  return found == cache->by_user.end() || found->second.until < clock_.monotonic_time()
             ? nullptr
             : found->second.memberships;
}

base::Result<MembershipsPtr> Authority::memberships(const std::optional<Identity>& identity) {
  if (auto known = cached_memberships(identity)) {
    return known;
  }
  const auto generation = cache_.lock()->generation;
  BASE_TRY_ASSIGN(auto read, organizations_.memberships_of(identity->user));
  auto memberships = std::make_shared<const store::Memberships>(std::move(read));
  auto cache = cache_.lock();
  if (cache->generation == generation) {
    if (cache->by_user.size() >= k_max_users) {
      cache->by_user.clear();
    }
    cache->by_user[identity->user] = {.memberships = memberships,
                                      .until = clock_.monotonic_time() + k_lifetime};
  }
  return memberships;
}

void Authority::forget() {
  auto cache = cache_.lock();
  cache->by_user.clear();
  ++cache->generation;
}

base::Result<ScopeState> Authority::state_of(const std::string& scope) {
  BASE_TRY_ASSIGN(const bool organization, organizations_.exists(scope));
  if (organization) {
    return ScopeState::organization;
  }
  BASE_TRY_ASSIGN(const auto user, store_.find_user(scope));
  return user ? ScopeState::of_user : ScopeState::free;
}

base::Result<bool> Authority::is_occupied(const std::string& scope, const std::string& user) {
  BASE_TRY_ASSIGN(const auto packages, organizations_.packages_in_scope("@" + scope));
  BASE_TRY_ASSIGN(const auto owned, organizations_.packages_owned_by(user));
  return std::any_of(packages.begin(), packages.end(), [&](const auto& package) {
    return std::none_of(
        owned.begin(), owned.end(), [&](const auto& own) { return own.name == package.name; });
  });
}

base::Status Authority::check(Permission permission,
                              const std::optional<Identity>& identity,
                              const store::Memberships& memberships,
                              Target target) {
  const bool about_organization = is_about_organization(permission);
  const auto scope = core::scope_of(target.name);
  const bool takes_name = permission == Permission::write_package && !scope.empty() &&
                          (target.package == nullptr || target.package->is_unpublished());
  if (about_organization || takes_name) {
    const std::string name(about_organization ? target.organization : scope.substr(1));
    BASE_TRY_ASSIGN(target.scope, state_of(name));
    if (permission == Permission::create_organization && identity &&
        target.scope == ScopeState::free) {
      BASE_TRY_ASSIGN(const bool occupied, is_occupied(name, identity->user));
      target.scope = occupied ? ScopeState::occupied : ScopeState::free;
    }
  }
  return check_target(permission, policy_, identity, memberships, target);
}

}  // namespace registry::access
