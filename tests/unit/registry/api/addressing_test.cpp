#include "registry/api/addressing.hpp"

#include <doctest/doctest.h>

namespace {

using base::http::Headers;
using base::http::Request;
using registry::api::Addressing;
using registry::api::TrustedProxies;

Addressing unconfigured(std::string_view proxies = "") {
  auto parsed = TrustedProxies::parse(proxies);
  REQUIRE(parsed);
  return {"", *std::move(parsed)};
}

Request request_of(std::string host, Headers headers = {}) {
  Request request;
  request.host = std::move(host);
  request.headers = std::move(headers);
  request.remote_address = "10.0.0.7";
  return request;
}

TEST_SUITE_BEGIN("registry.api.addressing");

TEST_CASE("without a configured address the request's own is taken, in one spelling") {
  const auto addressing = unconfigured();

  CHECK(addressing.registry(request_of("npm.example.org:9000")) == "http://npm.example.org:9000");
  CHECK(addressing.registry(request_of("NPM.Example.org")) == "http://npm.example.org");
  CHECK(addressing.registry(request_of("h:80")) == "http://h");
  CHECK(addressing.registry(request_of("h:")) == "http://h");
  CHECK(addressing.registry(request_of("h:443")) == "http://h:443");
  CHECK(addressing.registry(request_of("192.0.2.1:8080")) == "http://192.0.2.1:8080");
  CHECK(addressing.registry(request_of("[2001:DB8::1]:8080")) == "http://[2001:db8::1]:8080");
  CHECK(addressing.registry(request_of("my_registry.local.")) == "http://my_registry.local.");
}

TEST_CASE("with TLS the scheme is https, and its port goes without saying") {
  auto request = request_of("h:443");
  request.tls = true;

  CHECK(unconfigured().registry(request) == "https://h");
}

TEST_CASE("what is no host gives no address") {
  const auto addressing = unconfigured();
  for (const std::string& host :
       {std::string(),         std::string(":8080"),   std::string("h:0"),  std::string("h:65536"),
        std::string("h:80x"),  std::string("h:80:80"), std::string("a..b"), std::string("-a"),
        std::string("a-.b"),   std::string("a/b"),     std::string("a b"),  std::string("user@h"),
        std::string("h%2f"),   std::string("\"h"),     std::string("::1"),  std::string("[::1"),
        std::string("[::1]x"), std::string("[h]"),     std::string("[]"),   std::string(64, 'a'),
        std::string(254, 'a')}) {
    CAPTURE(host);
    CHECK(addressing.registry(request_of(host)).empty());
  }
}

TEST_CASE("a configured address is everybody's") {
  const Addressing addressing("https://npm.example.org/npm", *TrustedProxies::parse("10.0.0.7"));

  CHECK(addressing.registry(request_of("h", {{"x-forwarded-host", "other"}})) ==
        "https://npm.example.org/npm");
}

TEST_CASE("a trusted proxy says what the client used") {
  const auto addressing = unconfigured("private");
  const auto address = [&](Headers headers) {
    return addressing.registry(request_of("registry:8080", std::move(headers)));
  };

  CHECK(address({{"X-Forwarded-Proto", "https"}, {"X-Forwarded-Host", "npm.example.org"}}) ==
        "https://npm.example.org");
  CHECK(address({{"x-forwarded-proto", "HTTPS"}, {"x-forwarded-host", "h:8443"}}) ==
        "https://h:8443");
  CHECK(address({{"x-forwarded-host", "h"}, {"x-forwarded-port", "8081"}}) == "http://h:8081");
  CHECK(address({{"x-forwarded-host", "h:1"}, {"x-forwarded-port", "8081"}}) == "http://h:1");
  CHECK(address({{"x-forwarded-proto", "https"},
                 {"x-forwarded-host", "h"},
                 {"x-forwarded-port", "443"}}) == "https://h");
  CHECK(address({{"x-forwarded-host", "first.example, second.example"}}) == "http://first.example");
  CHECK(address({{"x-forwarded-host", "h"}, {"x-forwarded-prefix", "/npm/"}}) == "http://h/npm");
  CHECK(address({}) == "http://registry:8080");
}

TEST_CASE("what a trusted proxy says must still be an address") {
  const auto addressing = unconfigured("private");
  const auto address = [&](Headers headers) {
    return addressing.registry(request_of("h", std::move(headers)));
  };

  CHECK(address({{"x-forwarded-host", "a/b"}}).empty());
  CHECK(address({{"x-forwarded-proto", "javascript"}}) == "http://h");
  CHECK(address({{"x-forwarded-port", "99999"}}) == "http://h");
  for (const char* prefix : {"npm", "/a b", "/..", "/a/../b", "//x", "/a?b", "/\"", "/"}) {
    CAPTURE(prefix);
    CHECK(address({{"x-forwarded-prefix", prefix}}) == "http://h");
  }
  CHECK(address({{"x-forwarded-prefix", "/" + std::string(300, 'a')}}) == "http://h");
}

TEST_CASE("nobody else's forwarding fields are believed") {
  const Headers forged = {{"x-forwarded-proto", "https"},
                          {"x-forwarded-host", "evil.test"},
                          {"x-forwarded-port", "1"},
                          {"x-forwarded-prefix", "/x"},
                          {"x-forwarded-for", "192.0.2.9"}};
  for (const char* proxies : {"", "loopback", "10.0.0.8", "10.0.1.0/24", "fd00::/8"}) {
    CAPTURE(proxies);
    const auto addressing = unconfigured(proxies);

    CHECK(addressing.registry(request_of("h", forged)) == "http://h");
    CHECK(addressing.client(request_of("h", forged)) == "10.0.0.7");
  }
}

TEST_CASE("the client behind a trusted proxy is the one that the proxy saw") {
  const auto addressing = unconfigured("10.0.0.7");
  const auto client = [&](Headers headers) {
    return addressing.client(request_of("h", std::move(headers)));
  };

  CHECK(client({{"x-forwarded-for", "192.0.2.1, 198.51.100.2"}}) == "198.51.100.2");
  CHECK(client({{"x-forwarded-for", "198.51.100.2"}}) == "198.51.100.2");
  CHECK(client({{"x-forwarded-for", std::string(1000, '1')}}) == "10.0.0.7");
  CHECK(client({}) == "10.0.0.7");
}

TEST_CASE("proxies are addresses, networks and two names") {
  const auto trusts = [](std::string_view text, const std::string& address) {
    const auto proxies = TrustedProxies::parse(text);
    REQUIRE(proxies);
    return proxies->contains(address);
  };

  CHECK(trusts("192.0.2.1", "192.0.2.1"));
  CHECK(trusts("192.0.2.1", "::ffff:192.0.2.1"));
  CHECK_FALSE(trusts("192.0.2.1", "192.0.2.2"));
  CHECK(trusts("192.0.2.0/25", "192.0.2.127"));
  CHECK_FALSE(trusts("192.0.2.0/25", "192.0.2.128"));
  CHECK(trusts("2001:db8::/33", "2001:db8:7fff::1"));
  CHECK_FALSE(trusts("2001:db8::/33", "2001:db8:8000::1"));
  CHECK(trusts("0.0.0.0/0", "8.8.8.8"));
  CHECK_FALSE(trusts("0.0.0.0/0", "2001:db8::1"));
  CHECK(trusts("loopback, private", "127.0.0.5"));
  CHECK(trusts("loopback, private", "172.31.255.1"));
  CHECK_FALSE(trusts("loopback, private", "172.32.0.1"));
  CHECK_FALSE(trusts("private", "no address"));
  CHECK_FALSE(trusts("", "127.0.0.1"));
  for (const char* text : {"x", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/8x", "/8", ",x"}) {
    CAPTURE(text);
    CHECK_FALSE(TrustedProxies::parse(text).has_value());
  }
}

TEST_SUITE_END();

}  // namespace
