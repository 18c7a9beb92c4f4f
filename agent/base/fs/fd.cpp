#include "agent/base/fs/fd.hpp"

#include <unistd.h>

#include <utility>

namespace base {

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    reset();
    number_ = other.release();
  }
  return *this;
}

int Fd::release() noexcept {
  return std::exchange(number_, -1);
}

void Fd::reset() noexcept {
  if (number_ >= 0) {
    static_cast<void>(::close(release()));
  }
}

}  // namespace base
