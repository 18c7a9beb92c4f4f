#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "installer/cli/command_line.hpp"

int main(int argc, char** argv) {
  using namespace installer::cli;
  try {
    const Interrupts interrupts;
    // A reader that has enough, as `head`, ends this command as it ends others.
    static_cast<void>(std::signal(SIGPIPE, SIG_DFL));
    // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread runs yet.
    const char* socket = std::getenv("SLIPWAY_SOCKET");
    CommandLine line(socket != nullptr ? socket : "/run/slipway/agent.sock");
    const auto parsed = line.parse(argc, argv);
    if (parsed.exit_code) {
      return *parsed.exit_code;
    }
    AgentClient agent(parsed.socket);
    Context context{.agent = agent, .output = Output(parsed.format), .interrupts = interrupts};
    return parsed.run(context);
  } catch (const std::exception& exception) {
    std::cerr << "error: " << exception.what() << "\n  This is a bug; please report it.\n";
    return number_of(ExitCode::bug);
  }
}
