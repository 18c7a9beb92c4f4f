#include "agent/base/process/termination.hpp"

#include <cerrno>

namespace base::process {

Termination::Termination() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGTERM);
  sigaddset(&signals_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  // Writing to a client that has left is an error there, not the end of the agent.
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
}

int Termination::wait() const {
  for (;;) {
    const int number = sigwaitinfo(&signals_, nullptr);
    if (number > 0 || errno != EINTR) {
      return number;
    }
  }
}

}  // namespace base::process
