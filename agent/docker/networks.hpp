#pragma once

#include "agent/base/core/result.hpp"
#include "agent/docker/call.hpp"
#include "agent/docker/container_spec.hpp"

#include <map>
#include <string>
#include <vector>

namespace agent::docker {

struct NetworkSpec {
  std::string name;
  std::string driver = "bridge";
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> options;
  std::string subnet;  // CIDR; empty: from the engine's pool.
  bool internal = false;
};

struct NetworkMember {
  std::string container_id;
  std::string name;
  std::string ipv4;  // CIDR.
};

struct NetworkDetails {
  std::string id;
  std::string name;  // Not unique: identify a network by its id and labels.
  std::string driver;
  std::map<std::string, std::string> labels;
  bool internal = false;
  std::vector<std::string> subnets;
  std::vector<NetworkMember> members;  // Of inspect only.
};

// `network` is a name or an id. Safe from any thread. Errors as for Containers.
class Networks {
 public:
  virtual ~Networks() = default;

  // Returns the id. Error conflict when one of that name exists.
  virtual base::Result<std::string> create_network(const NetworkSpec& spec, const Call& call) = 0;
  virtual base::Result<NetworkDetails> inspect_network(const std::string& network,
                                                       const Call& call) = 0;
  virtual base::Result<std::vector<NetworkDetails>> list_networks(
      const std::vector<std::string>& labels, const Call& call) = 0;
  // `attachment.network` names the network. Error forbidden or conflict when connected already.
  virtual base::Status connect_network(const std::string& container,
                                       const NetworkAttachment& attachment,
                                       const Call& call) = 0;
  virtual base::Status disconnect_network(const std::string& container,
                                          const std::string& network,
                                          const Call& call) = 0;
  // Error conflict or forbidden while it has members.
  virtual base::Status remove_network(const std::string& network, const Call& call) = 0;
};

}  // namespace agent::docker
