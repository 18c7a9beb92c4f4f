#include "registry/api/answers.hpp"

#include <doctest/doctest.h>

namespace {

using base::Error;
using base::ErrorCode;
using registry::api::error_answer;

std::string body_of(const Error& error) {
  return std::get<std::string>(error_answer(error).body);
}

TEST_SUITE_BEGIN("registry.api.answers");

TEST_CASE("what broke inside keeps its paths and addresses to itself") {
  for (const Error& error :
       {Error{ErrorCode::io, "write /data/blobs/tmp/x: Input/output error"},
        Error{ErrorCode::internal, "database: syntax error at /data"},
        Error{ErrorCode::unavailable, "cannot connect to the database: host /data 10.0.0.2"},
        Error{ErrorCode::io, "write /data/x: no space", "Free space on /data.", "disk_full"}}) {
    CAPTURE(error.message);
    CHECK(error_answer(error).status >= 500);
    CHECK(body_of(error).find("/data") == std::string::npos);
  }
}

TEST_CASE("what a client can act on is said, with what helps") {
  CHECK(body_of({ErrorCode::forbidden, "not yours", "Ask an owner."}) ==
        R"({"error":"not yours. Ask an owner.","message":"not yours. Ask an owner."})");
  CHECK(body_of(registry::api::busy()).find(R"("code":"busy")") != std::string::npos);
}

TEST_CASE("reasons have a status of their own") {
  CHECK(error_answer({ErrorCode::io, "x", "", "disk_full"}).status == 507);
  const auto slowed = error_answer({ErrorCode::unavailable, "x", "", "too_many_attempts"});
  CHECK(slowed.status == 429);
  CHECK(slowed.headers.get("retry-after") == "30");
  CHECK(error_answer(registry::api::busy()).headers.get("retry-after") == "5");
}

TEST_SUITE_END();

}  // namespace
