#pragma once

#include "agent/base/core/clock.hpp"
#include "agent/base/http/client.hpp"
#include "agent/base/process/runner.hpp"
#include "agent/config/test_world.hpp"

#include <string>

namespace agent::config {

// This machine and its network. Containers it cannot run: unavailable.
class LocalTestWorld : public TestWorld {
 public:
  // `ca_file`: PEM; trusted instead of the system's store when not empty. Clock and runner outlive
  // this.
  LocalTestWorld(const base::Clock& clock, base::process::Runner& runner, std::string ca_file = "");

  base::WallTime now() override;
  base::Result<std::vector<std::string>> addresses_of(const std::string& host,
                                                      const TestLimits& limits) override;
  base::Status dial(const std::string& address, const TestLimits& limits) override;
  base::Status try_port(const PortAsk& ask) override;
  base::Result<HostFile> file(const std::string& path) override;
  base::Result<DiskSpace> disk(const std::string& directory) override;
  base::Result<HttpReply> http(const HttpAsk& ask, const TestLimits& limits) override;
  base::Status sign_in_to_mail(const base::http::MailLogin& login,
                               const TestLimits& limits) override;
  base::Result<std::vector<base::http::DirectoryEntry>> search_directory(
      const base::http::DirectoryQuery& query, const TestLimits& limits) override;
  base::Result<ProgramOutput> run_container(const ContainerProgram& program,
                                            const TestLimits& limits) override;

 private:
  const base::Clock& clock_;
  base::process::Runner& runner_;
  std::string ca_file_;
  base::http::Client client_;
};

}  // namespace agent::config
