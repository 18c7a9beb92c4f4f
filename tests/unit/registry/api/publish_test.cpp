#include "registry/core/json_slices.hpp"
#include "tests/support/registry/api/registry_under_test.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace {

using registry::publish_body;
using registry::RegistryUnderTest;
using registry::sample_tarball;

const std::string k_tarball_json = R"({"name":"n","version":"1.0.0"})";  // NOLINT(cert-err58-cpp)

TEST_SUITE_BEGIN("registry.api.publish");

TEST_CASE("strangers cannot publish") {
  RegistryUnderTest registry;

  const auto answer = registry.publish({}, "n", "1.0.0");

  CHECK(answer.status == 401);
  CHECK(registry.get("/n").status == 404);
}

TEST_CASE("the first publisher owns the package") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  const auto bob = registry.login("bob");
  REQUIRE(registry.publish(ann, "n", "1.0.0").status == 201);

  const auto answer = registry.publish(bob, "n", "1.1.0");

  CHECK(answer.status == 403);
  CHECK(registry.get("/n/1.1.0").status == 404);
}

TEST_CASE("a version is never replaced") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  REQUIRE(registry.publish(ann, "n", "1.0.0").status == 201);
  const auto before = registry.get("/n").body;

  const auto answer = registry.publish(ann, "n", "1.0.0");

  CHECK(answer.status == 403);
  CHECK(answer.body.find("cannot publish over the previously published versions") !=
        std::string::npos);
  CHECK(answer.body.find("EPUBLISHCONFLICT") != std::string::npos);
  CHECK(registry.get("/n").body == before);
}

TEST_CASE("of publishers that race for one version exactly one wins") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  std::atomic<int> created = 0;
  std::atomic<int> refused = 0;
  {
    const auto body = publish_body("n", "1.0.0", sample_tarball(k_tarball_json));
    std::vector<std::jthread> publishers;
    for (int i = 0; i < 8; ++i) {
      publishers.emplace_back([&] {
        const auto status = registry.request("PUT", "/n", ann, body).status;
        created += status == 201 ? 1 : 0;
        refused += status == 403 || status == 409 ? 1 : 0;
      });
    }
  }

  CHECK(created.load() == 1);
  CHECK(refused.load() == 7);
}

TEST_CASE("versions of one package that are published at once all arrive") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  constexpr int k_versions = 12;
  {
    std::vector<std::jthread> publishers;
    for (int i = 0; i < k_versions; ++i) {
      const auto version = "1.0." + std::to_string(i);
      const auto tarball = sample_tarball(R"({"name":"n","version":")" + version + "\"}");
      publishers.emplace_back([&registry, &ann, body = publish_body("n", version, tarball)] {
        registry.request("PUT", "/n", ann, body);
      });
    }
  }

  for (int i = 0; i < k_versions; ++i) {
    const auto version = "1.0." + std::to_string(i);
    CAPTURE(version);
    CHECK(registry.get("/n/" + version).status == 200);
    CHECK(registry.get("/n/-/n-" + version + ".tgz").status == 200);
  }
}

TEST_CASE("what does not fit together is refused and leaves nothing behind") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  const auto tarball = sample_tarball(k_tarball_json);
  std::string path = "/n";
  std::string body = publish_body("n", "1.0.0", tarball);
  SUBCASE("another name in the address") {
    path = "/other";
  }
  SUBCASE("another version in the tarball") {
    body = publish_body("n", "1.0.1", tarball);
  }
  SUBCASE("no tarball at all") {
    body = R"({"name":"n","versions":{"1.0.0":{"name":"n","version":"1.0.0"}}})";
  }
  SUBCASE("a tarball that is none") {
    body = publish_body("n", "1.0.0", "this is not gzip");
  }
  SUBCASE("a tarball without package.json") {
    body = publish_body("n", "1.0.0", sample_tarball("").substr(0, 20));
  }
  SUBCASE("a length that is not the tarball's") {
    body.replace(body.find("\"length\":"), 9, "\"length\":1");
  }
  SUBCASE("base64 that is none") {
    body.insert(body.find("\"data\":\"") + 8, "?");
  }
  SUBCASE("half a body") {
    body.resize(body.size() / 2);
  }
  SUBCASE("JSON that is none") {
    body.replace(body.find("\"access\":null"), 13, "\"access\":nul,");
  }
  SUBCASE("two versions") {
    body.replace(body.find("\"versions\":{"), 12, "\"versions\":{\"9.0.0\":{},");
  }

  const auto answer = registry.request("PUT", path, ann, body);

  CHECK((answer.status == 400 || answer.status == 404));
  CHECK(answer.body.find("\"error\"") != std::string::npos);
  CHECK(registry.get(path).status == 404);
}

