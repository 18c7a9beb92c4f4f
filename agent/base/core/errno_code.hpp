#pragma once

#include "agent/base/core/error.hpp"

namespace base {

// What a caller can make of a system call's errno. io for what needs no code of its own.
ErrorCode code_of_errno(int number) noexcept;

}  // namespace base
