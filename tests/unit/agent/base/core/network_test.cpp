#include "agent/base/core/network.hpp"

#include <doctest/doctest.h>

namespace {

using base::network_of;

TEST_SUITE_BEGIN("base.core.network");

TEST_CASE("an IPv6 network counts as one, everything else by itself") {
  CHECK(network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9"));
  CHECK(network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1"));
  CHECK(network_of("::ffff:192.0.2.1") != network_of("::ffff:192.0.2.2"));
  CHECK(network_of("192.0.2.1") == "192.0.2.1");
  CHECK(network_of("no address") == "no address");
}

TEST_SUITE_END();

}  // namespace
