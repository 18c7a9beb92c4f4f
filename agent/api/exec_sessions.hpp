#pragma once
// Programs that somebody runs in containers: one request starts one, others carry its input and
// output.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/guarded.hpp"
#include "agent/base/core/result.hpp"
#include "agent/docker/executions.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace agent::api {

struct ExecPiece {
  docker::OutputStream stream = docker::OutputStream::out;
  std::string_view data;
};

// Safe from any thread.
class ExecSessions {
 public:
  // References outlive the object.
  ExecSessions(docker::Executions& executions, const base::Clock& clock, std::size_t limit = 16);
  ExecSessions(const ExecSessions&) = delete;
  ExecSessions& operator=(const ExecSessions&) = delete;
  ExecSessions(ExecSessions&&) = delete;
  ExecSessions& operator=(ExecSessions&&) = delete;
  ~ExecSessions();

  // Starts a program; the id is for `owner` alone, others find nothing under it. One whose output
  // nobody reads within a minute is let go. Errors: those of open_exec; unavailable with reason
  // "too_many_sessions".
  base::Result<std::string> open(const std::string& owner,
                                 const std::string& container,
                                 const docker::ExecSpec& spec,
                                 int rows,
                                 int columns);

  // Gives output as it comes until the program ends, and returns its exit code. When `on_piece`
  // returns false or `stop` is asked the program is let go and the result is cancelled. Errors:
  // not_found; conflict, when somebody reads already.
  base::Result<int> read(const std::string& owner,
                         const std::string& id,
                         const std::function<bool(const ExecPiece&)>& on_piece,
                         const std::stop_token& stop);
  // Whether `read` would find it. Errors: as there.
  base::Status check(const std::string& owner, const std::string& id);

  base::Status write(const std::string& owner, const std::string& id, std::string_view data);
  base::Status close_input(const std::string& owner, const std::string& id);
  base::Status resize(const std::string& owner, const std::string& id, int rows, int columns);
  // Success when there is none.
  base::Status close(const std::string& owner, const std::string& id);

 private:
  struct Entry;
  using Entries = std::map<std::string, std::shared_ptr<Entry>>;
  base::Result<std::shared_ptr<Entry>> find(const std::string& owner, const std::string& id);
  void remove_forgotten(Entries& entries) const;

  docker::Executions& executions_;
  const base::Clock& clock_;
  std::size_t limit_;
  base::Guarded<Entries> entries_;
};

}  // namespace agent::api
