#include "tests/integration/agent/docker/engine_under_test.hpp"

#include <doctest/doctest.h>

using namespace agent::docker;  // NOLINT(google-build-using-namespace): every name here is of it.
using base::ErrorCode;
using tests::EngineUnderTest;
using tests::k_test_image;

TEST_CASE("an image is loaded, found, tagged and untagged") {
  EngineUnderTest engine;
  const auto repository = engine.name("image");

  const auto loaded = engine->load_images(
      tests::body_of_file(engine.image_archive()), [](const ImageProgress&) {}, {});
  const auto image = engine->inspect_image(k_test_image, {});
  REQUIRE_MESSAGE(loaded, loaded.error().message);
  CHECK(*loaded == std::vector<std::string>{k_test_image});
  REQUIRE(image);
  CHECK(image->id.starts_with("sha256:"));
  CHECK_FALSE(image->layers.empty());
  REQUIRE(engine->tag_image(image->id, repository, "2", {}));
  const auto tagged = engine->inspect_image(repository + ":2", {});
  const auto listed = engine->list_images(repository, {});

  REQUIRE(tagged);
  CHECK(tagged->id == image->id);
  REQUIRE(listed);
  CHECK(listed->size() == 1);
  REQUIRE(engine->remove_image(repository + ":2", {}));
  CHECK_FALSE(engine->inspect_image(repository + ":2", {}));
  CHECK(engine->inspect_image(k_test_image, {}));
}

TEST_CASE("what is no archive is not loaded") {
  EngineUnderTest engine;

  const auto loaded = engine->load_images(
      base::http::body_of(std::string(100'000, 'x')), [](const ImageProgress&) {}, {});

  CHECK_FALSE(loaded);
}

TEST_CASE("an image that no registry can be asked for is not pulled") {
  EngineUnderTest engine;

  const auto pulled = engine->pull_image({.reference = "127.0.0.1:9/no/such:1"},
                                         [](const ImageProgress&) {},
                                         {.deadline = std::chrono::minutes(1)});

  REQUIRE_FALSE(pulled);
  const auto code = pulled.error().code;
  CHECK((code == ErrorCode::unavailable || code == ErrorCode::not_found));
}
