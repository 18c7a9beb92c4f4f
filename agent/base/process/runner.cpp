#include "agent/base/process/runner.hpp"

#include "agent/base/process/launch.hpp"

#include <boost/asio/connect_pipe.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/writable_pipe.hpp>
#include <boost/asio/write.hpp>
#include <boost/process/v2/environment.hpp>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/stdio.hpp>
#include <fmt/format.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>

namespace base::process {
namespace {

namespace asio = boost::asio;
namespace process = boost::process::v2;
using boost::system::error_code;

constexpr std::chrono::seconds k_grace{2};

// Hooks that Boost.Process calls in the child between fork and exec.
struct Initializer {
  internal::ChildSetup setup;

  template <typename Launcher>
  error_code on_exec_setup(Launcher& /*launcher*/,
                           const process::filesystem::path& /*executable*/,
                           const char* const*(&/*argv*/)) const {
    return {setup(), boost::system::system_category()};
  }

  // The library would call exit(), which runs the parent's exit handlers in the child.
  template <typename Launcher>
  void on_exec_error(Launcher& /*launcher*/,
                     const process::filesystem::path& /*executable*/,
                     const char* const*(&/*argv*/),
                     const error_code& /*error*/) const {
    ::_exit(127);
  }
};

// Reads one stream to its end and keeps the last `limit` bytes.
class Collector {
 public:
  Collector(asio::readable_pipe& pipe, std::size_t limit) : pipe_(pipe), limit_(limit) {}

  void start() {
    pipe_.async_read_some(asio::buffer(buffer_), [this](error_code error, std::size_t size) {
      text_.append(buffer_.data(), size);
      // Twice the limit, so that the front is cut off seldom and not at each read.
      if (text_.size() > 2 * limit_) {
        text_.erase(0, text_.size() - limit_);
      }
      if (!error) {
        start();
      }
    });
  }

  std::string take() {
    if (text_.size() > limit_) {
      text_.erase(0, text_.size() - limit_);
    }
    return std::move(text_);
  }

 private:
  asio::readable_pipe& pipe_;
  std::size_t limit_;
  std::array<char, 16 * 1024> buffer_{};
  std::string text_;
};

// One run of one program. Everything happens on the caller's thread, inside `context`.
class Run {
 public:
  explicit Run(const Command& command)
      : command_(command), output_(out_, command.max_output), errors_(err_, command.max_output) {}

  Result<Completed> execute() {
    BASE_TRY(launch());
    output_.start();
    errors_.start();
    feed();
    wait_for_end();
    arm_deadline();
    const std::stop_callback cancel(
        command_.stop, [this] { asio::post(context_, [this] { end(ErrorCode::cancelled); }); });
    context_.run();
    // Grandchildren that were left behind hold no pipe of ours any more, but would live on.
    ::kill(-pid_, SIGKILL);
    if (ended_) {
      return Error{
          *ended_,
          fmt::format("'{}' {}",
                      command_.argv.front(),
                      *ended_ == ErrorCode::timed_out
                          ? fmt::format("did not end within {} ms", command_.timeout.count())
                          : std::string("was cancelled"))};
    }
    return Completed{
        .exit_code = exit_code_, .stdout_data = output_.take(), .stderr_data = errors_.take()};
  }

 private:
  Status launch() {
    BASE_ASSERT(!command_.argv.empty());
    BASE_TRY_ASSIGN(const auto program, internal::find_program(command_.argv.front()));
    const std::vector<std::string> arguments(command_.argv.begin() + 1, command_.argv.end());
    const auto variables = internal::environment_of(command_);
    error_code error;
    process_.emplace(process::default_process_launcher()(
        context_.get_executor(),
        error,
        process::filesystem::path(program.string()),
        arguments,
        process::process_environment(variables),
        process::process_stdio{in_, out_, err_},
        Initializer{{.identity = command_.identity, .directory = command_.directory.string()}}));
    if (error) {
      return Error{ErrorCode::io, fmt::format("start '{}': {}", program.string(), error.message())};
    }
    pid_ = process_->id();
    return ok();
  }

  void feed() {
    asio::async_write(in_, asio::buffer(command_.stdin_data), [this](error_code, std::size_t) {
      error_code ignored;
      in_.close(ignored);
    });
  }

  void wait_for_end() {
    process_->async_wait([this](error_code error, int /*evaluated*/) {
      // The number that the library hands over no longer tells an exit code from a signal.
      const int status = process_->native_exit_code();
      exit_code_ = error ? 127 : WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
      deadline_.cancel();
      error_code ignored;
      in_.close(ignored);
      // A grandchild may hold the pipes open for ever; what the program itself wrote is there.
      ::kill(-pid_, SIGKILL);
    });
  }

  void arm_deadline() {
    deadline_.expires_after(command_.timeout);
    deadline_.async_wait([this](error_code error) {
      if (!error) {
        end(ErrorCode::timed_out);
      }
    });
  }

  void end(ErrorCode why) {
    if (ended_ || !process_->running(ignored_)) {
      return;
    }
    ended_ = why;
    ::kill(-pid_, SIGTERM);
    deadline_.expires_after(k_grace);
    deadline_.async_wait([this](error_code error) {
      if (!error) {
        ::kill(-pid_, SIGKILL);
      }
    });
  }

  const Command& command_;
  asio::io_context context_{1};
  asio::writable_pipe in_{context_};
  asio::readable_pipe out_{context_};
  asio::readable_pipe err_{context_};
  asio::steady_timer deadline_{context_};
  Collector output_;
  Collector errors_;
  std::optional<process::process> process_;
  error_code ignored_;
  pid_t pid_ = -1;
  int exit_code_ = 0;
  std::optional<ErrorCode> ended_;
};

}  // namespace

Result<Completed> SystemRunner::run(const Command& command) {
  try {
    return Run(command).execute();
  } catch (const std::exception& exception) {
    return Error{ErrorCode::io,
                 fmt::format("run '{}': {}", command.argv.front(), exception.what())};
  }
}

}  // namespace base::process
