// The one file with Boost.Process: its launcher forks, tells us when exec fails, and hands over the
// process. Descriptors, groups and rights are set in the hook that it calls in the child.

#include "agent/base/core/errno_code.hpp"
#include "agent/base/process/launch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/process/v2/environment.hpp>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/process.hpp>
#include <fmt/format.h>

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <exception>
#include <utility>

namespace base::process::internal {
namespace {

namespace library = boost::process::v2;
using boost::system::error_code;

struct Hooks {
  ChildSetup setup;

  template <typename Launcher>
  error_code on_exec_setup(Launcher& /*launcher*/,
                           const library::filesystem::path& /*executable*/,
                           const char* const*(&/*argv*/)) const {
    const int failure = setup();
    errno = failure;  // The launcher reports errno, not what this returns.
    return {failure, boost::system::system_category()};
  }

  // Left alone, the launcher would call exit() in the child and so run the exit handlers of the
  // parent: a second time, on files and sockets that both share. It looks for a hook with five
  // arguments and then calls one with four, so there are both.
  template <typename Launcher>
  void on_exec_error(Launcher& /*launcher*/,
                     const library::filesystem::path& /*executable*/,
                     const char* const*(&/*argv*/),
                     const error_code& /*error*/) const {
    ::_exit(127);
  }
  template <typename Launcher>
  void on_exec_error(Launcher& launcher,
                     const error_code& /*error*/,
                     const library::filesystem::path& executable,
                     const char* const*(&argv),
                     const error_code& error) const {
    on_exec_error(launcher, executable, argv, error);
  }
};

// The process outlives the library's owner of it, which would kill it otherwise.
pid_t start(const std::filesystem::path& program,
            const std::vector<std::string>& arguments,
            const std::vector<std::string>& variables,
            ChildSetup setup,
            error_code& error) {
  boost::asio::io_context context(1);
  library::posix::default_launcher launcher;
  auto process = launcher(context.get_executor(),
                          error,
                          library::filesystem::path(program.string()),
                          arguments,
                          library::process_environment(variables),
                          Hooks{setup});
  if (error) {
    // The launcher leaves the failed child as a zombie.
    while (launcher.pid > 0 && ::waitpid(launcher.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return -1;
  }
  const pid_t pid = process.id();
  process.detach();
  return pid;
}

}  // namespace

Result<Spawned> spawn(const Command& command, ChildSetup setup) {
  BASE_ASSERT(!command.argv.empty());
  BASE_TRY_ASSIGN(const auto program, find_program(command.argv.front()));
  setup.identity = command.identity;
  setup.directory = command.directory.c_str();
  setup.parent = ::getpid();
  error_code error;
  pid_t pid = -1;
  try {
    pid = start(program,
                {command.argv.begin() + 1, command.argv.end()},
                environment_of(command),
                setup,
                error);
  } catch (const std::exception& exception) {
    return Error{ErrorCode::io, fmt::format("start '{}': {}", program.string(), exception.what())};
  }
  if (error) {
    const auto where = command.directory.empty()
                           ? std::string()
                           : fmt::format(" in {}", command.directory.string());
    return Error{code_of_errno(error.value()),
                 fmt::format("start '{}'{}: {}", program.string(), where, error.message())};
  }
  Fd exit_descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!exit_descriptor.valid()) {
    const int number = errno;
    ::kill(-pid, SIGKILL);
    reap_group(pid);
    return Error{ErrorCode::io,
                 fmt::format("watch '{}': {}",
                             program.string(),
                             error_code(number, boost::system::system_category()).message()),
                 "This needs Linux 5.3 or later."};
  }
  return Spawned{.pid = pid, .exit_descriptor = std::move(exit_descriptor)};
}

}  // namespace base::process::internal
