#include "agent/access/attempts.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

using agent::access::Attempts;
using base::MonotonicTime;
using namespace std::chrono_literals;

constexpr MonotonicTime k_start{1h};

void fail(Attempts& attempts, const std::string& address, int times, MonotonicTime when = k_start) {
  for (int each = 0; each < times; ++each) {
    attempts.failed(address, when);
  }
}

TEST_SUITE_BEGIN("agent.access.attempts");

TEST_CASE("after the free attempts each wrong code doubles the wait, up to the longest") {
  Attempts attempts({.free = 3, .first_wait = 5s, .longest_wait = 60s});

  fail(attempts, "a", 2);
  CHECK(attempts.wait_of("a", k_start) == 0s);
  for (const auto expected : {5s, 10s, 20s, 40s, 60s, 60s}) {
    fail(attempts, "a", 1);
    CHECK(attempts.wait_of("a", k_start) == expected);
  }
  CHECK(attempts.wait_of("a", k_start + 59s) == 1s);
  CHECK(attempts.wait_of("a", k_start + 60s) == 0s);
}

TEST_CASE("no number of wrong codes makes the wait overflow") {
  Attempts attempts({.longest_wait = 5min});

  fail(attempts, "a", 100'000);

  CHECK(attempts.wait_of("a", k_start) == 5min);
}

TEST_CASE("a good code forgives, and so does time") {
  Attempts attempts({.free = 1, .memory = 1h});
  fail(attempts, "a", 5);
  fail(attempts, "b", 5);

  attempts.succeeded("a");

  CHECK(attempts.wait_of("a", k_start) == 0s);
  CHECK(attempts.wait_of("b", k_start) > 0s);
  CHECK(attempts.wait_of("b", k_start + 1h) == 0s);
  fail(attempts, "b", 1, k_start + 1h);
  CHECK(attempts.wait_of("b", k_start + 1h) == 5s);
}

TEST_CASE("in a crowd one wrong code is enough to wait, and no wrong code never is") {
  Attempts attempts({.first_wait = 5s, .crowd = 20, .crowd_window = 5min});
  fail(attempts, "mistyped", 1);
  for (int guesser = 0; guesser < 20; ++guesser) {
    fail(attempts, "guesser " + std::to_string(guesser), 1);
  }

  CHECK(attempts.wait_of("new", k_start) == 0s);
  CHECK(attempts.wait_of("mistyped", k_start) == 5s);
  CHECK(attempts.wait_of("mistyped", k_start + 5s) == 0s);
  fail(attempts, "mistyped", 1, k_start + 5min);
  CHECK(attempts.wait_of("mistyped", k_start + 5min) == 0s);
}

TEST_CASE("addresses of one IPv6 network count as one") {
  Attempts attempts({.free = 2});
  fail(attempts, "2001:db8:1:2::1", 1);
  fail(attempts, "2001:db8:1:2:ffff::9", 1);
  fail(attempts, "::ffff:192.0.2.1", 2);

  CHECK(attempts.wait_of("2001:db8:1:2:3::4", k_start) > 0s);
  CHECK(attempts.wait_of("2001:db8:1:3::1", k_start) == 0s);
  CHECK(attempts.wait_of("::ffff:192.0.2.2", k_start) == 0s);
}

TEST_CASE("when there is no room the network that failed longest ago is forgotten") {
  Attempts attempts({.free = 1, .first_wait = 1min, .networks = 2});
  fail(attempts, "a", 1, k_start);
  fail(attempts, "b", 1, k_start + 1s);
  fail(attempts, "c", 1, k_start + 2s);

  CHECK(attempts.wait_of("a", k_start + 2s) == 0s);
  CHECK(attempts.wait_of("b", k_start + 2s) > 0s);
  CHECK(attempts.wait_of("c", k_start + 2s) > 0s);
}

TEST_SUITE_END();

}  // namespace
