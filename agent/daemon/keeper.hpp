#pragma once

#include "agent/base/core/result.hpp"
#include "agent/base/process/child.hpp"
#include "agent/base/process/runner.hpp"

#include <filesystem>
#include <string>
#include <thread>

namespace agent::daemon {

struct KeptProgram {
  std::string name;  // In the log.
  base::process::Command command;
  // Where its output goes; ours when empty. Rotated at 10 MB, five older ones kept.
  std::filesystem::path log_file;
  std::chrono::milliseconds grace{10'000};  // Between SIGTERM and SIGKILL.
};

// Runs a program and starts it again, with back-off, whenever it ends. The program gets SIGTERM
// when this object goes away and also when this process dies.
class Keeper {
 public:
  explicit Keeper(KeptProgram program);
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  Keeper(Keeper&&) = delete;
  Keeper& operator=(Keeper&&) = delete;
  ~Keeper();

 private:
  void run(const std::stop_token& stop) const;

  KeptProgram program_;
  std::jthread thread_;
};

// Moves FILE to FILE.1, that to FILE.2 and so on, by copying and cutting the file, which somebody
// has open for appending. Nothing happens below `max_bytes`.
base::Status rotate_by_copy(const std::filesystem::path& file, std::uintmax_t max_bytes, int kept);

}  // namespace agent::daemon
