#pragma once
// Requests that a person answers in a browser while the client that asked polls.
//
// Each has two names: one is in the address of the page, the other only the client knows. Neither
// is stored, but digests of them; nor is what the client gets at the end, which is made when it
// fetches it.

#include "registry/store/sql_runner.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace registry::store {

struct WebRequest {
  std::string user;     // Who has answered it; empty before.
  std::string client;   // The address that the client asked from.
  std::string program;  // Its User-Agent.
  std::string subject;  // Whose second factor is asked for; empty for a login.
};

// Safe from any thread; every call may block. Times are milliseconds; what has expired is not
// found.
class WebRequests {
 public:
  explicit WebRequests(SqlRunner& sql) : sql_(sql) {}

  base::Status add(const std::string& page,
                   const std::string& poll,
                   const WebRequest& request,
                   std::int64_t now,
                   std::int64_t expires);
  base::Result<std::optional<WebRequest>> of_page(const std::string& page, std::int64_t now);
  // Errors: not_found (it expired, or somebody has answered it).
  base::Status approve(const std::string& page, const std::string& user, std::int64_t now);
  base::Result<std::optional<WebRequest>> of_poll(const std::string& poll, std::int64_t now);
  // Takes one that was answered: of clients that poll at once, one gets it. Errors: not_found.
  base::Result<WebRequest> take(const std::string& poll);

 private:
  SqlRunner& sql_;
};

}  // namespace registry::store
