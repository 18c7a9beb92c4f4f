#include "agent/daemon/keeper.hpp"

#include "agent/base/core/guarded.hpp"
#include "agent/base/log/log.hpp"
#include "agent/daemon/backoff.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <system_error>

namespace agent::daemon {
namespace {

constexpr std::uintmax_t k_log_bytes = std::uintmax_t{10} << 20U;
constexpr int k_logs_kept = 5;
// How often the keeper looks whether it should stop; the child's end wakes it at once.
constexpr std::chrono::milliseconds k_look{500};
constexpr int k_looks_per_rotation = 60;

void pause_for(std::chrono::milliseconds duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait_for(lock, stop, duration, [] { return false; });
}

std::filesystem::path numbered(const std::filesystem::path& file, int number) {
  return fmt::format("{}.{}", file.string(), number);
}

}  // namespace

base::Status rotate_by_copy(const std::filesystem::path& file, std::uintmax_t max_bytes, int kept) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(file, failure);
  if (failure || size < max_bytes) {
    return base::ok();
  }
  for (int number = kept - 1; number >= 1; --number) {
    std::filesystem::rename(numbered(file, number), numbered(file, number + 1), failure);
  }
  failure.clear();
  std::filesystem::copy_file(
      file, numbered(file, 1), std::filesystem::copy_options::overwrite_existing, failure);
  if (!failure) {
    std::filesystem::resize_file(file, 0, failure);
  }
  if (failure) {
    return base::Error{base::ErrorCode::io,
                       fmt::format("rotate {}: {}", file.string(), failure.message())};
  }
  return base::ok();
}

Keeper::Keeper(KeptProgram program) : program_(std::move(program)) {
  // The child is tied to the thread that spawned it, so that thread is the one that keeps it.
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Keeper::~Keeper() = default;

void Keeper::run(const std::stop_token& stop) const {
  Backoff backoff;
  while (!stop.stop_requested()) {
    const auto started = std::chrono::steady_clock::now();
    auto child = base::process::Child::spawn(
        program_.command, {.log_file = program_.log_file, .ends_with_parent = true});
    if (!child) {
      base::log::error("could not start a program", child.error(), {{"program", program_.name}});
    } else {
      base::log::info("started a program", {{"program", program_.name}, {"pid", child->pid()}});
      std::optional<base::process::ExitStatus> status;
      for (int looks = 1; !status; ++looks) {
        status = child->wait_for(k_look);
        if (stop.stop_requested() && !status) {
          child->terminate(program_.grace);
          return;
        }
        if (looks % k_looks_per_rotation == 0 && !program_.log_file.empty()) {
          static_cast<void>(rotate_by_copy(program_.log_file, k_log_bytes, k_logs_kept));
        }
      }
      base::log::warn(
          "a program ended",
          {{"program", program_.name}, {"exit_code", status->code}, {"signal", status->signal}});
    }
    const auto lived = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - started);
    pause_for(backoff.after_run_of(lived), stop);
  }
}

}  // namespace agent::daemon