TEST_CASE("names that cannot be chosen are refused") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  for (const char* name : {"_n", ".n", "JSONStream", "node_modules", "http"}) {
    CAPTURE(name);
    CHECK(registry.publish(ann, name, "1.0.0").status == 400);
  }
  for (const char* name : {"@s/_n", "-n", "a.b", "constructor", "__proto__x"}) {
    CAPTURE(name);
    const bool fits = std::string_view(name) != "__proto__x";
    CHECK(registry.publish(ann, name, "1.0.0").status == (fits ? 201 : 400));
  }
}

TEST_CASE("a tarball beyond the limit is refused while it arrives") {
  RegistryUnderTest registry({.registration = true}, "http://registry.test", 1000);
  const auto ann = registry.login("ann");

  const auto answer =
      registry.request("PUT", "/n", ann, publish_body("n", "1.0.0", std::string(5000, 'x')));

  CHECK(answer.status == 413);
  CHECK(answer.body.find("\"error\"") != std::string::npos);
}

TEST_CASE("a full disk is said to publishers and operators, and readers go on") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  REQUIRE(registry.publish(ann, "n", "1.0.0").status == 201);
  CHECK(registry.get("/-/health").body == R"({"status":"ok"})");
  registry.blobs().fill();

  const auto answer = registry.publish(ann, "n", "1.1.0");
  const auto health = registry.get("/-/health");

  CHECK(answer.status == 507);
  CHECK(answer.body.find("disk is full") != std::string::npos);
  CHECK(answer.body.find("/data") == std::string::npos);
  CHECK(health.status == 200);
  CHECK(health.body.find(R"("status":"degraded")") != std::string::npos);
  CHECK(registry.get("/n/latest").status == 200);
  CHECK(registry.get("/n/-/n-1.0.0.tgz").status == 200);
  CHECK(registry.get("/n/1.1.0").status == 404);
}

TEST_CASE("a publish under another tag leaves latest alone") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  REQUIRE(registry.publish(ann, "n", "1.0.0", "beta").status == 201);
  REQUIRE(registry.publish(ann, "n", "2.0.0", "next").status == 201);

  CHECK(registry.get("/-/package/n/dist-tags").body ==
        R"({"beta":"1.0.0","latest":"1.0.0","next":"2.0.0"})");
}

TEST_CASE("tags are set with a JSON string, removed, and protected") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  REQUIRE(registry.publish(ann, "n", "1.0.0").status == 201);
  const std::string tags = "/-/package/n/dist-tags";

  CHECK(registry.request("PUT", tags + "/stable", ann, "\"1.0.0\"").status == 201);
  CHECK(registry.request("PUT", tags + "/stable", ann, "\"9.0.0\"").status == 404);
  CHECK(registry.request("PUT", tags + "/stable", ann, "1.0.0").status == 400);
  CHECK(registry.request("PUT", tags + "/stable", ann, "").status == 400);
  CHECK(registry.request("PUT", tags + "/1.x", ann, "\"1.0.0\"").status == 400);
  CHECK(registry.request("PUT", tags + "/stable", registry.login("bob"), "\"1.0.0\"").status ==
        403);
  CHECK(registry.request("DELETE", tags + "/latest", ann).status == 403);
  CHECK(registry.request("DELETE", tags + "/stable", ann).status == 200);
  CHECK(registry.get(tags).body == R"({"latest":"1.0.0"})");
}

TEST_CASE("large documents wait their turn while memory is short, and usual ones do not") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  auto large = publish_body("n", "1.0.0", sample_tarball(k_tarball_json));
  large.insert(1, R"("unknown":")" + std::string(std::size_t{3} << 20U, 'x') + R"(",)");
  {
    const std::vector taken{registry.metadata_mebibytes().take(),
                            registry.metadata_mebibytes().take(),
                            registry.metadata_mebibytes().take()};

    const auto refused = registry.request("PUT", "/n", ann, large);

    CHECK(refused.status == 503);
    CHECK(refused.body.find("busy") != std::string::npos);
    CHECK(registry.publish(ann, "usual", "1.0.0").status == 201);
  }
  CHECK(registry.request("PUT", "/n", ann, large).status == 201);
  // What the refused and the accepted one held is given back.
  CHECK(registry.request("PUT", "/n", ann, large).status == 403);
}

TEST_SUITE_END();

}  // namespace
