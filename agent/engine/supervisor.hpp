#pragma once
// The live view of the application: what the engine said last, kept true by its events, and the
// agent's own probes. It watches and tells; it changes nothing.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/guarded.hpp"
#include "agent/docker/event_follower.hpp"
#include "agent/engine/desired.hpp"
#include "agent/engine/health.hpp"
#include "agent/engine/probes.hpp"
#include "agent/engine/views.hpp"
#include "agent/journal/journal.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace agent::engine {

struct SupervisorParts {  // All outlive the supervisor.
  docker::Engine& engine;
  journal::Journal& journal;
  Probes& probes;
  const base::Clock& clock;
  // What an engine that has come back gets for its own restarts.
  std::chrono::milliseconds engine_grace;
};

// Called from the supervisor's threads, one at a time, without a lock that its own members take.
struct SupervisorCallbacks {
  std::function<void(const ComponentView&)> on_component;  // One that looks different.
  std::function<void()> on_status;           // Overall state, or the engine's, looks different.
  std::function<void()> on_container_event;  // Something happened to a container of ours.
  std::function<void()> on_engine_up;
  // Containers, by key, that ran when the engine was lost, and that it has left stopped although
  // their policy says otherwise. A container that somebody stops is not among them.
  std::function<void(const std::vector<std::string>&)> on_left_stopped;
};

class Supervisor {
 public:
  Supervisor(SupervisorParts parts, SupervisorCallbacks callbacks);
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;
  Supervisor(Supervisor&&) = delete;
  Supervisor& operator=(Supervisor&&) = delete;
  ~Supervisor();

  // Begins to watch; callbacks run from here on, and none after stop().
  void start();
  void stop();

  // All safe from any thread but the callbacks' own.

  // What should run; nothing when nothing is installed.
  void set_target(std::optional<Desired> target);
  void set_operation(OperationPresence operation);

  // Records why something was done with a container.
  void decide(const std::string& component, const std::string& text, const std::string& reason);

  [[nodiscard]] std::vector<ComponentView> components();
  [[nodiscard]] Overall overall();
  [[nodiscard]] EngineView engine();

 private:
  struct Probing {
    ProbeHealth health;
    bool under_way = false;
    base::MonotonicTime next;
    base::MonotonicTime since;  // When the container was first seen to run.
  };
  enum class Ready { not_asked, waiting, reached, too_late };  // Too late is asked on.
  struct EngineReturn {
    std::set<std::string> ran;  // Ids of what ran when the engine was lost.
    base::MonotonicTime settled;
  };
  struct State {
    std::optional<Desired> target;
    OperationPresence operation = OperationPresence::none;
    EngineView engine{.problem = "not asked yet"};
    std::map<std::string, docker::ContainerDetails> containers;  // By id.
    std::map<std::string, Probing> probing;                      // By id.
    Ready ready = Ready::not_asked;
    bool ready_under_way = false;
    base::MonotonicTime ready_since;
    std::optional<EngineReturn> engine_return;
    // As told to the callbacks last.
    std::map<std::string, ComponentView> told;
    Overall told_overall;
    bool told_reachable = false;
    bool changed = false;  // Wakes the tick's thread.
  };

  base::Status relist(const std::stop_token& stop);
  void take_event(const docker::Event& event);
  void take_details(docker::ContainerDetails details);
  void forget(const std::string& id);
  void engine_up();
  void engine_down(const base::Error& error);

  void note_engine_return(State& state) const;
  // The keys of what is left stopped, once the engine has had its time.
  std::vector<std::string> left_stopped(base::MonotonicTime now);

  void tick(const std::stop_token& stop);
  // Starts what is due; returns when the next one is.
  base::MonotonicTime start_due_probes(base::MonotonicTime now);
  struct DueProbe {
    ProbeRequest request;
    std::function<void(const ProbeOutcome&)> done;
  };
  DueProbe probe_of(State& state,
                    const DesiredContainer& desired,
                    const docker::ContainerDetails& details);
  std::optional<DueProbe> ready_probe_of(State& state, base::MonotonicTime now);
  void take_outcome(const std::string& id,
                    const DesiredContainer& desired,
                    const ProbeOutcome& outcome);
  void take_ready_outcome(const journal::DeploymentId& deployment, const ProbeOutcome& outcome);

  [[nodiscard]] static const docker::ContainerDetails* find(const State& state,
                                                            const DesiredContainer& desired);
  [[nodiscard]] static std::vector<ComponentView> views(const State& state);
  [[nodiscard]] static Overall overall(const State& state, const std::vector<ComponentView>& views);
  void tell();

  SupervisorParts parts_;
  SupervisorCallbacks callbacks_;
  base::Guarded<State> state_;
  std::condition_variable changed_;
  std::mutex telling_;
  // Probe results may come when this object is gone.
  std::shared_ptr<base::Guarded<Supervisor*>> self_;
  std::jthread ticker_;
  std::unique_ptr<docker::EventFollower> follower_;
};

}  // namespace agent::engine
