#include "agent/manifest/scalars.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>

namespace {

using namespace agent::manifest;  // NOLINT(google-build-using-namespace): the folder under test.
using std::chrono::milliseconds;

TEST_SUITE_BEGIN("manifest.scalars");

TEST_CASE("byte sizes need a unit and are decimal") {
  CHECK(parse_bytes("10GB") == 10'000'000'000U);
  CHECK(parse_bytes("11.25GB") == 11'250'000'000U);
  CHECK(parse_bytes("1k") == 1000U);
  for (const std::string bad : {"11.25GiB", "11", "11B", "11BC", "11.25.25GB", "GB", "0GB", ""}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_bytes(bad));
  }
}

TEST_CASE("sizes of memory are binary") {
  CHECK(parse_ram_bytes("10Gi") == std::uint64_t{10} << 30U);
  CHECK(parse_ram_bytes("1MiB") == 1'048'576U);
  CHECK_FALSE(parse_ram_bytes("10GB"));
  CHECK(parse_memory("500000000") == 500'000'000U);
  CHECK(parse_memory("1G") == std::uint64_t{1} << 30U);
  CHECK(parse_memory("512mb") == std::uint64_t{512} << 20U);
  CHECK_FALSE(parse_memory("lots"));
  CHECK_FALSE(parse_memory("99999999999999999999g"));
}

TEST_CASE("durations are Go's") {
  CHECK(parse_duration("10s") == milliseconds(10'000));
  CHECK(parse_duration("1m30s") == milliseconds(90'000));
  CHECK(parse_duration("1.5h") == milliseconds(5'400'000));
  CHECK(parse_duration("250ms") == milliseconds(250));
  CHECK(parse_duration("0") == milliseconds(0));
  for (const std::string bad : {"", "10", "s", "-1s", "1 s", "1d", "9999999999h"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_duration(bad));
  }
}

TEST_CASE("Booleans are those of Go in text and of YAML 1.1 when plain") {
  CHECK(parse_boolean("T") == true);
  CHECK(parse_boolean("0") == false);
  CHECK_FALSE(parse_boolean("yes"));
  CHECK(parse_yaml_boolean("yes") == true);
  CHECK(parse_yaml_boolean("no") == false);
  CHECK(parse_yaml_boolean("Off") == false);
  CHECK_FALSE(parse_yaml_boolean("1"));
}

TEST_CASE("numbers, ports and modes have bounds") {
  CHECK(parse_unsigned("0") == 0U);
  CHECK_FALSE(parse_unsigned("-1"));
  CHECK_FALSE(parse_unsigned("1.0"));
  CHECK_FALSE(parse_unsigned(""));
  CHECK(parse_port("65535") == 65535);
  CHECK_FALSE(parse_port("0"));
  CHECK_FALSE(parse_port("65536"));
  CHECK(parse_mode("0644") == 0644U);
  CHECK_FALSE(parse_mode("0888"));
  CHECK_FALSE(parse_mode("17777"));
}

TEST_CASE("a strict version has three numbers") {
  CHECK(is_strict_version("2.56.0"));
  for (const std::string bad : {"2.8", "2.8.0.1", "v2.8.0", "2.08.0", "2.8.0-beta", ""}) {
    CAPTURE(bad);
    CHECK_FALSE(is_strict_version(bad));
  }
}

TEST_SUITE_END();

}  // namespace
