#include "agent/docker/frames.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::docker {
namespace {

constexpr std::size_t k_longest_failure = 2000;

}  // namespace

base::Status FrameReader::begin_frame() {
  const unsigned stream = header_[0];
  if (stream > 3 || header_[1] != 0 || header_[2] != 0 || header_[3] != 0) {
    return base::Error{base::ErrorCode::io, "the engine's output is not made of frames"};
  }
  // 0 is standard input echoed, which only attach gives.
  stream_ = stream == 2 ? OutputStream::err : OutputStream::out;
  engine_failure_ = stream == 3;
  left_ = static_cast<std::uint32_t>(header_[4]) << 24U |
          static_cast<std::uint32_t>(header_[5]) << 16U |
          static_cast<std::uint32_t>(header_[6]) << 8U | static_cast<std::uint32_t>(header_[7]);
  part_ = FramePart::first;
  return base::ok();
}

base::Result<bool> FrameReader::feed(std::string_view bytes, const OnBytes& on_bytes) {
  while (!bytes.empty()) {
    if (left_ == 0) {
      const auto count = std::min(bytes.size(), header_.size() - header_size_);
      std::copy_n(
          bytes.begin(), count, header_.begin() + static_cast<std::ptrdiff_t>(header_size_));
      header_size_ += count;
      bytes.remove_prefix(count);
      if (header_size_ == header_.size()) {
        header_size_ = 0;
        BASE_TRY(begin_frame());
      }
      continue;
    }
    const auto payload = bytes.substr(0, left_);
    bytes.remove_prefix(payload.size());
    left_ -= static_cast<std::uint32_t>(payload.size());
    if (engine_failure_) {
      failure_.append(
          payload.substr(0, k_longest_failure - std::min(k_longest_failure, failure_.size())));
      if (left_ == 0) {
        return base::Error{base::ErrorCode::io, failure_};
      }
    } else if (!on_bytes(stream_, payload, part_)) {
      return false;
    }
    part_ = FramePart::further;
  }
  return true;
}

base::Status FrameReader::finish() const {
  if (left_ != 0 || header_size_ != 0) {
    return base::Error{base::ErrorCode::io, "the engine's output ended within a frame"};
  }
  return base::ok();
}

}  // namespace agent::docker
