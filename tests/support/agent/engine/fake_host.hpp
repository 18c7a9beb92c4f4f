#pragma once

#include "agent/engine/checks.hpp"

#include <map>
#include <string>

namespace agent::engine {

// A host with endless disks and free ports, but for what a test says.
class FakeHost final : public HostFacts {
 public:
  std::optional<PortHolder> port_holder(const std::string& /*address*/,
                                        std::uint16_t port,
                                        docker::Protocol /*protocol*/) override {
    const auto found = taken.find(port);
    return found == taken.end() ? std::nullopt : std::optional(PortHolder{found->second});
  }
  std::optional<std::uint64_t> free_bytes(const std::filesystem::path& path) override {
    const auto found = free.find(path.string());
    return found == free.end() ? std::nullopt : std::optional(found->second);
  }

  std::map<std::uint16_t, std::string> taken;
  std::map<std::string, std::uint64_t> free;
};

}  // namespace agent::engine
