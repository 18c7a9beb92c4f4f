#include "agent/base/http/io_loop.hpp"

#include <doctest/doctest.h>

#include <memory>

namespace {

using base::http::IoLoop;

TEST_SUITE_BEGIN("io_loop");

TEST_CASE("a loop that is stopped twice lets go of what was posted after") {
  IoLoop loop;
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = held;
  loop.stop();
  loop.stop();
  loop.post([held = std::move(held)] {});

  loop.run();

  CHECK(watched.expired());
}

TEST_CASE("what is posted after the end is destroyed and does not run") {
  IoLoop loop;
  loop.stop();
  loop.run();
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = held;
  bool ran = false;

  loop.post([held = std::move(held), &ran] { ran = true; });

  CHECK(watched.expired());
  CHECK_FALSE(ran);
}

TEST_SUITE_END();

}  // namespace
