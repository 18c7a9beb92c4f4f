#pragma once
// Searching an LDAP directory. Here because libcurl speaks LDAP too, and this folder alone names
// it.

#include "agent/base/core/result.hpp"
#include "agent/base/core/secret.hpp"
#include "agent/base/http/session_limits.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace base::http {

enum class DirectoryProtection {
  none,
  start_tls,  // Not possible with this libcurl: unavailable.
  tls,        // From the first byte on: ldaps.
};

struct DirectoryQuery {
  std::string host;
  std::string port;  // Empty: the usual one.
  DirectoryProtection protection = DirectoryProtection::none;
  std::string user;  // A distinguished name; empty: nobody signs in.
  Secret password;
  std::string base;    // A distinguished name.
  std::string filter;  // "(uid=ann)"; empty: only `base` itself.
  std::vector<std::string> attributes;
};

struct DirectoryEntry {
  std::string name;  // Distinguished.
  std::multimap<std::string, std::string> attributes;
};

// Of a subtree, at most 1,000 entries. Errors: unauthorized (name or password); not_found (`base`,
// or it may not be read); unavailable, timed_out, cancelled; invalid_input for a filter that is
// none.
Result<std::vector<DirectoryEntry>> search_directory(const DirectoryQuery& query,
                                                     const SessionLimits& limits);

// For a value in a filter.
std::string escaped_for_filter(std::string_view value);

}  // namespace base::http
