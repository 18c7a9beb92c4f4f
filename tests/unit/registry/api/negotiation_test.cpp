#include "registry/api/negotiation.hpp"

#include <doctest/doctest.h>

namespace {

using namespace registry::api;  // NOLINT(google-build-using-namespace)

TEST_SUITE_BEGIN("registry.api.negotiation");

TEST_CASE("the abbreviated form is for those who name it and do not prefer the full one") {
  for (const char* accept :
       {"application/vnd.npm.install-v1+json",
        "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*",
        "application/json;q=0.5, Application/VND.npm.install-v1+JSON"}) {
    CAPTURE(accept);
    CHECK(prefers_abbreviated(accept));
  }
  for (const char* accept : {"",
                             "*/*",
                             "application/json",
                             "application/json; q=1.0, */*",
                             "application/vnd.npm.install-v1+json; q=0.1, application/json",
                             "application/vnd.npm.install-v1+json; q=0",
                             ",;=,"}) {
    CAPTURE(accept);
    CHECK_FALSE(prefers_abbreviated(accept));
  }
}

TEST_CASE("gzip is for those who list it") {
  for (const char* encodings : {"gzip", "gzip,deflate", "br, GZIP;q=0.5", "zstd,gzip , deflate"}) {
    CAPTURE(encodings);
    CHECK(accepts_gzip(encodings));
  }
  for (const char* encodings : {"", "gzip/deflate", "br", "gzip;q=0", "gzip;q=0.0", "identity"}) {
    CAPTURE(encodings);
    CHECK_FALSE(accepts_gzip(encodings));
  }
}

TEST_CASE("tags are compared weakly and may be many") {
  CHECK(etag_matches("\"a\"", "\"a\""));
  CHECK(etag_matches("W/\"a\"", "\"a\""));
  CHECK(etag_matches("\"b\", W/\"a\"", "\"a\""));
  CHECK(etag_matches("*", "\"a\""));
  CHECK_FALSE(etag_matches("\"b\"", "\"a\""));
  CHECK_FALSE(etag_matches("", "\"a\""));
}

TEST_SUITE_END();

}  // namespace
