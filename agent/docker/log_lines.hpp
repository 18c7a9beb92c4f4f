#pragma once

#include "agent/docker/containers.hpp"
#include "agent/docker/frames.hpp"

#include <array>
#include <functional>
#include <string>
#include <string_view>

namespace agent::docker {

// Log output with timestamps=1 as whole lines. The engine splits lines beyond 16 KiB into several
// messages and puts a timestamp before each; here the first one stays and the others are taken out.
class LogLines {
 public:
  using OnLine = std::function<bool(const LogLine&)>;

  // `max_line` bytes of a line are kept.
  LogLines(std::size_t max_line, OnLine on_line);

  // One frame is one message and begins with a timestamp. False once on_line has said so.
  bool add_frame(OutputStream stream, std::string_view bytes, FramePart part);
  // Output of a TTY comes without frames: every line begins with a timestamp.
  bool add_raw(std::string_view bytes);
  // Gives the last lines, when no line break has ended them.
  bool finish();

 private:
  struct Pending {
    LogLine line;
    std::string stamp;
    bool in_stamp = false;
    bool begun = false;
  };

  bool add(Pending& pending, std::string_view bytes, bool stamp_each_line);
  void take_stamp(Pending& pending, std::string_view& bytes);
  void append(Pending& pending, std::string_view text) const;
  bool give(Pending& pending);

  std::size_t max_line_;
  OnLine on_line_;
  std::array<Pending, 2> pending_;
};

}  // namespace agent::docker
