#pragma once
// The engine's multiplexed output: frames of an 8-byte header {stream, 0, 0, 0, size as big-endian
// 32 bits} and that many bytes. A frame is neither a line nor a read.

#include "agent/base/core/result.hpp"
#include "agent/docker/containers.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace agent::docker {

enum class FramePart { first, further };  // Of one frame's bytes.

// Holds back nothing but an unfinished header, so a frame of any announced size costs no memory.
class FrameReader {
 public:
  // Returns false to end the reading.
  using OnBytes = std::function<bool(OutputStream, std::string_view, FramePart)>;

  // True while more is wanted. Errors: io (not a frame, or the engine's own failure, which it
  // sends as stream 3).
  base::Result<bool> feed(std::string_view bytes, const OnBytes& on_bytes);
  // At the end of input. Error io when it ended within a frame.
  [[nodiscard]] base::Status finish() const;

 private:
  base::Status begin_frame();

  std::array<unsigned char, 8> header_{};
  std::size_t header_size_ = 0;
  std::uint32_t left_ = 0;
  OutputStream stream_ = OutputStream::out;
  FramePart part_ = FramePart::first;
  bool engine_failure_ = false;
  std::string failure_;
};

}  // namespace agent::docker
