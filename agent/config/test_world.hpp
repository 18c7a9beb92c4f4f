#pragma once
// What tests of settings need of the world: the network, files of the host, helper containers.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/result.hpp"
#include "agent/base/http/directory.hpp"
#include "agent/base/http/mail.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace agent::config {

// Of one test. Everything that it waits for ends with it.
struct TestLimits {
  std::chrono::milliseconds time{0};  // 0: as long as it takes.
  std::stop_token stop;
};

struct HostFile {
  bool directory = false;
  std::uint32_t mode = 0;  // Permission bits.
};

struct DiskSpace {
  std::uint64_t total = 0;
  std::uint64_t available = 0;
};

struct HttpAsk {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct HttpReply {
  int status = 0;
  std::string body;
};

struct PortAsk {
  std::string protocol;  // "tcp" or "udp"
  std::string address;
  std::uint16_t port = 0;
};

struct ContainerProgram {
  std::string image;  // Empty: the helper image.
  std::optional<std::vector<std::string>> entrypoint;
  std::vector<std::string> command;
  std::vector<std::string> environment;  // "NAME=value"
  bool readonly_root = false;
};

struct ProgramOutput {
  int exit_code = 0;
  std::string text;
};

// Safe from any thread. Errors of every call: timed_out, cancelled, unavailable, invalid_input for
// what cannot be asked, and those named.
class TestWorld {
 public:
  virtual ~TestWorld() = default;

  [[nodiscard]] virtual base::WallTime now() = 0;
  // Errors: not_found.
  virtual base::Result<std::vector<std::string>> addresses_of(const std::string& host,
                                                              const TestLimits& limits) = 0;
  // Opens a connection to "host:port" and closes it.
  virtual base::Status dial(const std::string& address, const TestLimits& limits) = 0;
  // Whether somebody could listen there. Errors: conflict when it is taken.
  virtual base::Status try_port(const PortAsk& ask) = 0;
  // Errors: not_found.
  virtual base::Result<HostFile> file(const std::string& path) = 0;
  virtual base::Result<DiskSpace> disk(const std::string& directory) = 0;
  virtual base::Result<HttpReply> http(const HttpAsk& ask, const TestLimits& limits) = 0;
  // Errors: unauthorized.
  virtual base::Status sign_in_to_mail(const base::http::MailLogin& login,
                                       const TestLimits& limits) = 0;
  // Errors: unauthorized; not_found.
  virtual base::Result<std::vector<base::http::DirectoryEntry>> search_directory(
      const base::http::DirectoryQuery& query, const TestLimits& limits) = 0;
  virtual base::Result<ProgramOutput> run_container(const ContainerProgram& program,
                                                    const TestLimits& limits) = 0;
};

}  // namespace agent::config
