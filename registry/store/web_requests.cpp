#include "registry/store/web_requests.hpp"

#include "agent/base/crypto/digest.hpp"

namespace registry::store {
namespace {

using base::Error;
using base::ErrorCode;

WebRequest request_of(const SqlRow& row) {
  return {.user = text(row[0]),
          .client = text(row[1]),
          .program = text(row[2]),
          .subject = text(row[3])};
}

Error gone() {
  return Error{ErrorCode::not_found, "this request has expired or was answered"};
}

}  // namespace

base::Status WebRequests::add(const std::string& page,
                              const std::string& poll,
                              const WebRequest& request,
                              std::int64_t now,
                              std::int64_t expires) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY(connection.query("DELETE FROM web_requests WHERE expires <= $1", "", {now}));
    BASE_TRY(connection.query(
        "INSERT INTO web_requests (page, poll, user_name, client, program, expires, "
        "subject) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        "",
        {base::crypto::sha256_hex(page),
         base::crypto::sha256_hex(poll),
         request.user,
         request.client,
         request.program,
         expires,
         request.subject}));
    return base::ok();
  });
}

base::Result<std::optional<WebRequest>> WebRequests::of_page(const std::string& page,
                                                             std::int64_t now) {
  BASE_TRY_ASSIGN(const auto rows,
                  sql_.read("SELECT user_name, client, program, subject FROM web_requests "
                            "WHERE page = $1 AND expires > $2",
                            "tttt",
                            {base::crypto::sha256_hex(page), now}));
  return rows.empty() ? std::optional<WebRequest>() : std::optional(request_of(rows[0]));
}

base::Status WebRequests::approve(const std::string& page,
                                  const std::string& user,
                                  std::int64_t now) {
  return sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY_ASSIGN(const auto approved,
                    connection.query("UPDATE web_requests SET user_name = $1 WHERE page = $2 AND "
                                     "user_name = '' AND expires > $3 RETURNING page",
                                     "t",
                                     {user, base::crypto::sha256_hex(page), now}));
    return approved.empty() ? base::Status(gone()) : base::ok();
  });
}

base::Result<std::optional<WebRequest>> WebRequests::of_poll(const std::string& poll,
                                                             std::int64_t now) {
  BASE_TRY_ASSIGN(const auto rows,
                  sql_.read("SELECT user_name, client, program, subject FROM web_requests "
                            "WHERE poll = $1 AND expires > $2",
                            "tttt",
                            {base::crypto::sha256_hex(poll), now}));
  return rows.empty() ? std::optional<WebRequest>() : std::optional(request_of(rows[0]));
}

base::Result<WebRequest> WebRequests::take(const std::string& poll) {
  WebRequest taken;
  BASE_TRY(sql_.write([&](SqlConnection& connection) -> base::Status {
    BASE_TRY_ASSIGN(const auto rows,
                    connection.query("DELETE FROM web_requests WHERE poll = $1 AND user_name <> '' "
                                     "RETURNING user_name, client, program, subject",
                                     "tttt",
                                     {base::crypto::sha256_hex(poll)}));
    if (rows.empty()) {
      return gone();
    }
    taken = request_of(rows[0]);
    return base::ok();
  }));
  return taken;
}

}  // namespace registry::store
