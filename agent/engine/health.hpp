#pragma once
// From what is known about a container to what people are told. Pure.

#include "agent/docker/container_state.hpp"
#include "agent/engine/desired.hpp"
#include "agent/engine/views.hpp"

#include <optional>
#include <string>
#include <vector>

namespace agent::engine {

// The agent's own probing of one container, by the same rules as Docker's health checks: unhealthy
// after `retries` failures in a row, those of the start period not counted, healthy by one success.
class ProbeHealth {
 public:
  enum class Verdict { starting, healthy, unhealthy };

  void record(const Probe& probe,
              bool healthy,
              const std::string& detail,
              std::chrono::milliseconds running_for);
  [[nodiscard]] Verdict verdict() const noexcept { return verdict_; }
  [[nodiscard]] const std::string& detail() const noexcept { return detail_; }

 private:
  Verdict verdict_ = Verdict::starting;
  int failures_ = 0;
  std::string detail_;
};

enum class OperationPresence { none, under_way };

// `details` is null when there is no such container, `probed` where the agent does not probe.
ComponentView view_of(const DesiredContainer& desired,
                      const docker::ContainerDetails* details,
                      const ProbeHealth* probed,
                      OperationPresence operation);

struct Overall {
  Condition condition = Condition::ready;
  std::string reason;
};

// The worst wins; the reason is that of the first of the worst.
Overall overall_of(const std::vector<ComponentView>& components);

}  // namespace agent::engine
