#pragma once

#include "installer/cli/agent_client.hpp"
#include "installer/cli/output.hpp"
#include "installer/cli/terminal.hpp"

namespace installer::cli {

// What every verb works with.
struct Context {
  AgentClient& agent;
  Output output;
  const Interrupts& interrupts;
};

}  // namespace installer::cli
