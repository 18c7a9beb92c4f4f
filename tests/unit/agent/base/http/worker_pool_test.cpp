#include "agent/base/http/worker_pool.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <stdexcept>

using namespace base::http;

TEST_CASE("every task that was taken runs before the pool has stopped") {
  std::atomic<int> done{0};
  WorkerPool pool(3, 1000);

  for (int i = 0; i < 1000; ++i) {
    CHECK(pool.submit([&] { ++done; }));
  }
  pool.stop();

  CHECK(done == 1000);
  CHECK_FALSE(pool.submit([] {}));
}

TEST_CASE("a full queue refuses instead of waiting") {
  WorkerPool pool(1, 1);
  std::promise<void> started;
  std::promise<void> release;
  REQUIRE(pool.submit([&, released = release.get_future().share()] {
    started.set_value();
    released.wait();
  }));
  started.get_future().wait();

  const bool second = pool.submit([] {});
  const bool third = pool.submit([] {});
  release.set_value();

  CHECK(second);
  CHECK_FALSE(third);
}

TEST_CASE("a task that throws ends alone") {
  WorkerPool pool(1, 10);
  std::promise<void> next;

  REQUIRE(pool.submit([] { throw std::runtime_error("bug"); }));
  REQUIRE(pool.submit([&] { next.set_value(); }));

  CHECK(next.get_future().wait_for(std::chrono::seconds(8)) == std::future_status::ready);
}
