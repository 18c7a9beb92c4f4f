#pragma once

#include "agent/base/core/result.hpp"
#include "agent/docker/call.hpp"

#include <map>
#include <string>
#include <vector>

namespace agent::docker {

struct VolumeSpec {
  std::string name;
  std::string driver = "local";
  std::map<std::string, std::string> options;
  std::map<std::string, std::string> labels;
};

struct VolumeDetails {
  std::string name;
  std::string driver;
  std::string mountpoint;  // On the engine's host.
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> options;
};

// Safe from any thread. Errors as for Containers.
class Volumes {
 public:
  virtual ~Volumes() = default;

  // One of that name that exists is returned as it is, its labels and options unchanged.
  virtual base::Result<VolumeDetails> create_volume(const VolumeSpec& spec, const Call& call) = 0;
  virtual base::Result<VolumeDetails> inspect_volume(const std::string& name, const Call& call) = 0;
  virtual base::Result<std::vector<VolumeDetails>> list_volumes(
      const std::vector<std::string>& labels, const Call& call) = 0;
  // Error conflict while a container, running or not, has it.
  virtual base::Status remove_volume(const std::string& name, const Call& call) = 0;
};

}  // namespace agent::docker
