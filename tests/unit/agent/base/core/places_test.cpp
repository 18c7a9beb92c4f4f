#include "agent/base/core/places.hpp"

#include <doctest/doctest.h>

namespace {

TEST_SUITE_BEGIN("base.core.places");

TEST_CASE("there are so many places, and one that is given back is there again") {
  base::Places places(2);

  auto first = places.take();
  const auto second = places.take();

  CHECK(first != nullptr);
  CHECK(second != nullptr);
  CHECK(places.take() == nullptr);
  first.reset();
  CHECK(places.take() != nullptr);
}

TEST_SUITE_END();

}  // namespace
