#include "agent/api/image_load.hpp"

#include "tests/support/agent/docker/images_only.hpp"

#include <doctest/doctest.h>

namespace {

using agent::api::ImageLoad;
using agent::docker::ImagesOnly;
using base::ErrorCode;

TEST_SUITE_BEGIN("agent.api.image_load");

TEST_CASE("the engine gets the archive byte for byte, and says what it loaded") {
  ImagesOnly images;
  images.loaded = {"web:1"};
  const std::string piece(700'000, 'x');
  {
    ImageLoad load(images);
    for (int times = 0; times < 5; ++times) {
      REQUIRE(load.push(piece));
    }
    load.finish();

    while (load.next_progress({})) {
    }
    const auto result = load.result();

    REQUIRE(result);
    CHECK(*result == std::vector<std::string>{"web:1"});
  }
  CHECK(images.received == 5 * piece.size());
}

TEST_CASE("an engine that gives up stops the upload with its own words") {
  ImagesOnly images;
  images.fail_after = 1'000'000;
  ImageLoad load(images);
  const std::string piece(300'000, 'x');

  base::Status status = base::ok();
  for (int times = 0; times < 20 && status; ++times) {
    status = load.push(piece);
  }

  REQUIRE_FALSE(status);
  CHECK(status.error().reason == "disk_full");
}

TEST_CASE("a client that leaves in the middle leaves no call behind") {
  ImagesOnly images;
  {
    ImageLoad load(images);
    REQUIRE(load.push("half an archive"));
  }
  CHECK(images.ended);
}

TEST_SUITE_END();

}  // namespace
