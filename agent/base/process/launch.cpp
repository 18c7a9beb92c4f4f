#include "agent/base/process/launch.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

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

// Boost 1.81's launcher means to close what is not on its list and leaves most of it open, so every
// descriptor but the standard ones is marked to be closed by exec. Kernels before 5.11 lack the
// call.
void close_others_on_exec() noexcept {
  if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) {
    return;
  }
  rlimit limit{};
  const int last =
      ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<int>(limit.rlim_cur) : 1024;
  for (int fd = 3; fd < last; ++fd) {
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
}

}  // namespace

Result<std::filesystem::path> find_program(const std::string& name) {
  const auto runs = [](const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos) {
    if (runs(name)) {
      return std::filesystem::path(name);
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
      variables.push_back(name + "=" + value);
    }
    return variables;
  }
  return {"PATH=" + joined_path(), "LANG=C.UTF-8", "HOME=/"};
}

int ChildSetup::operator()() const noexcept {
  if (::setpgid(0, 0) != 0) {
    return errno;
  }
  close_others_on_exec();
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  if (!directory.empty() && ::chdir(directory.c_str()) != 0) {
    return errno;
  }
  if (identity) {
    if (::setgroups(0, nullptr) != 0 ||
        ::setresgid(identity->group, identity->group, identity->group) != 0 ||
        ::setresuid(identity->user, identity->user, identity->user) != 0 ||
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
      return errno;
    }
  }
  // After the change of user, which clears it.
  if (death_signal != 0 && ::prctl(PR_SET_PDEATHSIG, death_signal) != 0) {
    return errno;
  }
  return 0;
}

}  // namespace base::process::internal
