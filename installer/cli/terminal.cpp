#include "installer/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <ctime>

namespace installer::cli {

bool is_terminal(int descriptor) {
  return ::isatty(descriptor) == 1;
}

TerminalSize terminal_size(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) {
    return {};
  }
  return {.rows = size.ws_row, .columns = size.ws_col};
}

RawTerminal::RawTerminal(int descriptor) : descriptor_(descriptor) {
  termios settings{};
  if (::tcgetattr(descriptor, &settings) != 0) {
    return;
  }
  before_ = settings;
  ::cfmakeraw(&settings);
  ::tcsetattr(descriptor, TCSANOW, &settings);
}

RawTerminal::~RawTerminal() {
  if (before_) {
    ::tcsetattr(descriptor_, TCSANOW, &*before_);
  }
}

Interrupts::Interrupts() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

bool Interrupts::within(std::chrono::milliseconds duration) const {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
  const timespec limit{.tv_sec = seconds.count(),
                       .tv_nsec = std::chrono::nanoseconds(duration - seconds).count()};
  return sigtimedwait(&signals_, nullptr, &limit) > 0;
}

void Interrupts::restore() const {
  pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
}

}  // namespace installer::cli
