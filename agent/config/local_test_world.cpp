#include "agent/config/local_test_world.hpp"

#include "agent/base/core/scope_exit.hpp"
#include "agent/base/fs/files.hpp"
#include "agent/base/http/socket_address.hpp"

#include <fmt/format.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace agent::config {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using base::Status;

base::http::SessionLimits session_limits(const TestLimits& limits, const std::string& ca_file) {
  return {.deadline = limits.time, .stop = limits.stop, .ca_file = ca_file};
}

// `getent` prints an address and more on each line.
std::vector<std::string> first_words(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, end - at);
    auto word = line.substr(0, line.find(' '));
    if (!word.empty() && (words.empty() || words.back() != word)) {
      words.push_back(std::move(word));
    }
    at = end + 1;
  }
  return words;
}

}  // namespace

LocalTestWorld::LocalTestWorld(const base::Clock& clock,
                               base::process::Runner& runner,
                               std::string ca_file)
    : clock_(clock),
      runner_(runner),
      ca_file_(std::move(ca_file)),
      client_({.ca_file = ca_file_}) {}

base::WallTime LocalTestWorld::now() {
  return clock_.wall_time();
}

// A program of its own: the C library's look-up can take half a minute and cannot be called off.
Result<std::vector<std::string>> LocalTestWorld::addresses_of(const std::string& host,
                                                              const TestLimits& limits) {
  if (host.starts_with('-') ||
      host.find_first_of(std::string_view(" \t\n\0", 4)) != std::string::npos) {
    return Error{ErrorCode::not_found, fmt::format("'{}' is no host name", host)};
  }
  base::process::Command command{.argv = {"getent", "ahosts", host}, .stop = limits.stop};
  if (limits.time.count() > 0) {
    command.timeout = limits.time;
  }
  BASE_TRY_ASSIGN(const auto completed, runner_.run(command));
  auto addresses = first_words(completed.stdout_data);
  if (completed.exit_code != 0 || addresses.empty()) {
    return Error{ErrorCode::not_found, fmt::format("{} has no address", host)};
  }
  return addresses;
}

Status LocalTestWorld::dial(const std::string& address, const TestLimits& limits) {
  return base::http::try_connection(address, session_limits(limits, ca_file_));
}

Status LocalTestWorld::try_port(const PortAsk& ask) {
  const auto address = base::http::socket_address(ask.address, ask.port);
  if (!address || (ask.protocol != "tcp" && ask.protocol != "udp")) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("{} {} is no address to listen on", ask.protocol, ask.address)};
  }
  const int kind = ask.protocol == "udp" ? SOCK_DGRAM : SOCK_STREAM;
  const int socket = ::socket(address->storage.ss_family, kind | SOCK_CLOEXEC, 0);
  if (socket < 0) {
    return Error{ErrorCode::io,
                 fmt::format("no socket: {}", std::generic_category().message(errno))};
  }
  const base::ScopeExit close([&] { ::close(socket); });
  // As servers do it: what has just ended does not count.
  const int yes = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const auto* where = reinterpret_cast<const sockaddr*>(&address->storage);  // NOLINT
  const bool bound =
      ::bind(socket, where, address->size) == 0 && (kind == SOCK_DGRAM || ::listen(socket, 1) == 0);
  if (!bound) {
    return Error{
        errno == EADDRINUSE ? ErrorCode::conflict : ErrorCode::io,
        fmt::format(
            "port {} on {}: {}", ask.port, ask.address, std::generic_category().message(errno)),
        "Choose another port, or stop what listens there."};
  }
  return base::ok();
}

Result<HostFile> LocalTestWorld::file(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) {
    return base::fs::system_error("stat", path);
  }
  return HostFile{.directory = S_ISDIR(facts.st_mode), .mode = facts.st_mode & 07777U};
}

Result<DiskSpace> LocalTestWorld::disk(const std::string& directory) {
  struct statvfs facts {};
  if (::statvfs(directory.c_str(), &facts) != 0) {
    return base::fs::system_error("statvfs", directory);
  }
  return DiskSpace{.total = facts.f_blocks * facts.f_frsize,
                   .available = facts.f_bavail * facts.f_frsize};
}

Result<HttpReply> LocalTestWorld::http(const HttpAsk& ask, const TestLimits& limits) {
  base::http::ClientRequest request{.method = ask.method,
                                    .url = ask.url,
                                    .headers = ask.headers,
                                    .body = ask.body,
                                    .deadline = limits.time,
                                    .stop = limits.stop,
                                    .max_body = std::size_t{1} << 20U};
  BASE_TRY_ASSIGN(auto response, client_.send(request));
  return HttpReply{.status = response.status, .body = std::move(response.body)};
}

Status LocalTestWorld::sign_in_to_mail(const base::http::MailLogin& login,
                                       const TestLimits& limits) {
  return base::http::sign_in_to_mail(login, session_limits(limits, ca_file_));
}

Result<std::vector<base::http::DirectoryEntry>> LocalTestWorld::search_directory(
    const base::http::DirectoryQuery& query, const TestLimits& limits) {
  return base::http::search_directory(query, session_limits(limits, ca_file_));
}

Result<ProgramOutput> LocalTestWorld::run_container(const ContainerProgram& /*program*/,
                                                    const TestLimits& /*limits*/) {
  return Error{ErrorCode::unavailable, "there is no engine to run this with"};
}

}  // namespace agent::config
