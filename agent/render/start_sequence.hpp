#pragma once
// In which order the containers of a deployment start, and what each waits for.

#include "agent/render/deployment.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace agent::render {

struct Start {
  const Container* container = nullptr;
  // Containers of one rank start at once; none: it never starts, for its events lead in a circle.
  std::optional<std::size_t> rank;
  std::vector<std::string> after_healthy;  // All of them.
  std::vector<std::string> after_started;  // All of them: it uses their network or volumes.
  // The first of them that fires; empty: it waits for none.
  struct Trigger {
    std::string container;
    const PublishEvent* event = nullptr;
  };
  std::vector<Trigger> started_by;
};

// By rank and then in the order of the deployment, which must outlive the result.
std::vector<Start> start_sequence(const Deployment& deployment);

}  // namespace agent::render
