// Documents as clients of several addresses read them.

#include "agent/base/crypto/random.hpp"
#include "tests/support/registry/api/registry_under_test.hpp"

#include <doctest/doctest.h>

#include <libdeflate.h>

#include <memory>
#include <set>

namespace {

using registry::field;
using registry::HeaderList;
using registry::RegistryUnderTest;

constexpr const char* k_abbreviated = "application/vnd.npm.install-v1+json";
const std::string k_no_public_url;  // NOLINT(cert-err58-cpp)

HeaderList host(const std::string& name, HeaderList others = {}) {
  others.emplace_back("host", name);
  return others;
}

std::string tarball_at(const std::string& address) {
  return R"("tarball":")" + address + R"(/n/-/n-1.0.0.tgz")";
}

std::string gunzipped(const std::string& packed) {
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> unpacker(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  std::string text(std::size_t{1} << 20U, '\0');
  std::size_t size = 0;
  REQUIRE(libdeflate_gzip_decompress(
              unpacker.get(), packed.data(), packed.size(), text.data(), text.size(), &size) ==
          LIBDEFLATE_SUCCESS);
  text.resize(size);
  return text;
}

TEST_SUITE_BEGIN("registry.api.addresses");

TEST_CASE("tarballs are named under the address that the client used") {
  RegistryUnderTest registry({.registration = true}, k_no_public_url);
  REQUIRE(registry.publish(registry.login("ann"), "n", "1.0.0").status == 201);

  for (const char* name : {"npm.example.org", "npm.example.org:9000", "192.0.2.1:8080"}) {
    for (const char* path : {"/n", "/n/latest"}) {
      for (const char* accept : {"*/*", k_abbreviated}) {
        CAPTURE(name);
        CAPTURE(path);
        const auto answer = registry.get(path, host(name, {{"accept", accept}}));

        CHECK(answer.status == 200);
        CHECK(answer.body.find(tarball_at(std::string("http://") + name)) != std::string::npos);
      }
    }
  }
}

TEST_CASE("every address has tags of its own, that hold for it alone") {
  RegistryUnderTest registry({.registration = true}, k_no_public_url);
  const auto ann = registry.login("ann");
  REQUIRE(registry.publish(ann, "n", "1.0.0").status == 201);
  const auto one = field(registry.get("/n", host("one:1")), "etag");
  const auto two = field(registry.get("/n", host("two:2")), "etag");

  CHECK(one != two);
  CHECK(registry.get("/n", host("one:1", {{"if-none-match", one}})).status == 304);
  CHECK(registry.get("/n", host("ONE:1", {{"if-none-match", one}})).status == 304);
  CHECK(registry.get("/n", host("two:2", {{"if-none-match", one}})).status == 200);
  REQUIRE(registry.publish(ann, "n", "1.1.0").status == 201);
  for (const char* name : {"one:1", "two:2"}) {
    CAPTURE(name);
    const auto answer = registry.get("/n", host(name, {{"if-none-match", one + ", " + two}}));
    CHECK(answer.status == 200);
    CHECK(answer.body.find(std::string("http://") + name + "/n/-/n-1.1.0.tgz") !=
          std::string::npos);
  }
}

TEST_CASE("however many addresses are made up, each is answered with its own") {
  RegistryUnderTest registry({.registration = true}, k_no_public_url);
  REQUIRE(registry.publish(registry.login("ann"), "n", "1.0.0").status == 201);
  std::set<std::string> tags;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 20; ++i) {
      const auto name = "h" + std::to_string(i);
      const auto answer = registry.get("/n", host(name));
      tags.insert(field(answer, "etag"));
      CHECK(answer.body.find(tarball_at("http://" + name)) != std::string::npos);
    }
  }

  CHECK(tags.size() == 20);
}

TEST_CASE("a compressed document is the one of its address") {
  RegistryUnderTest registry({.registration = true}, k_no_public_url);
  const auto ann = registry.login("ann");
  for (int i = 0; i < 8; ++i) {
    REQUIRE(registry.publish(ann, "n", "1.0." + std::to_string(i)).status == 201);
  }
  for (const char* name : {"one", "two-that-is-longer"}) {
    CAPTURE(name);
    const auto plain = registry.get("/n", host(name));
    base::http::ClientResponse packed;
    for (int i = 0; i < 10'000 && field(packed, "content-encoding") != "gzip"; ++i) {
      packed = registry.get("/n", host(name, {{"accept-encoding", "gzip"}}));
    }

    CHECK(field(packed, "content-encoding") == "gzip");
    CHECK(field(packed, "etag") == field(plain, "etag"));
    CHECK(gunzipped(packed.body) == plain.body);
  }
}

TEST_CASE("a document that is big after packing, too, arrives whole, again and again") {
  RegistryUnderTest registry({.registration = true}, k_no_public_url);
  const auto ann = registry.login("ann");
  const auto noise = base::crypto::random_text("0123456789abcdef", 400'000);
  auto body = registry::publish_body(
      "n", "1.0.0", registry::sample_tarball(R"({"name":"n","version":"1.0.0"})"), "latest");
  body.replace(body.find("A sample"), 8, noise);
  REQUIRE(registry.request("PUT", "/n", ann, body).status == 201);
  const auto plain = registry.get("/n", host("one"));
  REQUIRE(plain.body.find(noise) != std::string::npos);

  base::http::ClientResponse packed;
  for (int i = 0; i < 10'000 && field(packed, "content-encoding") != "gzip"; ++i) {
    packed = registry.get("/n", host("one", {{"accept-encoding", "gzip"}}));
  }

  REQUIRE(packed.body.size() > 131'072);
  CHECK(gunzipped(packed.body) == plain.body);
  CHECK(registry.get("/n", host("one", {{"accept-encoding", "gzip"}})).body == packed.body);
}

TEST_CASE("a proxy that is trusted says the address, its path with it") {
  RegistryUnderTest registry({.registration = true}, k_no_public_url);
  REQUIRE(registry.publish(registry.login("ann"), "n", "1.0.0").status == 201);
  const auto forwarded = host("registry:8080",
                              {{"x-forwarded-proto", "https"},
                               {"x-forwarded-host", "npm.example.org"},
                               {"x-forwarded-prefix", "/npm"}});

  for (const char* path : {"/n", "/npm/n"}) {
    CAPTURE(path);
    CHECK(registry.get(path, forwarded).body.find(tarball_at("https://npm.example.org/npm")) !=
          std::string::npos);
  }
}

TEST_CASE("a host that is none is refused where an address is needed, and nowhere else") {
  RegistryUnderTest registry({.registration = true}, k_no_public_url);
  REQUIRE(registry.publish(registry.login("ann"), "n", "1.0.0").status == 201);
  const auto nowhere = host("a..b");

  CHECK(registry.get("/n", nowhere).status == 400);
  CHECK(registry.get("/n/latest", nowhere).status == 400);
  CHECK(registry.get("/n/-/n-1.0.0.tgz", nowhere).status == 200);
  CHECK(registry.get("/-/health", nowhere).status == 200);
}

TEST_SUITE_END();

}  // namespace
