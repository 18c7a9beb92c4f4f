#pragma once
// One-time codes, sessions and the record of sign-ins, in the agent's database.
//
// Neither codes nor session tokens are stored: only hashes of them, so that who reads the file
// signs in nowhere. Both have so much randomness that a plain SHA-256 is enough.

#include "agent/access/attempts.hpp"
#include "agent/access/permission.hpp"
#include "agent/base/core/clock.hpp"
#include "agent/base/core/result.hpp"
#include "agent/base/core/secret.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace agent::access {

struct AccessLimits {
  std::chrono::milliseconds code_life = std::chrono::hours(24);
  std::chrono::milliseconds session_idle = std::chrono::minutes(30);
  std::chrono::milliseconds session_life = std::chrono::hours(12);
  // A code has almost 59 bits, so this does not keep guessers out as much as it keeps them cheap.
  AttemptLimits attempts;
  int open_codes = 5;       // Unused ones; a further one takes the place of the oldest.
  int open_sessions = 100;  // As above.
};

struct LoginCode {
  base::Secret code;  // "7KQF-2M9X-PD4T": no letters or digits that are taken for each other.
  base::WallTime expires;
};

struct Session {
  std::string user;  // "admin" for who came by a one-time code.
  Role role = Role::viewer;
  base::WallTime created;
  base::WallTime expires;       // Whatever happens.
  base::WallTime idle_expires;  // Unless it is used before.
};

struct NewSession {
  base::Secret token;  // Base64url of 32 random bytes.
  Session session;
};

// A line of the record of sign-ins. Texts never hold a code or a token.
struct AuditRecord {
  base::WallTime time;
  std::string event;    // "login_code_created", "login", "login_refused", "logout"
  std::string actor;    // "root", or the account's name; empty when unknown.
  std::string address;  // Where the request came from, as far as known.
  std::string detail;
};

// Safe from any thread. Errors of every call: io.
class AccessStore {
 public:
  // Opens or creates the tables in the database at `path`, beside those of others. `clock` must
  // outlive the store.
  static base::Result<std::unique_ptr<AccessStore>> open(const std::filesystem::path& path,
                                                         const base::Clock& clock,
                                                         AccessLimits limits = {});
  ~AccessStore();
  AccessStore(const AccessStore&) = delete;
  AccessStore& operator=(const AccessStore&) = delete;
  AccessStore(AccessStore&&) = delete;
  AccessStore& operator=(AccessStore&&) = delete;

  base::Result<LoginCode> create_login_code(const std::string& actor);

  // Uses the code up. Dashes, spaces and case do not matter. `address` is the browser's; without
  // one it is root on this machine, who never waits. Errors: unauthorized with reason
  // "code_refused" (wrong, used or expired: which one is not said), unavailable with reason
  // "too_many_attempts".
  base::Result<NewSession> sign_in(const base::Secret& code,
                                   const std::optional<std::string>& address);
  // How long codes from there are refused unseen.
  [[nodiscard]] std::chrono::milliseconds sign_in_wait(const std::string& address);

  // The session of a token, whose idle time begins anew. Errors: unauthorized, reason
  // "session_expired" when there is none.
  base::Result<Session> session_of(const base::Secret& token);
  // The same without counting as use: for streams, which last longer than one look.
  base::Result<Session> peek(const base::Secret& token);
  base::Status sign_out(const base::Secret& token, const std::string& address);

  base::Result<std::vector<AuditRecord>> audit(int limit);  // Newest first.

 private:
  struct State;
  explicit AccessStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace agent::access
