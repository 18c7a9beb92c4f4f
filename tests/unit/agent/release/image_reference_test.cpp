#include "agent/release/image_reference.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

using agent::release::parse_image_reference;

TEST_SUITE_BEGIN("agent.release.image_reference");

TEST_CASE("a reference falls into registry, repository, tag and digest") {
  const std::string digest = "sha256:" + std::string(64, 'a');
  struct Row {
    std::string text, registry, repository, tag, digest;
  };
  const Row rows[] = {
      {"postgres", "", "postgres", "latest", ""},
      {"postgres:15", "", "postgres", "15", ""},
      {"slipway/registry:1.0.0", "", "slipway/registry", "1.0.0", ""},
      {"images.example.com/acme/app:2", "images.example.com", "acme/app", "2", ""},
      {"localhost:5000/app", "localhost:5000", "app", "latest", ""},
      {"localhost/app:1", "localhost", "app", "1", ""},
      {"e_f/a__b--c.d", "", "e_f/a__b--c.d", "latest", ""},
      {"app@" + digest, "", "app", "", digest},
      {"images.example.com/app:1@" + digest, "images.example.com", "app", "1", digest},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);

    const auto parsed = parse_image_reference(row.text);

    REQUIRE(parsed);
    CHECK(parsed->registry == row.registry);
    CHECK(parsed->repository == row.repository);
    CHECK(parsed->tag == row.tag);
    CHECK(parsed->digest == row.digest);
  }
}

TEST_CASE("what is no reference is refused") {
  for (const std::string text : {"",
                                 "Upper/case",
                                 "a b",
                                 "app:",
                                 "app@sha256:short",
                                 "/app",
                                 "app/",
                                 "a//b",
                                 "app:tag:tag/x",
                                 "app:t@g@sha256:1",
                                 "../app",
                                 "a..b",
                                 "a___b",
                                 "-app",
                                 "app-",
                                 "app:-tag",
                                 "app:.tag",
                                 ":5000/app"}) {
    CAPTURE(text);

    CHECK_FALSE(parse_image_reference(text));
  }
}

TEST_CASE("host and path are at most 255 characters, a tag 128") {
  CHECK(parse_image_reference(std::string(254, 'a')));
  CHECK_FALSE(parse_image_reference(std::string(256, 'a')));
  CHECK(parse_image_reference("app:" + std::string(128, 't')));
  CHECK_FALSE(parse_image_reference("app:" + std::string(129, 't')));
}

TEST_SUITE_END();

}  // namespace
