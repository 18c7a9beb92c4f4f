#include "agent/base/core/errno_code.hpp"

#include <cerrno>

namespace base {

ErrorCode code_of_errno(int number) noexcept {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorCode::forbidden;
    case EEXIST:
      return ErrorCode::conflict;
    default:
      return ErrorCode::io;
  }
}

}  // namespace base
