#include "agent/base/crypto/digest.hpp"
#include "agent/engine/comparison.hpp"
#include "agent/engine/observation.hpp"

#include <fmt/format.h>

namespace agent::engine {
namespace {

// Each part with its length, so that no two observations give the same text.
class Text {
 public:
  Text& operator<<(std::string_view part) {
    text_ += fmt::format("{}:", part.size());
    text_ += part;
    return *this;
  }
  [[nodiscard]] const std::string& get() const { return text_; }

 private:
  std::string text_;
};

void add(Text& text, const ObservedContainer& container) {
  const auto& details = container.details;
  text << "container" << details.id << details.name << details.image_id << container.key
       << container.spec_hash << container.role;
  text << fmt::format("{} {}", static_cast<int>(details.restart.kind), details.restart.max_retries);
  // Docker's own restarts move a container between running and restarting. How a container ended
  // matters for a job.
  const bool occupied = occupies(details.status);
  const bool paused = details.status == docker::ContainerStatus::paused;
  text << (paused ? "paused" : occupied ? "running" : docker::name_of(details.status));
  text << fmt::format("{}", occupied ? 0 : details.exit_code);
  for (const auto& [name, endpoint] : details.networks) {
    text << name << endpoint.network_id;
  }
}

}  // namespace

std::string fingerprint(const Observation& observation) {
  Text text;
  text << observation.app;
  for (const auto& container : observation.containers) {
    add(text, container);
  }
  for (const auto& network : observation.networks) {
    text << "network" << network.id << network.name;
  }
  for (const auto& volume : observation.volumes) {
    text << "volume" << volume.name
         << (observation.complete.contains(volume.name) ? "complete" : "");
  }
  for (const auto& [reference, id] : observation.images) {
    text << "image" << reference << id;
  }
  for (const auto& directory : observation.directories) {
    text << "directory" << directory;
  }
  return base::crypto::sha256_hex(text.get());
}

}  // namespace agent::engine
