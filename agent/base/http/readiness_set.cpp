#include "agent/base/http/readiness_set.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace base::http {
namespace {

constexpr std::size_t k_batch = 64;

// Without any interest epoll still tells of a broken descriptor, and level-triggered for ever.
std::uint32_t kernel_events(std::uint8_t events) {
  std::uint32_t wanted = events == ReadinessSet::none ? EPOLLET : 0U;
  wanted |= (events & ReadinessSet::readable) != 0 ? EPOLLIN : 0U;
  wanted |= (events & ReadinessSet::writable) != 0 ? EPOLLOUT : 0U;
  return wanted;
}

std::uint8_t events_of(std::uint32_t kernel) {
  std::uint8_t events = ReadinessSet::none;
  const std::uint32_t broken = EPOLLERR | EPOLLHUP;
  if ((kernel & (EPOLLIN | broken)) != 0) {
    events |= ReadinessSet::readable;
  }
  if ((kernel & (EPOLLOUT | broken)) != 0) {
    events |= ReadinessSet::writable;
  }
  return events;
}

void control(int epoll, int operation, int descriptor, epoll_event event) {
  if (::epoll_ctl(epoll, operation, descriptor, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot watch a descriptor");
  }
}

}  // namespace

ReadinessSet::ReadinessSet() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_.valid()) {
    throw std::system_error(errno, std::generic_category(), "cannot watch descriptors");
  }
}

std::uint64_t ReadinessSet::tag(int descriptor) const {
  const auto number = static_cast<std::uint32_t>(descriptor);
  return (std::uint64_t{entries_.at(number).generation} << 32U) | number;
}

void ReadinessSet::add(int descriptor, Watcher& watcher) {
  const auto number = static_cast<std::size_t>(descriptor);
  if (number >= entries_.size()) {
    entries_.resize(number + 1);
  }
  auto& entry = entries_.at(number);
  ++entry.generation;
  control(epoll_.get(),
          EPOLL_CTL_ADD,
          descriptor,
          {.events = kernel_events(none), .data = {.u64 = tag(descriptor)}});
  entry.watcher = &watcher;
}

void ReadinessSet::set_interest(int descriptor, std::uint8_t events) {
  control(epoll_.get(),
          EPOLL_CTL_MOD,
          descriptor,
          {.events = kernel_events(events), .data = {.u64 = tag(descriptor)}});
}

void ReadinessSet::remove(int descriptor) {
  entries_.at(static_cast<std::size_t>(descriptor)).watcher = nullptr;
  // Closing alone would not do while a process just forked has a copy.
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

std::size_t ReadinessSet::dispatch() {
  std::array<epoll_event, k_batch> ready{};
  const int count =
      ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), /*timeout=*/0);
  const auto found = static_cast<std::size_t>(std::max(count, 0));
  for (std::size_t at = 0; at < found; ++at) {
    const auto mark = ready.at(at).data.u64;
    const auto& entry = entries_.at(mark & 0xFFFFFFFFU);
    if (entry.watcher != nullptr && entry.generation == mark >> 32U) {
      entry.watcher->on_events(events_of(ready.at(at).events));
    }
  }
  return found;
}

}  // namespace base::http
