#include "agent/access/access_store.hpp"

#include "agent/access/schema.hpp"
#include "agent/base/core/guarded.hpp"
#include "agent/base/crypto/digest.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "agent/base/crypto/random.hpp"
#include "agent/base/store/database.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <optional>
#include <utility>

namespace agent::access {
namespace {

using base::Error;
using base::ErrorCode;
using base::Secret;
using base::WallTime;
using base::store::Database;
using base::store::Transaction;

// Crockford's base 32 without the digits that look like letters.
constexpr std::string_view k_alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t k_code_length = 12;
constexpr std::size_t k_group = 4;
constexpr std::size_t k_token_bytes = 32;
constexpr int k_audit_kept = 10'000;
// `used_at` is written at most this often: a write is an fsync, and a page asks often.
constexpr std::chrono::milliseconds k_use_precision = std::chrono::minutes(1);

std::int64_t stored(WallTime time) {
  return time.time_since_epoch().count();
}

WallTime read_time(std::int64_t value) {
  return WallTime(std::chrono::milliseconds(value));
}

std::string grouped(const std::string& code) {
  std::string text;
  for (std::size_t at = 0; at < code.size(); at += k_group) {
    text += (text.empty() ? "" : "-") + code.substr(at, k_group);
  }
  return text;
}

// What people make of a code when they type it.
std::string normalised(const std::string& typed) {
  std::string code;
  for (const char each : typed) {
    if (each != '-' && each != ' ') {
      code += static_cast<char>(std::toupper(static_cast<unsigned char>(each)));
    }
  }
  return code;
}

struct StoredSession {
  std::int64_t id = 0;
  Session session;
  WallTime used;
};

class Tables {
 public:
  Tables(Database database, const base::Clock& clock, AccessLimits limits)
      : clock_(clock),
        limits_(limits),
        attempts_(limits.attempts),
        database_(std::move(database)) {}

  base::Result<LoginCode> create_login_code(const std::string& actor);
  base::Result<NewSession> sign_in(const Secret& code, const std::optional<std::string>& address);
  std::chrono::milliseconds sign_in_wait(const std::string& address) {
    return attempts_.wait_of(address, clock_.monotonic_time());
  }
  base::Result<Session> find_session(const Secret& token, bool use);
  base::Status sign_out(const Secret& token, const std::string& address);
  base::Result<std::vector<AuditRecord>> audit(int limit);

 private:
  base::Status record(const std::string& event,
                      const std::string& actor,
                      const std::string& address,
                      const std::string& detail);
  Error refuse(const std::optional<std::string>& address);
  base::Result<bool> use_up(const std::string& code);
  base::Result<NewSession> new_session(const std::string& user, Role role);
  base::Result<std::optional<StoredSession>> load(const Secret& token);

