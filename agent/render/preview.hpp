#pragma once
// Rendering to look at, on no host in particular: the same document gives the same bytes anywhere.

#include "agent/base/core/result.hpp"
#include "agent/config/command.hpp"
#include "agent/render/deployment.hpp"
#include "agent/render/host_facts.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace agent::render {

struct PreviewFacts {
  HostFacts host;
  ReleaseFacts release;
};

// A host with addresses that are reserved for documentation, at the first second of 2000.
PreviewFacts default_facts();

// Those of `text`, a JSON object, over the default ones:
//   private_address public_address docker_address  text
//   interfaces docker_info console_settings        objects of texts, in place of the default ones
//   assumed_port                                   of every host port that Docker would choose
//   offline                                        true or false
//   now                                            "2030-01-31T00:00:00Z"
//   release  app_id release_date install_date channel, texts; sequence current_sequence
//            first_sequence, whole numbers
// Errors: invalid_input, also for an unknown key.
base::Result<PreviewFacts> facts_from_json(std::string_view text);

// Gives stable placeholders for what commands would make: texts of the length and the characters
// asked for, a certificate that is none, the public address of the facts. Knows no `raw`.
class PreviewWorld final : public config::CommandWorld {
 public:
  explicit PreviewWorld(const HostFacts& facts) : facts_(facts) {}

  std::string random_text(std::string_view alphabet, std::size_t count) override;
  base::Result<config::CertificateFiles> certificate(
      const std::vector<std::string>& names, const std::vector<std::string>& addresses) override;
  base::Result<std::string> public_address() override;
  base::Result<std::string> run_raw(const config::RawCommand& command) override;

 private:
  const HostFacts& facts_;
  std::size_t texts_ = 0;
};

// What would run: the deployment and, under `order`, how it starts. Keys sorted, two spaces, a
// newline at the end.
std::string preview_json(const Deployment& deployment);

}  // namespace agent::render
