#include "agent/base/http/readiness_set.hpp"

#include <doctest/doctest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace {

using base::Fd;
using base::http::ReadinessSet;

struct Recorder final : ReadinessSet::Watcher {
  void on_events(std::uint8_t events) override { seen.push_back(events); }
  std::vector<std::uint8_t> seen;
};

struct Pair {
  Pair() {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) == 0);
    ours = Fd(ends[0]);
    theirs = Fd(ends[1]);
  }
  void send() const { REQUIRE(::write(theirs.get(), "x", 1) == 1); }
  Fd ours;
  Fd theirs;
};

TEST_SUITE_BEGIN("base.http.readiness_set");

TEST_CASE("what is of interest comes again until it is dealt with, the rest does not come") {
  ReadinessSet set;
  Pair pair;
  Recorder recorder;
  set.add(pair.ours.get(), recorder);
  pair.send();
  CHECK(set.dispatch() == 0);

  set.set_interest(pair.ours.get(), ReadinessSet::readable);
  CHECK(set.dispatch() == 1);
  CHECK(set.dispatch() == 1);
  set.set_interest(pair.ours.get(), ReadinessSet::none);
  CHECK(set.dispatch() == 0);

  CHECK(recorder.seen == std::vector<std::uint8_t>{ReadinessSet::readable, ReadinessSet::readable});
}

TEST_CASE("a broken descriptor that nobody waits for is reported once, and again to who waits") {
  ReadinessSet set;
  Pair pair;
  Recorder recorder;
  set.add(pair.ours.get(), recorder);
  pair.theirs.reset();

  CHECK(set.dispatch() == 1);
  CHECK(set.dispatch() == 0);
  set.set_interest(pair.ours.get(), ReadinessSet::writable);
  CHECK(set.dispatch() == 1);

  constexpr std::uint8_t k_all = ReadinessSet::readable | ReadinessSet::writable;
  CHECK(recorder.seen == std::vector<std::uint8_t>{k_all, k_all});
}

TEST_CASE("an event of a closed descriptor does not reach the one that has its number now") {
  ReadinessSet set;
  std::array<Pair, 2> pairs;
  Pair successor;
  Recorder late;
  struct Replacing final : ReadinessSet::Watcher {
    void on_events(std::uint8_t /*events*/) override {
      if (!std::exchange(done, true)) {
        replace();
      }
    }
    std::function<void()> replace;
    bool done = false;
  };
  // Whichever is told first replaces the other, of which the kernel has told as well.
  std::array<Replacing, 2> watchers;
  for (std::size_t at = 0; at < pairs.size(); ++at) {
    const int other = pairs.at(1 - at).ours.get();
    watchers.at(at).replace = [&set, &successor, &late, &watchers, other] {
      set.remove(other);
      REQUIRE(::dup2(successor.ours.get(), other) == other);
      set.add(other, late);
      set.set_interest(other, ReadinessSet::readable);
      watchers[0].done = watchers[1].done = true;
    };
    set.add(pairs.at(at).ours.get(), watchers.at(at));
    set.set_interest(pairs.at(at).ours.get(), ReadinessSet::readable);
    pairs.at(at).send();
  }

  CHECK(set.dispatch() == 2);
  CHECK(late.seen.empty());
  successor.send();
  set.dispatch();
  CHECK(late.seen == std::vector<std::uint8_t>{ReadinessSet::readable});
}

TEST_SUITE_END();

}  // namespace
