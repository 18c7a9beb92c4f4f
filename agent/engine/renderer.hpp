#pragma once

#include "agent/base/core/result.hpp"
#include "agent/render/deployment.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace agent::engine {

struct RenderRequest {
  std::string manifest;
  // The settings stored last, as a JSON object of values by item name; absent before the first.
  std::optional<std::string> settings;
  std::map<std::string, std::string> changes;  // Over those.
};

struct Rendered {
  render::Deployment deployment;
  std::string settings;  // All values, generated ones too, in the form of RenderRequest::settings.
  std::vector<std::string> warnings;  // For people, without secrets.
};

// From a manifest's text to a deployment.
class Renderer {
 public:
  virtual ~Renderer() = default;

  // Errors: invalid_input; the message names the place in the manifest, or the setting. Safe from
  // any thread.
  virtual base::Result<Rendered> render(const RenderRequest& request) = 0;
};

}  // namespace agent::engine
