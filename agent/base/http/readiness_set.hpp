#pragma once
// Which descriptors are ready, by epoll.
//
// Asio's own reactor asks the kernel anew for each wait. Here the interest stays: a connection that
// is read from again and again costs no call beside the reads.

#include "agent/base/fs/fd.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace base::http {

class ReadinessSet {
 public:
  enum Events : std::uint8_t { none = 0, readable = 1, writable = 2 };
  class Watcher {
   public:
    virtual ~Watcher() = default;
    // Something of what it is interested in; all of it when the descriptor is broken. Level-
    // triggered: comes again until it is dealt with or no longer of interest.
    virtual void on_events(std::uint8_t events) = 0;
  };

  // Throws std::system_error when the kernel has no room.
  ReadinessSet();

  // For Asio: readable while a descriptor in the set is ready.
  [[nodiscard]] int descriptor() const noexcept { return epoll_.get(); }

  // Without interest at first. The descriptor and the watcher stay until `remove`. Throws
  // std::system_error when the kernel has no room.
  void add(int descriptor, Watcher& watcher);
  void set_interest(int descriptor, std::uint8_t events);
  void remove(int descriptor);

  // Calls the watchers of all that is ready, and returns how many there were. They may add and
  // remove: a descriptor of the same number that comes in between is not taken for its predecessor.
  std::size_t dispatch();

 private:
  struct Entry {
    Watcher* watcher = nullptr;
    std::uint32_t generation = 0;
  };
  [[nodiscard]] std::uint64_t tag(int descriptor) const;

  Fd epoll_;
  std::vector<Entry> entries_;  // By descriptor.
};

}  // namespace base::http
