#include "agent/base/core/guarded.hpp"

#include "agent/base/core/scope_exit.hpp"
#include "agent/base/core/secret.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <thread>
#include <vector>

namespace {

TEST_SUITE_BEGIN("base.core.kit");

TEST_CASE("threads that change guarded data lose nothing") {
  base::Guarded<int> count(0);
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          *count.lock() += 1;
        }
      });
    }
  }

  CHECK(*count.lock() == 4000);
}

TEST_CASE("a scope exit runs once, unless it was released") {
  int runs = 0;
  {
    const base::ScopeExit runs_it([&] { ++runs; });
    base::ScopeExit released([&] { runs += 10; });
    released.release();
  }

  CHECK(runs == 1);
}

TEST_CASE("a secret formats as stars") {
  const base::Secret secret("hunter2");

  CHECK(fmt::format("{}", secret) == "***");
  CHECK(secret.reveal() == "hunter2");
}

TEST_SUITE_END();

}  // namespace
