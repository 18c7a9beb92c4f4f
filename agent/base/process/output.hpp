#pragma once

#include "agent/base/fs/fd.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace base::process::internal {

// Reads one stream of a child: keeps the last bytes and hands out lines. Internal to this folder.
class Output {
 public:
  using OnLine = std::function<void(std::string_view)>;

  // `pipe` is made non-blocking. `on_line` may be empty.
  Output(Fd pipe, std::size_t limit, OnLine on_line);

  // -1 once the stream has ended, which poll() takes for nothing to do.
  [[nodiscard]] int descriptor() const noexcept { return pipe_.get(); }

  // Takes what is there at the moment, at most a pipe's worth.
  void read_available();
  // Hands out a last line without end and returns the kept bytes.
  std::string finish();

 private:
  void take(std::string_view bytes);

  Fd pipe_;
  std::size_t limit_;
  OnLine on_line_;
  std::string kept_;
  std::string line_;
};

}  // namespace base::process::internal
