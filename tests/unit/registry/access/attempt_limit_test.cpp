#include "registry/access/attempt_limit.hpp"

#include <doctest/doctest.h>

namespace {

using base::MonotonicTime;
using registry::access::AttemptLimit;
using namespace std::chrono_literals;

constexpr MonotonicTime k_start{1h};

TEST_SUITE_BEGIN("registry.access.attempt_limit");

TEST_CASE("a key has some attempts at once, then one every so often") {
  AttemptLimit limit(3, 10s, 100);

  CHECK(limit.take("a", k_start));
  CHECK(limit.take("a", k_start));
  CHECK(limit.take("a", k_start));
  CHECK_FALSE(limit.take("a", k_start));
  CHECK_FALSE(limit.take("a", k_start + 9s));
  CHECK(limit.take("a", k_start + 10s));
  CHECK_FALSE(limit.take("a", k_start + 10s));
}

TEST_CASE("keys do not count for each other") {
  AttemptLimit limit(1, 10s, 100);

  CHECK(limit.take("a", k_start));
  CHECK(limit.take("b", k_start));
  CHECK_FALSE(limit.take("a", k_start));
}

TEST_CASE("after a pause all attempts are back, and not more") {
  AttemptLimit limit(2, 10s, 100);
  CHECK(limit.take("a", k_start));
  CHECK(limit.take("a", k_start));

  const auto later = k_start + 1h;

  CHECK(limit.take("a", later));
  CHECK(limit.take("a", later));
  CHECK_FALSE(limit.take("a", later));
}

TEST_CASE("more keys than there is room for wait until one is forgotten") {
  AttemptLimit limit(1, 10s, 2);
  CHECK(limit.take("a", k_start));
  CHECK(limit.take("b", k_start));

  CHECK_FALSE(limit.take("c", k_start));
  CHECK(limit.take("c", k_start + 10s));
}

TEST_CASE("a key that is restored has all its attempts, the others what they had") {
  AttemptLimit limit(1, 10s, 100);
  CHECK(limit.take("a", k_start));
  CHECK(limit.take("b", k_start));

  limit.restore("a");

  CHECK(limit.take("a", k_start));
  CHECK_FALSE(limit.take("b", k_start));
}

TEST_SUITE_END();

}  // namespace
