#include "registry/core/json_slices.hpp"
#include "tests/support/registry/api/registry_under_test.hpp"

#include <doctest/doctest.h>

namespace {

using registry::field;
using registry::RegistryUnderTest;
using registry::core::find;
using registry::core::members_of;

constexpr const char* k_abbreviated =
    "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*";

TEST_SUITE_BEGIN("registry.api.reading");

TEST_CASE("both forms of a document have their type, length and tag") {
  RegistryUnderTest registry;
  REQUIRE(registry.publish(registry.login("ann"), "@s/n", "1.0.0").status == 201);

  const auto full = registry.get("/@s%2fn");
  const auto abbreviated = registry.get("/@s%2fn", {{"accept", k_abbreviated}});

  CHECK(full.status == 200);
  CHECK(field(full, "content-type") == "application/json");
  CHECK(field(abbreviated, "content-type") == "application/vnd.npm.install-v1+json");
  CHECK(field(full, "content-length") == std::to_string(full.body.size()));
  CHECK(field(full, "vary") == "accept, accept-encoding");
  CHECK(field(full, "etag") != field(abbreviated, "etag"));
  CHECK(full.body.find("\"_rev\"") != std::string::npos);
  CHECK(abbreviated.body.find("\"_rev\"") == std::string::npos);
  CHECK(full.body.find(R"("tarball":"http://registry.test/npm/@s/n/-/n-1.0.0.tgz")") !=
        std::string::npos);
}

TEST_CASE("every spelling of a name reaches the package, with the prefix of the address or not") {
  RegistryUnderTest registry;
  REQUIRE(registry.publish(registry.login("ann"), "@s/n", "1.0.0").status == 201);

  for (const char* path : {"/@s%2fn",
                           "/@s%2Fn",
                           "/%40s%2fn",
                           "/@s/n",
                           "/npm/@s/n",
                           "/npm/@s%2fn",
                           "/@s/n/1.0.0",
                           "/@s%2fn/latest",
                           "/@s/n/-/n-1.0.0.tgz",
                           "/@s%2fn/-/n-1.0.0.tgz",
                           "/@s/n/-/@s/n-1.0.0.tgz",
                           "/-/package/@s%2fn/dist-tags",
                           "/-/package/@s/n/dist-tags"}) {
    CAPTURE(path);

    CHECK(registry.get(path).status == 200);
  }
}

TEST_CASE("a tag that matches is answered with 304 and no body, until the package changes") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  REQUIRE(registry.publish(ann, "n", "1.0.0").status == 201);
  const auto etag = field(registry.get("/n"), "etag");

  const auto same = registry.get("/n", {{"if-none-match", "W/" + etag}});
  const auto other_form = registry.get("/n", {{"if-none-match", etag}, {"accept", k_abbreviated}});
  REQUIRE(registry.publish(ann, "n", "1.1.0").status == 201);
  const auto changed = registry.get("/n", {{"if-none-match", etag}});

  CHECK(same.status == 304);
  CHECK(same.body.empty());
  CHECK(field(same, "etag") == etag);
  CHECK(other_form.status == 200);
  CHECK(changed.status == 200);
}

TEST_CASE("HEAD has the fields of GET and no body") {
  RegistryUnderTest registry;
  REQUIRE(registry.publish(registry.login("ann"), "n", "1.0.0").status == 201);

  for (const char* path : {"/n", "/n/-/n-1.0.0.tgz"}) {
    CAPTURE(path);
    const auto get = registry.get(path);
    const auto head = registry.request("HEAD", path);

    CHECK(head.status == 200);
    CHECK(head.body.empty());
    CHECK(field(head, "etag") == field(get, "etag"));
    CHECK(field(head, "content-length") == field(get, "content-length"));
  }
}

TEST_CASE("a tarball arrives as it was published, whole or in part") {
  RegistryUnderTest registry;
  REQUIRE(registry.publish(registry.login("ann"), "n", "1.0.0").status == 201);
  const auto expected = registry::sample_tarball(R"({"name":"n","version":"1.0.0"})");
  const std::string path = "/n/-/n-1.0.0.tgz";

  const auto whole = registry.get(path, {{"accept-encoding", "gzip, br"}});
  const auto part = registry.get(path, {{"range", "bytes=2-5"}});
  const auto tail = registry.get(path, {{"range", "bytes=-3"}});
  const auto beyond = registry.get(path, {{"range", "bytes=100000-"}});
  const auto fresh = registry.get(path, {{"if-none-match", field(whole, "etag")}});

  CHECK(whole.body == expected);
  CHECK(field(whole, "content-type") == "application/octet-stream");
  CHECK(field(whole, "content-encoding").empty());
  CHECK(field(whole, "cache-control") == "public, immutable, max-age=31557600");
  CHECK(part.status == 206);
  CHECK(part.body == expected.substr(2, 4));
  CHECK(field(part, "content-range") == "bytes 2-5/" + std::to_string(expected.size()));
  CHECK(tail.body == expected.substr(expected.size() - 3));
  CHECK(beyond.status == 416);
  CHECK(fresh.status == 304);
}

TEST_CASE("what does not exist is answered with JSON that names error and message") {
  RegistryUnderTest registry;
  REQUIRE(registry.publish(registry.login("ann"), "n", "1.0.0").status == 201);

  for (const char* path : {"/absent",
                           "/@s%2fabsent",
                           "/n/9.9.9",
                           "/n/-/n-9.9.9.tgz",
                           "/-/nothing",
                           "/-/all",
                           "/-/package/absent/dist-tags",
                           "/..%2f..%2fetc",
                           "/n/a/b/c",
                           "/-/user/org.couchdb.user:x/y",
                           "/"}) {
    CAPTURE(path);
    const auto answer = registry.get(path);

    CHECK(answer.status == 404);
    CHECK(field(answer, "content-type") == "application/json");
    const auto members = members_of(answer.body);
    REQUIRE(members);
    CHECK_FALSE(find(*members, "error").empty());
    CHECK_FALSE(find(*members, "message").empty());
  }
  CHECK(registry.request("POST", "/-/v1/none", {}, "{}").status == 404);
}

TEST_CASE("the address of a document and of a version is the configured one") {
  RegistryUnderTest registry;
  REQUIRE(registry.publish(registry.login("ann"), "n", "1.0.0").status == 201);

  const auto document = registry.get("/n", {{"host", "evil.test"}});
  const auto version = registry.get("/n/latest", {{"x-forwarded-host", "evil.test"}});

  CHECK(document.body.find("evil") == std::string::npos);
  CHECK(version.body.find("http://registry.test/npm/n/-/n-1.0.0.tgz") != std::string::npos);
}

TEST_CASE("without anonymous reading everything but health asks for an account") {
  RegistryUnderTest registry({.registration = true, .anonymous_read = false});
  const auto ann = registry.login("ann");
  REQUIRE(registry.publish(ann, "n", "1.0.0").status == 201);

  for (const char* path : {"/n",
                           "/n/latest",
                           "/n/-/n-1.0.0.tgz",
                           "/-/package/n/dist-tags",
                           "/-/v1/search?text=n",
                           "/absent",
                           "/-/package/n/visibility"}) {
    CAPTURE(path);
    CHECK(registry.get(path).status == 401);
    CHECK(registry.get(path, {{"authorization", "Bearer npm_wrong"}}).status == 401);
    CHECK(registry.get(path, ann).status != 401);
  }
  CHECK(registry.get("/-/ping").status == 200);
  CHECK(registry.get("/-/health").status == 200);
  CHECK(registry.get("/-/ready").status == 200);
  CHECK(field(registry.get("/n/-/n-1.0.0.tgz", ann), "cache-control").starts_with("private"));
}

TEST_CASE("a large document is sent gzipped to those who ask, under the same tag") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  for (int i = 0; i < 8; ++i) {
    REQUIRE(registry.publish(ann, "n", "1.0." + std::to_string(i)).status == 201);
  }
  const auto plain = registry.get("/n");

  // A worker makes it after the publish was answered.
  base::http::ClientResponse packed;
  for (int i = 0; i < 10'000 && field(packed, "content-encoding") != "gzip"; ++i) {
    packed = registry.get("/n", {{"accept-encoding", "gzip"}});
  }

  CHECK(field(packed, "content-encoding") == "gzip");
  CHECK(field(packed, "etag") == field(plain, "etag"));
  CHECK(field(packed, "content-length") != field(plain, "content-length"));
}

TEST_CASE("search answers with the complete shape") {
  RegistryUnderTest registry;
  REQUIRE(registry.publish(registry.login("ann"), "@s/n", "1.0.0").status == 201);

  const auto answer = registry.get("/-/v1/search?text=sample&size=1");
  const auto without_text = registry.get("/-/v1/search");

  CHECK(answer.status == 200);
  for (const char* part : {R"("total":1)",
                           R"("username":"ann")",
                           R"("version":"1.0.0")",
                           R"("sanitized_name":"@s_n")",
                           R"("scope":"s")",
                           R"("final":)"}) {
    CAPTURE(part);
    CHECK(answer.body.find(part) != std::string::npos);
  }
  CHECK(without_text.status == 400);
}

TEST_SUITE_END();

}  // namespace
