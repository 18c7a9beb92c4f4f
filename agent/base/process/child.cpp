#include "agent/base/process/child.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/process/launch.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <utility>

namespace base::process {
namespace {

Result<Fd> open_log(const std::filesystem::path& path) {
  Fd file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
  if (!file.valid()) {
    return fs::system_error("open", path);
  }
  return internal::above_standard(std::move(file));
}

// A copy of one of our own streams; nowhere when we have it closed.
Result<Fd> copy_of(int standard) {
  Fd copy(::fcntl(standard, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  return copy.valid() ? Result<Fd>(std::move(copy)) : open_log("/dev/null");
}

}  // namespace

Result<Child> Child::spawn(const Command& command, const ChildOptions& options) {
  Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!nothing.valid()) {
    return fs::system_error("open", "/dev/null");
  }
  const bool logged = !options.log_file.empty();
  BASE_TRY_ASSIGN(const auto input, internal::above_standard(std::move(nothing)));
  BASE_TRY_ASSIGN(const auto output, logged ? open_log(options.log_file) : copy_of(STDOUT_FILENO));
  BASE_TRY_ASSIGN(const auto errors, logged ? open_log(options.log_file) : copy_of(STDERR_FILENO));
  BASE_TRY_ASSIGN(auto spawned,
                  internal::spawn(command,
                                  {.input = input.get(),
                                   .output = output.get(),
                                   .errors = errors.get(),
                                   .death_signal = options.ends_with_parent ? SIGTERM : 0}));
  return Child(spawned.pid, std::move(spawned.exit_descriptor));
}

Child::Child(pid_t pid, Fd exit_descriptor) noexcept
    : pid_(pid), exit_descriptor_(std::move(exit_descriptor)) {}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      exit_descriptor_(std::move(other.exit_descriptor_)),
      status_(other.status_) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    kill_and_reap();
    pid_ = std::exchange(other.pid_, -1);
    exit_descriptor_ = std::move(other.exit_descriptor_);
    status_ = other.status_;
  }
  return *this;
}

Child::~Child() {
  kill_and_reap();
}

std::optional<ExitStatus> Child::wait_for(std::chrono::milliseconds timeout) {
  using std::chrono::steady_clock;
  static constexpr std::int64_t k_longest_wait = 3'600'000;
  const auto deadline = steady_clock::now() + timeout;
  while (!status_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    pollfd watched{.fd = exit_descriptor_.get(), .events = POLLIN};
    const auto wait = std::clamp<std::int64_t>(left.count(), 0, k_longest_wait);
    if (::poll(&watched, 1, static_cast<int>(wait)) > 0) {
      return reap();
    }
    if (left.count() <= 0) {
      return std::nullopt;
    }
  }
  return status_;
}

ExitStatus Child::wait() {
  return status_ ? *status_ : reap();
}

void Child::send_signal(int number) const {
  if (!status_ && pid_ > 0) {
    ::kill(-pid_, number);
  }
}

ExitStatus Child::terminate(std::chrono::milliseconds grace) {
  send_signal(SIGTERM);
  if (const auto status = wait_for(grace)) {
    return *status;
  }
  send_signal(SIGKILL);
  return wait();
}

ExitStatus Child::reap() {
  BASE_ASSERT(pid_ > 0);
  const int status = internal::reap_group(pid_);
  status_ = WIFSIGNALED(status)
                ? ExitStatus{.code = 128 + WTERMSIG(status), .signal = WTERMSIG(status)}
                : ExitStatus{.code = WEXITSTATUS(status)};
  return *status_;
}

void Child::kill_and_reap() noexcept {
  if (pid_ > 0 && !status_) {
    ::kill(-pid_, SIGKILL);
    internal::reap_group(pid_);
  }
}

}  // namespace base::process
