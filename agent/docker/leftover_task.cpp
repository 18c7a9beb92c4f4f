#include "agent/docker/leftover_task.hpp"

#include "agent/base/fs/fd.hpp"
#include "agent/base/fs/files.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace agent::docker {
namespace {

namespace stdfs = std::filesystem;

constexpr std::size_t k_longest_command_line = std::size_t{64} << 10U;

std::vector<std::string> command_line(const stdfs::path& process) {
  std::vector<std::string> words;
  const auto text = base::fs::read_file(process / "cmdline", k_longest_command_line);
  if (!text) {
    return words;
  }
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto end = rest.find('\0');
    words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return words;
}

bool belongs_to_root(const stdfs::path& process) {
  struct stat status {};
  return ::stat(process.c_str(), &status) == 0 && status.st_uid == 0;
}

// "/usr/bin/containerd-shim-runc-v2 -namespace moby -id ID -address …"
bool is_shim_of(const stdfs::path& process, std::string_view container) {
  const auto words = command_line(process);
  if (words.empty() || !belongs_to_root(process) ||
      !stdfs::path(words[0]).filename().string().starts_with("containerd-shim")) {
    return false;
  }
  const auto option = std::find(words.begin(), words.end(), "-id");
  return option != words.end() && option + 1 != words.end() && *(option + 1) == container;
}

std::optional<pid_t> pid_of(const stdfs::path& process) {
  const auto name = process.filename().string();
  pid_t pid = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), pid);
  return read.ec == std::errc() && read.ptr == name.data() + name.size() ? std::optional(pid)
                                                                         : std::nullopt;
}

}  // namespace

base::Status end_leftover_task(std::string_view container, const stdfs::path& proc) {
  std::error_code failure;
  for (stdfs::directory_iterator entry(proc, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const auto pid = pid_of(entry->path());
    if (!pid || !is_shim_of(entry->path(), container)) {
      continue;
    }
    const base::Fd process(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
    // Looked at again: until the descriptor was open the number could pass to another process.
    if (!process.valid() || !is_shim_of(entry->path(), container)) {
      continue;
    }
    if (::syscall(SYS_pidfd_send_signal, process.get(), SIGKILL, nullptr, 0) != 0) {
      return base::fs::system_error("kill", entry->path());
    }
    return base::ok();
  }
  return base::Error{base::ErrorCode::not_found,
                     fmt::format("no shim holds a task of container {:.12}", container)};
}

}  // namespace agent::docker
