#pragma once
// The terminal and the signals of a person at it.

#include <termios.h>

#include <chrono>
#include <csignal>
#include <optional>

namespace installer::cli {

struct TerminalSize {
  int rows = 24;
  int columns = 80;
};

[[nodiscard]] bool is_terminal(int descriptor);
[[nodiscard]] TerminalSize terminal_size(int descriptor);

// Keys reach the program as they are pressed; as before when it goes away.
class RawTerminal {
 public:
  explicit RawTerminal(int descriptor);
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;
  RawTerminal(RawTerminal&&) = delete;
  RawTerminal& operator=(RawTerminal&&) = delete;
  ~RawTerminal();

 private:
  int descriptor_;
  std::optional<termios> before_;
};

// Takes SIGINT and SIGTERM by waiting for them. Made by main before any other thread.
class Interrupts {
 public:
  Interrupts();
  // True when one came; false when the time has passed without.
  [[nodiscard]] bool within(std::chrono::milliseconds duration) const;
  // Gives them their usual effect again: they end the program.
  void restore() const;

 private:
  sigset_t signals_{};
};

}  // namespace installer::cli
