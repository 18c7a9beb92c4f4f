#include "agent/base/fs/temporary_directory.hpp"

#include <cstdlib>

namespace base::fs {

Result<TemporaryDirectory> TemporaryDirectory::create(const Path& parent) {
  auto pattern = (parent / "slipway.XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    return system_error("create a folder in", parent);
  }
  return TemporaryDirectory(Path(pattern));
}

TemporaryDirectory::~TemporaryDirectory() {
  if (!path_.empty()) {
    static_cast<void>(remove_tree(path_));
  }
}

}  // namespace base::fs
