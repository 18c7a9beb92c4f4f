#pragma once
// Turns a Compose file into a manifest, and says of everything that it could not carry over why.

#include "agent/base/core/result.hpp"
#include "agent/base/data/yaml.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::manifest::compose {

struct NotCarried {
  std::string path;  // "services.web.build"
  base::data::YamlPosition at;
  std::string reason;
};

struct Import {
  std::string manifest;                 // YAML.
  std::vector<NotCarried> not_carried;  // In the order of the file.
};

// The text of a file that the Compose file names, by the path that stands there.
using ReadFile = std::function<base::Result<std::string>(const std::string& path)>;

// Variables become settings with the file's defaults, services become components of one container,
// and what a service mounts from beside the file becomes a configuration file when it is text.
// Errors: invalid_input for what is no YAML or has no services.
base::Result<Import> import_compose(std::string_view text, const ReadFile& read_file);

}  // namespace agent::manifest::compose
