#include "registry/access/totp.hpp"

#include <doctest/doctest.h>

namespace {

using namespace registry::access;  // NOLINT(google-build-using-namespace)

constexpr std::string_view k_secret = "12345678901234567890";

base::WallTime at(std::int64_t seconds) {
  return base::WallTime(std::chrono::seconds(seconds));
}

TEST_SUITE_BEGIN("registry.access.totp");

TEST_CASE("codes are those of RFC 6238") {
  CHECK(totp_code(k_secret, at(59)) == "287082");
  CHECK(totp_code(k_secret, at(1111111109)) == "081804");
  CHECK(totp_code(k_secret, at(1234567890)) == "005924");
  CHECK(totp_code(k_secret, at(2000000000)) == "279037");
}

TEST_CASE("a code is good in its half minute and the ones beside it") {
  const auto code = totp_code(k_secret, at(600));

  CHECK(totp_matches(k_secret, code, at(600)));
  CHECK(totp_matches(k_secret, code, at(570)));
  CHECK(totp_matches(k_secret, code, at(659)));
  CHECK_FALSE(totp_matches(k_secret, code, at(569)));
  CHECK_FALSE(totp_matches(k_secret, code, at(660)));
  CHECK_FALSE(totp_matches(k_secret, "", at(600)));
}

TEST_CASE("a secret is typed in as base 32") {
  CHECK(base32(k_secret) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  CHECK(base32("f") == "MY");
  CHECK(base32("").empty());
}

TEST_SUITE_END();

}  // namespace