  const base::Clock& clock_;
  AccessLimits limits_;
  Attempts attempts_;
  Database database_;
};

base::Status Tables::record(const std::string& event,
                            const std::string& actor,
                            const std::string& address,
                            const std::string& detail) {
  BASE_TRY_ASSIGN(
      auto insert,
      database_.prepare("INSERT INTO access_audit (time, event, actor, address, detail) "
                        "VALUES (?, ?, ?, ?, ?)"));
  insert.bind(1, stored(clock_.wall_time())).bind(2, event).bind(3, actor).bind(4, address);
  BASE_TRY(insert.bind(5, detail).run());
  BASE_TRY_ASSIGN(auto trim, database_.prepare("DELETE FROM access_audit WHERE id <= ?"));
  return trim.bind(1, database_.last_insert_id() - k_audit_kept).run();
}

base::Result<LoginCode> Tables::create_login_code(const std::string& actor) {
  const auto code = base::crypto::random_text(k_alphabet, k_code_length);
  const auto created = clock_.wall_time();
  const auto expires = created + limits_.code_life;
  BASE_TRY_ASSIGN(auto transaction, Transaction::begin(database_));
  BASE_TRY_ASSIGN(
      auto insert,
      database_.prepare("INSERT INTO access_code (hash, created_at, expires_at) VALUES (?, ?, ?)"));
  insert.bind(1, base::crypto::sha256_hex(code)).bind(2, stored(created));
  BASE_TRY(insert.bind(3, stored(expires)).run());
  BASE_TRY_ASSIGN(auto trim,
                  database_.prepare("DELETE FROM access_code WHERE expires_at <= ?1 OR id NOT IN "
                                    "(SELECT id FROM access_code ORDER BY id DESC LIMIT ?2)"));
  BASE_TRY(trim.bind(1, stored(created)).bind(2, limits_.open_codes).run());
  BASE_TRY(record("login_code_created", actor, "", ""));
  BASE_TRY(transaction.commit());
  return LoginCode{.code = Secret(grouped(code)), .expires = expires};
}

// True when the code was good; it is gone then. Looked up by its hash: how long that takes tells
// about the hash of what was typed, which is no secret, and nothing about the codes there are.
base::Result<bool> Tables::use_up(const std::string& code) {
  BASE_TRY_ASSIGN(auto remove,
                  database_.prepare("DELETE FROM access_code WHERE hash = ? AND expires_at > ?"));
  remove.bind(1, base::crypto::sha256_hex(code)).bind(2, stored(clock_.wall_time()));
  BASE_TRY(remove.run());
  return database_.changes() > 0;
}

base::Result<NewSession> Tables::new_session(const std::string& user, Role role) {
  const auto created = clock_.wall_time();
  NewSession made{
      .token = Secret(base::crypto::base64url_encode(base::crypto::random_bytes(k_token_bytes))),
      .session = {.user = user,
                  .role = role,
                  .created = created,
                  .expires = created + limits_.session_life,
                  .idle_expires = created + limits_.session_idle}};
  BASE_TRY_ASSIGN(auto insert,
                  database_.prepare("INSERT INTO access_session (hash, user, role, created_at, "
                                    "used_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)"));
  insert.bind(1, base::crypto::sha256_hex(made.token.reveal())).bind(2, user);
  insert.bind(3, name_of(role)).bind(4, stored(created)).bind(5, stored(created));
  BASE_TRY(insert.bind(6, stored(made.session.expires)).run());
  BASE_TRY_ASSIGN(
      auto trim,
      database_.prepare("DELETE FROM access_session WHERE expires_at <= ?1 OR used_at <= ?2 OR id "
                        "NOT IN (SELECT id FROM access_session ORDER BY id DESC LIMIT ?3)"));
  trim.bind(1, stored(created)).bind(2, stored(created - limits_.session_idle));
  BASE_TRY(trim.bind(3, limits_.open_sessions).run());
  return made;
}

Error Tables::refuse(const std::optional<std::string>& address) {
  const auto when = clock_.monotonic_time();
  // In a crowd a record of each would push what happened before out of the record.
  const bool news = !attempts_.crowded(when);
  if (address) {
    attempts_.failed(*address, when);
  }
  if (news) {
    if (auto recorded = record("login_refused", "", address.value_or(""), "one-time code");
        !recorded) {
      return std::move(recorded).error();
    }
  }
  return Error{ErrorCode::unauthorized,
               "this one-time code is not valid",
               "Codes work once and for 24 hours; on the host, `slipway login-code` makes another.",
               "code_refused"};
}

base::Result<NewSession> Tables::sign_in(const Secret& code,
                                         const std::optional<std::string>& address) {
  if (address && sign_in_wait(*address).count() > 0) {
    return Error{ErrorCode::unavailable,
                 "too many wrong codes from this address",
                 "Wait a moment, five minutes at most.",
                 "too_many_attempts"};
  }
  const auto typed = normalised(code.reveal());
  if (typed.size() != k_code_length) {
    return refuse(address);
  }
  BASE_TRY_ASSIGN(auto transaction, Transaction::begin(database_));
  BASE_TRY_ASSIGN(const bool good, use_up(typed));
  if (!good) {
    BASE_TRY(transaction.commit());
    return refuse(address);
  }
  BASE_TRY_ASSIGN(auto made, new_session("admin", Role::admin));
  BASE_TRY(record("login", made.session.user, address.value_or(""), "one-time code"));
  BASE_TRY(transaction.commit());
  if (address) {
    attempts_.succeeded(*address);
  }
  return made;
}

base::Result<std::optional<StoredSession>> Tables::load(const Secret& token) {
  BASE_TRY_ASSIGN(auto find,
                  database_.prepare("SELECT id, user, role, created_at, used_at, expires_at FROM "
                                    "access_session WHERE hash = ?"));
  BASE_TRY_ASSIGN(const bool found, find.bind(1, base::crypto::sha256_hex(token.reveal())).step());
  if (!found) {
    return std::optional<StoredSession>{};
  }
  StoredSession row{.id = find.integer(0)};
  row.used = read_time(find.integer(4));
  row.session = {.user = find.text(1),
                 .role = role_named(find.text(2)).value_or(Role::viewer),
                 .created = read_time(find.integer(3)),
                 .expires = read_time(find.integer(5)),
                 .idle_expires = row.used + limits_.session_idle};
  return std::optional<StoredSession>(std::move(row));
}

base::Result<Session> Tables::find_session(const Secret& token, bool use) {
  const auto when = clock_.wall_time();
  BASE_TRY_ASSIGN(auto row, load(token));
  if (!row || row->session.expires <= when || row->session.idle_expires <= when) {
    return Error{ErrorCode::unauthorized,
                 "you are not signed in, or no longer",
                 "Sign in.",
                 "session_expired"};
  }
  if (use && when - row->used >= k_use_precision) {
    BASE_TRY_ASSIGN(auto update,
                    database_.prepare("UPDATE access_session SET used_at = ? WHERE id = ?"));
    BASE_TRY(update.bind(1, stored(when)).bind(2, row->id).run());
    row->session.idle_expires = when + limits_.session_idle;
  }
  return std::move(row->session);
}

base::Status Tables::sign_out(const Secret& token, const std::string& address) {
  BASE_TRY_ASSIGN(const auto row, load(token));
  if (!row) {
    return base::ok();
  }
  BASE_TRY_ASSIGN(auto transaction, Transaction::begin(database_));
  BASE_TRY_ASSIGN(auto remove, database_.prepare("DELETE FROM access_session WHERE id = ?"));
  BASE_TRY(remove.bind(1, row->id).run());
  BASE_TRY(record("logout", row->session.user, address, ""));
  return transaction.commit();
}

base::Result<std::vector<AuditRecord>> Tables::audit(int limit) {
  BASE_TRY_ASSIGN(auto find,
                  database_.prepare("SELECT time, event, actor, address, detail FROM access_audit "
                                    "ORDER BY id DESC LIMIT ?"));
  find.bind(1, limit);
  std::vector<AuditRecord> records;
  for (;;) {
    BASE_TRY_ASSIGN(const bool more, find.step());
    if (!more) {
      return records;
    }
    records.push_back({.time = read_time(find.integer(0)),
                       .event = find.text(1),
                       .actor = find.text(2),
                       .address = find.text(3),
                       .detail = find.text(4)});
  }
}

}  // namespace

struct AccessStore::State {
  explicit State(Tables opened) : tables(std::move(opened)) {}
  base::Guarded<Tables> tables;
};

AccessStore::AccessStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
AccessStore::~AccessStore() = default;

base::Result<std::unique_ptr<AccessStore>> AccessStore::open(const std::filesystem::path& path,
                                                             const base::Clock& clock,
                                                             AccessLimits limits) {
  BASE_TRY_ASSIGN(auto database, Database::open(path));
  BASE_TRY(prepare_schema(database));
  return std::unique_ptr<AccessStore>(
      new AccessStore(std::make_unique<State>(Tables(std::move(database), clock, limits))));
}

base::Result<LoginCode> AccessStore::create_login_code(const std::string& actor) {
  return state_->tables.lock()->create_login_code(actor);
}

base::Result<NewSession> AccessStore::sign_in(const Secret& code,
                                              const std::optional<std::string>& address) {
  return state_->tables.lock()->sign_in(code, address);
}

std::chrono::milliseconds AccessStore::sign_in_wait(const std::string& address) {
  return state_->tables.lock()->sign_in_wait(address);
}

base::Result<Session> AccessStore::session_of(const Secret& token) {
  return state_->tables.lock()->find_session(token, true);
}

base::Result<Session> AccessStore::peek(const Secret& token) {
  return state_->tables.lock()->find_session(token, false);
}

base::Status AccessStore::sign_out(const Secret& token, const std::string& address) {
  return state_->tables.lock()->sign_out(token, address);
}

base::Result<std::vector<AuditRecord>> AccessStore::audit(int limit) {
  return state_->tables.lock()->audit(limit);
}

}  // namespace agent::access
