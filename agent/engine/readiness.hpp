#pragma once
// Whether containers are as far as the next step needs them. Belongs to one thread, the coordinator
// of an operation, which asks again and again; nothing here blocks for longer than one call that
// lists containers. Probes and commands run elsewhere and report through the mailbox.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/result.hpp"
#include "agent/docker/engine.hpp"
#include "agent/engine/desired.hpp"
#include "agent/engine/mailbox.hpp"
#include "agent/engine/probes.hpp"
#include "agent/engine/worker_pool.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace agent::engine {

struct ReadinessOptions {
  // A container without a health check counts as healthy when it has run for this long: an entry
  // point that fails needs a moment to do so.
  std::chrono::milliseconds settle{500};
  std::chrono::milliseconds probe_interval{250};   // While somebody waits; shorter than in service.
  std::chrono::milliseconds exec_interval{2'000};  // Of the `exec` event, as the format says.
  std::chrono::milliseconds exec_timeout{30'000};
  std::chrono::milliseconds inspect_interval{500};
  // A container that ends with an error is started again this often, if its restart policy would do
  // so; after 1, 2, 4 seconds. The engine's own restarts are off until the commit.
  int restarts = 3;
  std::chrono::milliseconds restart_delay{1'000};
};

struct Ruling {
  enum class Verdict { pending, reached, failed };
  Verdict verdict = Verdict::pending;
  base::Error error;  // Set when failed.
  std::string waiting_for;
};

class Readiness {
 public:
  // References outlive the object. `stop` ends commands under way.
  Readiness(docker::Engine& engine,
            Probes& probes,
            const base::Clock& clock,
            std::shared_ptr<Mailbox> mailbox,
            WorkerPool& pool,
            const Desired& target,
            ReadinessOptions options,
            std::stop_token stop);

  // Lists the application's containers. Errors: those of the engine.
  base::Status refresh();

  // By what the last refresh saw.
  Ruling healthy(const DesiredContainer& container);
  // All it depends on are healthy, and one of its events has fired.
  Ruling may_start(const DesiredContainer& container);
  // Since when the events' time limit counts: when the last publisher was seen to run. Nothing
  // while none has been started.
  [[nodiscard]] std::optional<base::MonotonicTime> publishers_started(
      const DesiredContainer& container) const;

 private:
  struct Seen {
    docker::ContainerSummary summary;
    std::optional<docker::ContainerDetails> details;
    base::MonotonicTime inspected;
    std::optional<base::MonotonicTime> running_since;  // As far as this object saw.
    std::optional<base::MonotonicTime> first_started;
    int restarts = 0;
    std::optional<base::MonotonicTime> restart_at;
  };
  struct Check {  // A probe or a command, repeated until it succeeds.
    bool under_way = false;
    bool succeeded = false;
    std::string detail;
    base::MonotonicTime next;
  };
  using Checks = std::map<std::string, Check>;

  Ruling after_exit(const DesiredContainer& container, Seen& seen);
  Ruling probed(const DesiredContainer& container, Seen& seen);
  Ruling judged_by_engine(const DesiredContainer& container, Seen& seen);
  Ruling fired(const DesiredContainer& container, const Trigger& trigger);
  Ruling listening(const Trigger& trigger, Seen& seen);
  Ruling executed(const Trigger& trigger, Seen& seen);
  Seen* seen(const std::string& key);
  const docker::ContainerDetails* details(Seen& seen);
  void start_again(Check& restart, Seen& seen);
  void start_probe(const std::string& name, ProbeRequest request);
  [[nodiscard]] bool due(const Check& check) const;
  [[nodiscard]] docker::Call call(std::chrono::milliseconds deadline) const;

  docker::Engine& engine_;
  Probes& probes_;
  const base::Clock& clock_;
  std::shared_ptr<Mailbox> mailbox_;
  WorkerPool& pool_;
  const Desired& target_;
  ReadinessOptions options_;
  std::stop_token stop_;
  std::map<std::string, Seen> seen_;  // By key.
  // Shared with letters that may arrive when this object is gone.
  std::shared_ptr<Checks> checks_ = std::make_shared<Checks>();
};

// Where the agent reaches a container: its address on the network named first, or the host's own.
std::string address_of(const docker::ContainerDetails& details);

}  // namespace agent::engine
