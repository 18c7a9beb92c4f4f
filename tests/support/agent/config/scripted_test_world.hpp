#pragma once

#include "agent/config/test_world.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tests {

// Answers what a test put into it; everything else cannot be reached.
class ScriptedTestWorld final : public agent::config::TestWorld {
 public:
  base::WallTime now() override { return time; }
  base::Result<std::vector<std::string>> addresses_of(
      const std::string& host, const agent::config::TestLimits& limits) override {
    seen_limits = limits;
    const auto found = hosts.find(host);
    if (found == hosts.end()) {
      return base::Error{base::ErrorCode::not_found, "no such host"};
    }
    return std::vector{found->second};
  }
  base::Status dial(const std::string& address,
                    const agent::config::TestLimits& /*limits*/) override {
    return address == reachable ? base::ok() : base::Status(nobody());
  }
  base::Status try_port(const agent::config::PortAsk& ask) override {
    return ask.port == taken ? base::Status(base::Error{base::ErrorCode::conflict, "taken"})
                             : base::ok();
  }
  base::Result<agent::config::HostFile> file(const std::string& path) override {
    const auto found = files.find(path);
    if (found == files.end()) {
      return base::Error{base::ErrorCode::not_found, "no such file"};
    }
    return agent::config::HostFile{.mode = found->second};
  }
  base::Result<agent::config::DiskSpace> disk(const std::string& /*directory*/) override {
    return agent::config::DiskSpace{.total = 1000, .available = 400};
  }
  base::Result<agent::config::HttpReply> http(
      const agent::config::HttpAsk& ask, const agent::config::TestLimits& /*limits*/) override {
    asked.push_back(ask);
    if (!reply) {
      return nobody();
    }
    return *reply;
  }
  base::Status sign_in_to_mail(const base::http::MailLogin& login,
                               const agent::config::TestLimits& /*limits*/) override {
    return login.password.reveal() == "right"
               ? base::ok()
               : base::Status(base::Error{base::ErrorCode::unauthorized,
                                          "refused " + login.password.reveal()});
  }
  base::Result<std::vector<base::http::DirectoryEntry>> search_directory(
      const base::http::DirectoryQuery& query,
      const agent::config::TestLimits& /*limits*/) override {
    searched.push_back(query);
    return directory ? directory(query)
                     : base::Result<std::vector<base::http::DirectoryEntry>>(nobody());
  }
  base::Result<agent::config::ProgramOutput> run_container(
      const agent::config::ContainerProgram& program,
      const agent::config::TestLimits& /*limits*/) override {
    ran.push_back(program);
    return output;
  }

  base::WallTime time{};
  std::map<std::string, std::string> hosts;
  std::map<std::string, std::uint32_t> files;
  std::string reachable;
  std::uint16_t taken = 0;
  std::optional<agent::config::HttpReply> reply;
  std::function<base::Result<std::vector<base::http::DirectoryEntry>>(
      const base::http::DirectoryQuery&)>
      directory;
  agent::config::ProgramOutput output;
  std::vector<agent::config::HttpAsk> asked;
  std::vector<base::http::DirectoryQuery> searched;
  std::vector<agent::config::ContainerProgram> ran;
  agent::config::TestLimits seen_limits;

 private:
  static base::Error nobody() { return {base::ErrorCode::unavailable, "nobody listens there"}; }
};

}  // namespace tests
