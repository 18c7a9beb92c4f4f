#pragma once

#include "agent/base/core/clock.hpp"
#include "agent/base/core/guarded.hpp"
#include "agent/base/data/json.hpp"
#include "agent/engine/views.hpp"
#include "agent/support/host.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace agent::api {

// What the status says about the agent itself and what is beside it.
struct AgentFacts {
  std::string version;
  base::WallTime started;
  std::string console_listen;
  // Where the console writes its certificate's fingerprint; readable for root only from here.
  std::filesystem::path console_fingerprint;
};

// Makes the body of GET /api/v1/status. Safe from any thread.
class StatusReport {
 public:
  // `look` finds the facts about the host; they are kept for ten seconds. `clock` outlives this.
  StatusReport(AgentFacts facts, std::function<support::Host()> look, const base::Clock& clock);

  base::data::Json make(const engine::StatusView& status,
                        const std::vector<engine::ComponentView>& components);
  [[nodiscard]] const AgentFacts& facts() const noexcept { return facts_; }

 private:
  struct Kept {
    support::Host host;
    base::MonotonicTime when;
  };
  support::Host host();

  AgentFacts facts_;
  std::function<support::Host()> look_;
  const base::Clock& clock_;
  base::Guarded<std::optional<Kept>> kept_;
};

}  // namespace agent::api
