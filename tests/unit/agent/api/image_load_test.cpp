#include "agent/api/image_load.hpp"

#include "tests/support/agent/docker/images_only.hpp"

#include <doctest/doctest.h>

namespace {

using agent::api::ImageLoad;
using agent::docker::ImageProgress;
using agent::docker::ImagesOnly;
using base::ErrorCode;

TEST_SUITE_BEGIN("agent.api.image_load");

bool ignore(const ImageProgress& /*progress*/) {
  return true;
}

TEST_CASE("the engine gets the archive byte for byte, and says what it loaded") {
  ImagesOnly images;
  images.loaded = {"web:1"};
  const std::string piece(700'000, 'x');
  std::vector<std::string> told;
  const auto tell = [&](const ImageProgress& progress) {
    told.push_back(progress.status);
    return true;
  };
  {
    ImageLoad load(images, tell, {});
    for (int times = 0; times < 5; ++times) {
      REQUIRE(load.push(piece));
    }

    const auto result = load.finish();

    REQUIRE(result);
    CHECK(*result == std::vector<std::string>{"web:1"});
  }
  CHECK(images.received == 5 * piece.size());
  CHECK(told == std::vector<std::string>{"Loading layer"});
}

TEST_CASE("what the engine says before it has the whole archive is told before that") {
  ImagesOnly images;
  images.speak_first = true;
  bool told = false;
  const auto tell = [&](const ImageProgress&) { return told = true; };
  ImageLoad load(images, tell, {});

  base::Status status = base::ok();
  while (!told && status) {
    status = load.push("piece");
  }

  CHECK(status);
  CHECK(told);
}

TEST_CASE("an engine that gives up stops the upload with its own words") {
  ImagesOnly images;
  images.fail_after = 1'000'000;
  ImageLoad load(images, ignore, {});
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
    ImageLoad load(images, ignore, {});
    REQUIRE(load.push("half an archive"));
  }
  CHECK(images.ended);
}

TEST_CASE("a client that leaves while the engine works is not waited for") {
  ImagesOnly images;
  std::stop_source client;
  ImageLoad load(images, ignore, client.get_token());
  REQUIRE(load.push("half an archive"));

  client.request_stop();
  const auto status = load.push("the other half");

  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::cancelled);
}

TEST_SUITE_END();

}  // namespace
