#include "agent/daemon/accounts.hpp"

#include <fmt/format.h>

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string_view>
#include <system_error>

namespace agent::daemon {

base::Result<std::optional<Account>> account_named(const std::string& name) {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  const int failure = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (failure != 0 && failure != ENOENT) {
    return base::Error{
        base::ErrorCode::io,
        fmt::format("look up the account {}: {}", name, std::generic_category().message(failure))};
  }
  if (found == nullptr) {
    return std::optional<Account>{};
  }
  return std::optional(Account{.user = entry.pw_uid, .group = entry.pw_gid});
}

std::map<std::string, std::string> inherited_environment() {
  std::map<std::string, std::string> kept{
      {"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}, {"LANG", "C.UTF-8"}, {"HOME", "/"}};
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view text(*each);
    const auto equals = text.find('=');
    const auto name = text.substr(0, equals);
    if (equals != std::string_view::npos && (name.starts_with("SLIPWAY_") || name == "TZ")) {
      kept.insert_or_assign(std::string(name), std::string(text.substr(equals + 1)));
    }
  }
  return kept;
}

}  // namespace agent::daemon
