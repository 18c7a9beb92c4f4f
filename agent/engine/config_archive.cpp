#include "agent/engine/config_archive.hpp"

#include "agent/base/archive/tar_writer.hpp"

namespace agent::engine {

base::Result<std::string> config_archive(const std::vector<ConfigFile>& files) {
  return base::archive::tar_bytes([&](base::archive::TarWriter& writer) -> base::Status {
    for (const auto& file : files) {
      BASE_TRY(writer.add_file(
          file.path, file.content, {.mode = file.mode, .uid = file.uid, .gid = file.gid}));
    }
    return base::ok();
  });
}

}  // namespace agent::engine
