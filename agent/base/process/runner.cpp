#include "agent/base/process/runner.hpp"

#include "agent/base/core/scope_exit.hpp"
#include "agent/base/fs/files.hpp"
#include "agent/base/process/launch.hpp"
#include "agent/base/process/output.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <utility>

namespace base::process {
namespace {

using internal::Output;
using std::chrono::steady_clock;

constexpr std::chrono::seconds k_grace{2};

// Writes without the SIGPIPE that a child brings upon us by not reading: it is held back in this
// thread alone and taken away if it came. Returns what write() does.
ssize_t write_quietly(int fd, std::string_view bytes) {
  sigset_t pipe_signal;
  sigset_t before;
  sigset_t pending;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  sigemptyset(&pending);
  ::sigpending(&pending);
  const bool was_pending = sigismember(&pending, SIGPIPE) == 1;
  ::pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  const auto written = ::write(fd, bytes.data(), bytes.size());
  const int number = errno;
  if (written < 0 && number == EPIPE && !was_pending) {
    const timespec none{};
    while (::sigtimedwait(&pipe_signal, nullptr, &none) < 0 && errno == EINTR) {
    }
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = number;
  return written;
}

std::function<void(std::string_view)> lines_of(const Command& command, Stream stream) {
  if (!command.on_line) {
    return {};
  }
  return [&command, stream](std::string_view line) { command.on_line(stream, line); };
}

// One run of one program, all on the caller's thread.
class Run {
 public:
  Run(const Command& command, internal::Spawned spawned, Fd input, Output output, Output errors)
      : command_(command),
        spawned_(std::move(spawned)),
        input_(std::move(input)),
        unwritten_(command.stdin_data),
        output_(std::move(output)),
        errors_(std::move(errors)),
        deadline_(steady_clock::now() + command.timeout) {
    ::fcntl(input_.get(), F_SETFL, O_NONBLOCK);
    feed();
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  Run(Run&&) = delete;
  Run& operator=(Run&&) = delete;
  ~Run() {
    if (!reaped_) {
      ::kill(-spawned_.pid, SIGKILL);
      internal::reap_group(spawned_.pid);
    }
  }

  Result<Completed> to_completion() {
    const Fd stop_event(::eventfd(0, EFD_CLOEXEC));
    if (!stop_event.valid()) {
      return fs::system_error("make an event for", command_.argv.front());
    }
    const std::stop_callback on_stop(command_.stop, [&] { ::eventfd_write(stop_event.get(), 1); });
    while (!step(stop_event.get())) {
    }
    const int status = internal::reap_group(spawned_.pid);
    reaped_ = true;
    // What the program itself wrote is in the pipes. Their end may never come: a descendant that
    // left the group can hold them open.
    output_.read_available();
    errors_.read_available();
    auto output = output_.finish();
    auto errors = errors_.finish();
    if (ended_) {
      return failure();
    }
    return Completed{
        .exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
        .stdout_data = std::move(output),
        .stderr_data = std::move(errors)};
  }

 private:
  // Waits for the next thing to happen and handles it; true when the program has ended.
  bool step(int stop_event) {
    const int stop_or_none = ended_ ? -1 : stop_event;
    std::array<pollfd, 5> watched{{{.fd = spawned_.exit_descriptor.get(), .events = POLLIN},
                                   {.fd = output_.descriptor(), .events = POLLIN},
                                   {.fd = errors_.descriptor(), .events = POLLIN},
                                   {.fd = input_.get(), .events = POLLOUT},
                                   {.fd = stop_or_none, .events = POLLIN}}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - steady_clock::now());
    static constexpr std::int64_t k_longest_wait = 3'600'000;
    const auto wait = std::clamp<std::int64_t>(left.count(), 0, k_longest_wait);
    ::poll(watched.data(), watched.size(), killed_ ? -1 : static_cast<int>(wait));
    output_.read_available();
    errors_.read_available();
    if (watched[3].revents != 0) {
      feed();
    }
    if (watched[0].revents != 0) {
      return true;
    }
    if (watched[4].revents != 0) {
      end(ErrorCode::cancelled);
    } else if (steady_clock::now() >= deadline_) {
      end(ErrorCode::timed_out);
    }
    return false;
  }

  void feed() {
    while (input_.valid() && !unwritten_.empty()) {
      const auto written = write_quietly(input_.get(), unwritten_);
      if (written >= 0) {
        unwritten_.remove_prefix(static_cast<std::size_t>(written));
      } else if (errno == EAGAIN) {
        return;
      } else if (errno != EINTR) {
        unwritten_ = {};
      }
    }
    input_.reset();
  }

  // The first call asks the program to end, the second makes it.
  void end(ErrorCode why) {
    if (killed_) {
      return;
    }
    killed_ = ended_.has_value();
    ::kill(-spawned_.pid, killed_ ? SIGKILL : SIGTERM);
    ended_ = ended_.value_or(why);
    deadline_ = steady_clock::now() + k_grace;
  }

  [[nodiscard]] Error failure() const {
    if (*ended_ == ErrorCode::cancelled) {
      return {*ended_, fmt::format("'{}' was cancelled", command_.argv.front())};
    }
    return {*ended_,
            fmt::format(
                "'{}' did not end within {} ms", command_.argv.front(), command_.timeout.count())};
  }

  const Command& command_;
  internal::Spawned spawned_;
  Fd input_;
  std::string_view unwritten_;
  Output output_;
  Output errors_;
  steady_clock::time_point deadline_;
  std::optional<ErrorCode> ended_;  // Why we ended it.
  bool killed_ = false;
  bool reaped_ = false;
};

}  // namespace

Result<Completed> SystemRunner::run(const Command& command) {
  BASE_TRY_ASSIGN(auto input, internal::make_pipe());
  BASE_TRY_ASSIGN(auto output, internal::make_pipe());
  BASE_TRY_ASSIGN(auto errors, internal::make_pipe());
  BASE_TRY_ASSIGN(auto spawned,
                  internal::spawn(command,
                                  {.input = input.read_end.get(),
                                   .output = output.write_end.get(),
                                   .errors = errors.write_end.get()}));
  input.read_end.reset();
  output.write_end.reset();
  errors.write_end.reset();
  Run run(command,
          std::move(spawned),
          std::move(input.write_end),
          Output(std::move(output.read_end),
                 command.max_output,
                 lines_of(command, Stream::standard_output)),
          Output(std::move(errors.read_end),
                 command.max_output,
                 lines_of(command, Stream::standard_error)));
  return run.to_completion();
}

}  // namespace base::process
