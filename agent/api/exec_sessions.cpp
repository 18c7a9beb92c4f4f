#include "agent/api/exec_sessions.hpp"

#include "agent/base/core/scope_exit.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "agent/base/crypto/random.hpp"

#include <fmt/format.h>

#include <mutex>
#include <utility>

namespace agent::api {
namespace {

using base::Error;
using base::ErrorCode;

constexpr std::chrono::seconds k_unread_life{60};
constexpr std::chrono::seconds k_call{10};
// A read that brings nothing is begun anew: the engine's client has a deadline for everything.
constexpr std::chrono::seconds k_read{60};
constexpr std::size_t k_id_bytes = 16;

}  // namespace

struct ExecSessions::Entry {
  std::string owner;
  base::MonotonicTime opened;
  std::unique_ptr<docker::ExecSession> session;
  std::mutex writing;  // The session takes one writer beside its reader.
  bool being_read = false;
  std::stop_source stop;
};

ExecSessions::ExecSessions(docker::Executions& executions,
                           const base::Clock& clock,
                           std::size_t limit)
    : executions_(executions), clock_(clock), limit_(limit) {}

ExecSessions::~ExecSessions() = default;

void ExecSessions::remove_forgotten(Entries& entries) const {
  const auto when = clock_.monotonic_time();
  std::erase_if(entries, [&](const auto& each) {
    return !each.second->being_read && when - each.second->opened >= k_unread_life;
  });
}

base::Result<std::string> ExecSessions::open(const std::string& owner,
                                             const std::string& container,
                                             const docker::ExecSpec& spec,
                                             int rows,
                                             int columns) {
  auto entry = std::make_shared<Entry>();
  entry->owner = owner;
  entry->opened = clock_.monotonic_time();
  auto id = base::crypto::hex_encode(base::crypto::random_bytes(k_id_bytes));
  {
    auto entries = entries_.lock();
    remove_forgotten(*entries);
    if (entries->size() >= limit_) {
      return Error{ErrorCode::unavailable,
                   fmt::format("{} programs run already", limit_),
                   "End one of them.",
                   "too_many_sessions"};
    }
    entries->emplace(id, entry);  // Holds the place while the engine works.
  }
  auto session = executions_.open_exec(container, spec, {.deadline = k_call});
  if (!session) {
    entries_.lock()->erase(id);
    return std::move(session).error();
  }
  if (spec.tty) {
    // A program may have ended already; the size of its terminal is then nobody's concern.
    static_cast<void>((*session)->resize(rows, columns, {.deadline = k_call}));
  }
  const auto entries = entries_.lock();
  entry->session = *std::move(session);
  return id;
}

base::Result<std::shared_ptr<ExecSessions::Entry>> ExecSessions::find(const std::string& owner,
                                                                      const std::string& id) {
  auto entries = entries_.lock();
  const auto found = entries->find(id);
  if (found == entries->end() || found->second->owner != owner ||
      found->second->session == nullptr) {
    return Error{ErrorCode::not_found, "no such program: it has ended, or was let go"};
  }
  return found->second;
}

base::Status ExecSessions::check(const std::string& owner, const std::string& id) {
  BASE_TRY_ASSIGN(const auto entry, find(owner, id));
  const auto entries = entries_.lock();
  if (entry->being_read) {
    return Error{ErrorCode::conflict, "somebody reads the output already"};
  }
  return base::ok();
}

base::Result<int> ExecSessions::read(const std::string& owner,
                                     const std::string& id,
                                     const std::function<bool(const ExecPiece&)>& on_piece,
                                     const std::stop_token& stop) {
  BASE_TRY_ASSIGN(const auto entry, find(owner, id));
  {
    const auto entries = entries_.lock();
    if (std::exchange(entry->being_read, true)) {
      return Error{ErrorCode::conflict, "somebody reads the output already"};
    }
  }
  const base::ScopeExit forget([&] { entries_.lock()->erase(id); });
  const std::stop_callback forward(stop, [&] { entry->stop.request_stop(); });
  for (;;) {
    auto chunk = entry->session->read({.deadline = k_read, .stop = entry->stop.get_token()});
    if (!chunk) {
      if (chunk.error().code == ErrorCode::timed_out) {
        continue;
      }
      return std::move(chunk).error();
    }
    if (!*chunk) {
      return entry->session->exit_code({.deadline = k_call, .stop = entry->stop.get_token()});
    }
    if (!on_piece({.stream = (*chunk)->stream, .data = (*chunk)->data})) {
      return Error{ErrorCode::cancelled, "nobody reads the output any more"};
    }
  }
}

base::Status ExecSessions::write(const std::string& owner,
                                 const std::string& id,
                                 std::string_view data) {
  BASE_TRY_ASSIGN(const auto entry, find(owner, id));
  const std::lock_guard lock(entry->writing);
  return entry->session->write(data, {.deadline = k_call, .stop = entry->stop.get_token()});
}

base::Status ExecSessions::close_input(const std::string& owner, const std::string& id) {
  BASE_TRY_ASSIGN(const auto entry, find(owner, id));
  const std::lock_guard lock(entry->writing);
  return entry->session->close_stdin();
}

base::Status ExecSessions::resize(const std::string& owner,
                                  const std::string& id,
                                  int rows,
                                  int columns) {
  BASE_TRY_ASSIGN(const auto entry, find(owner, id));
  const std::lock_guard lock(entry->writing);
  return entry->session->resize(
      rows, columns, {.deadline = k_call, .stop = entry->stop.get_token()});
}

base::Status ExecSessions::close(const std::string& owner, const std::string& id) {
  const auto entry = find(owner, id);
  if (entry) {
    (*entry)->stop.request_stop();
    entries_.lock()->erase(id);
  }
  return base::ok();
}

}  // namespace agent::api
