#pragma once
// Signature Version 4 of Amazon's services, for GET without a body. Inside this library only.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/secret.hpp"

#include <string>
#include <utility>
#include <vector>

namespace agent::config {

struct AmazonRequest {
  std::string host;   // With the port when the URL names one.
  std::string query;  // Sorted and percent-encoded.
  std::string service;
  std::string region;
  base::WallTime time;
};

// What is to be sent with the request; `Host` is the client's to send.
std::vector<std::pair<std::string, std::string>> signed_headers(const AmazonRequest& request,
                                                                const std::string& key_id,
                                                                const base::Secret& secret_key);

}  // namespace agent::config
