#include "agent/base/process/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace base::process::internal {
namespace {

constexpr std::size_t k_longest_line = std::size_t{64} * 1024;
// The largest pipe that an unprivileged process can make.
constexpr std::size_t k_pipe_bytes = std::size_t{1} << 20U;

}  // namespace

Output::Output(Fd pipe, std::size_t limit, OnLine on_line)
    : pipe_(std::move(pipe)), limit_(limit), on_line_(std::move(on_line)) {
  ::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK);
}

void Output::read_available() {
  std::array<char, 16'384> buffer{};
  for (std::size_t taken = 0; pipe_.valid() && taken < k_pipe_bytes;) {
    const auto count = ::read(pipe_.get(), buffer.data(), buffer.size());
    if (count > 0) {
      taken += static_cast<std::size_t>(count);
      take({buffer.data(), static_cast<std::size_t>(count)});
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      pipe_.reset();
    } else if (errno == EAGAIN) {
      return;
    }
  }
}

void Output::take(std::string_view bytes) {
  kept_ += bytes;
  // Twice the limit, so that the front is cut off seldom and not at each read.
  if (kept_.size() > 2 * limit_) {
    kept_.erase(0, kept_.size() - limit_);
  }
  while (on_line_ && !bytes.empty()) {
    const auto end = bytes.find('\n');
    const auto piece = bytes.substr(0, std::min(end, k_longest_line - line_.size()));
    line_ += piece;
    const bool ends = piece.size() == end;
    bytes.remove_prefix(piece.size() + (ends ? 1 : 0));
    if (ends || line_.size() == k_longest_line) {
      on_line_(line_);
      line_.clear();
    }
  }
}

std::string Output::finish() {
  if (on_line_ && !line_.empty()) {
    on_line_(line_);
    line_.clear();
  }
  if (kept_.size() > limit_) {
    kept_.erase(0, kept_.size() - limit_);
  }
  return std::move(kept_);
}

}  // namespace base::process::internal
