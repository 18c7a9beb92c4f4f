#pragma once

#include <optional>
#include <string_view>

namespace agent::access {

// What a route needs. In order: who may do one may do all before it.
enum class Permission {
  open,     // Everybody who reaches the agent: sign-in, versions.
  view,     // Look, change nothing.
  operate,  // Run plans and operations on what is installed.
  admin,    // Everything that an account may do: programs in containers, accounts, settings.
  local,    // Root on this machine, on the socket. No account ever.
};

// What an account is for.
enum class Role {
  viewer,
  operator_,  // NOLINT(readability-identifier-naming): the word itself is a keyword.
  admin,
};

[[nodiscard]] std::string_view name_of(Permission permission) noexcept;  // "public", "view", …
[[nodiscard]] std::string_view name_of(Role role) noexcept;  // "viewer", "operator", "admin"
[[nodiscard]] std::optional<Role> role_named(std::string_view name) noexcept;

[[nodiscard]] bool allows(Role role, Permission permission) noexcept;

}  // namespace agent::access
