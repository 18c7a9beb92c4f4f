#include "agent/base/process/launch.hpp"

#include "agent/base/fs/files.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace base::process::internal {
namespace {

// A fixed path rather than our own environment's: an agent that root starts from any shell finds
// the same programs as one that systemd starts.
constexpr std::array k_path{
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"};

std::string joined_path() {
  std::string text;
  for (const char* folder : k_path) {
    text += (text.empty() ? "" : ":") + std::string(folder);
  }
  return text;
}

constexpr unsigned k_cloexec_range = 1U << 2U;  // CLOSE_RANGE_CLOEXEC, since Linux 5.11.

// Marked rather than closed: the launcher reports a failed exec through a descriptor of its own.
void close_others_on_exec() noexcept {
  if (::syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, k_cloexec_range) == 0) {
    return;
  }
  static constexpr rlim_t k_most = 65'536;
  struct rlimit limit {};
  const auto end =
      ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? std::min(limit.rlim_cur, k_most) : k_most;
  for (rlim_t fd = STDERR_FILENO + 1; fd < end; ++fd) {
    ::fcntl(static_cast<int>(fd), F_SETFD, FD_CLOEXEC);
  }
}

// What we block or ignore is inherited through exec; handlers are not.
void reset_signals() noexcept {
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action {};
    if (::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) {
      static_cast<void>(::signal(number, SIG_DFL));
    }
  }
  sigset_t none;
  sigemptyset(&none);
  // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread is left after a fork.
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

int set_identity(const Identity& identity) noexcept {
  const bool done = ::setgroups(0, nullptr) == 0 &&
                    ::setresgid(identity.group, identity.group, identity.group) == 0 &&
                    ::setresuid(identity.user, identity.user, identity.user) == 0 &&
                    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  return done ? 0 : errno;
}

}  // namespace

Result<std::filesystem::path> find_program(const std::string& name) {
  const auto runs = [](const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos) {
    if (runs(name)) {
      return std::filesystem::absolute(name);  // It may start in another directory.
    }
  } else if (!name.empty()) {
    for (const char* folder : k_path) {
      if (auto path = std::filesystem::path(folder) / name; runs(path)) {
        return path;
      }
    }
  }
  return Error{ErrorCode::not_found,
               fmt::format("there is no program '{}'", name),
               fmt::format("Install it, or put it into one of {}.", joined_path()),
               "no_such_program"};
}

std::vector<std::string> environment_of(const Command& command) {
  std::vector<std::string> variables;
  if (command.environment) {
    for (const auto& [name, value] : *command.environment) {
      variables.push_back(fmt::format("{}={}", name, value));
    }
    return variables;
  }
  return {"PATH=" + joined_path(), "LANG=C.UTF-8", "HOME=/"};
}

int ChildSetup::operator()() const noexcept {
  if (::setpgid(0, 0) != 0 || ::dup2(input, STDIN_FILENO) < 0 ||
      ::dup2(output, STDOUT_FILENO) < 0 || ::dup2(errors, STDERR_FILENO) < 0) {
    return errno;
  }
  close_others_on_exec();
  reset_signals();
  if (*directory != '\0' && ::chdir(directory) != 0) {
    return errno;
  }
  if (identity) {
    if (const int failure = set_identity(*identity); failure != 0) {
      return failure;
    }
  }
  // After the change of user, which clears it.
  if (death_signal != 0) {
    if (::prctl(PR_SET_PDEATHSIG, death_signal) != 0) {
      return errno;
    }
    if (::getppid() != parent) {
      return ECHILD;
    }
  }
  return 0;
}

Result<Fd> above_standard(Fd fd) {
  if (fd.get() > STDERR_FILENO) {
    return fd;
  }
  // Happens when one of our own three is closed.
  Fd copy(::fcntl(fd.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (!copy.valid()) {
    return fs::system_error("copy a descriptor of", "a child");
  }
  return copy;
}

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fs::system_error("make a pipe for", "a child");
  }
  Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  BASE_TRY_ASSIGN(auto moved_read_end, above_standard(std::move(read_end)));
  BASE_TRY_ASSIGN(auto moved_write_end, above_standard(std::move(write_end)));
  return Pipe{.read_end = std::move(moved_read_end), .write_end = std::move(moved_write_end)};
}

int reap_group(pid_t leader) noexcept {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(leader), &info, WEXITED | WNOWAIT) != 0 &&
         errno == EINTR) {
  }
  ::kill(-leader, SIGKILL);
  int status = 0;
  while (::waitpid(leader, &status, 0) < 0) {
    if (errno != EINTR) {
      return W_EXITCODE(127, 0);  // Somebody else reaped it: SIGCHLD is ignored in this process.
    }
  }
  return status;
}

}  // namespace base::process::internal
