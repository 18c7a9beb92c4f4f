#pragma once
// What commands and tests of a manifest need of this machine and its engine.

#include "agent/base/crypto/certificate.hpp"
#include "agent/base/crypto/sealing.hpp"
#include "agent/base/http/client.hpp"
#include "agent/config/command.hpp"
#include "agent/config/local_test_world.hpp"
#include "agent/docker/containers.hpp"
#include "agent/render/host_facts.hpp"

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace agent::daemon {

// The authority that signs certificates of `cert`: made when it is first needed, kept sealed in a
// file, and the same from then on, so that whoever trusts it trusts later certificates too.
class InstallationAuthority {
 public:
  // `key` outlives this.
  InstallationAuthority(std::filesystem::path file, const base::crypto::SealingKey& key)
      : file_(std::move(file)), key_(key) {}

  // Errors: those of reading and writing files; forbidden when the key does not open it.
  base::Result<base::crypto::Certificate> get();

 private:
  std::filesystem::path file_;
  const base::crypto::SealingKey& key_;
  std::mutex making_;
};

// Runs programs in containers of their own, without mounts, that are gone afterwards.
class HelperContainers {
 public:
  // `image`: for programs that name none. `owner` tells the containers of this agent from those of
  // another one at the same engine. `containers` outlives this.
  HelperContainers(docker::Containers& containers, std::string image, std::string owner)
      : containers_(containers), image_(std::move(image)), owner_(std::move(owner)) {}

  // Standard output, at most 1 MiB. Errors: not_found when the engine does not have the image;
  // timed_out, cancelled; the engine's.
  base::Result<config::ProgramOutput> run(const config::ContainerProgram& program,
                                          const config::TestLimits& limits);

 private:
  void remove_leftovers();
  void remove(const std::string& id);

  docker::Containers& containers_;
  std::string image_;
  std::string owner_;
  std::once_flag swept_;
};

class AgentCommandWorld final : public config::CommandWorld {
 public:
  // `facts`: this host's, for the address of a certificate that names none. `address_service`: a
  // URL that answers with the address of who asks; empty: there is none. The others outlive this.
  AgentCommandWorld(InstallationAuthority& authority,
                    HelperContainers& helpers,
                    std::function<render::HostFacts()> facts,
                    std::string address_service)
      : authority_(authority),
        helpers_(helpers),
        facts_(std::move(facts)),
        address_service_(std::move(address_service)) {}

  std::string random_text(std::string_view alphabet, std::size_t count) override;
  base::Result<config::CertificateFiles> certificate(
      const std::vector<std::string>& names, const std::vector<std::string>& addresses) override;
  base::Result<std::string> public_address() override;
  base::Result<std::string> run_raw(const config::RawCommand& command) override;

 private:
  InstallationAuthority& authority_;
  HelperContainers& helpers_;
  std::function<render::HostFacts()> facts_;
  std::string address_service_;
  base::http::Client client_;
};

class AgentTestWorld final : public config::LocalTestWorld {
 public:
  AgentTestWorld(const base::Clock& clock, base::process::Runner& runner, HelperContainers& helpers)
      : LocalTestWorld(clock, runner), helpers_(helpers) {}

  base::Result<config::ProgramOutput> run_container(const config::ContainerProgram& program,
                                                    const config::TestLimits& limits) override {
    return helpers_.run(program, limits);
  }

 private:
  HelperContainers& helpers_;
};

}  // namespace agent::daemon
