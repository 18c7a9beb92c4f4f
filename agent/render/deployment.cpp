#include "agent/render/deployment.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/render/deployment_json.hpp"

#include <algorithm>

namespace agent::render {

std::string Deployment::id() const {
  return base::crypto::sha256_hex(canonical_without_secrets(*this));
}

const Container* Deployment::find(std::string_view key) const {
  const auto found = std::find_if(containers.begin(),
                                  containers.end(),
                                  [&](const Container& container) { return container.key == key; });
  return found == containers.end() ? nullptr : &*found;
}

std::chrono::milliseconds Deployment::healthy_deadline() const {
  auto longest = std::chrono::milliseconds(0);
  for (const auto& container : containers) {
    longest = std::max(longest, container.update.healthy_deadline);
  }
  return longest;
}

std::string masked(std::string text, const std::vector<std::string>& secrets) {
  constexpr std::size_t k_shortest = 4;
  auto longest_first = secrets;
  std::sort(
      longest_first.begin(),
      longest_first.end(),
      [](const std::string& left, const std::string& right) { return left.size() > right.size(); });
  for (const auto& secret : longest_first) {
    if (secret.size() < k_shortest) {
      break;
    }
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3)) {
      text.replace(at, secret.size(), "***");
    }
  }
  return text;
}

}  // namespace agent::render
