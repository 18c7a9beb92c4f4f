#include "agent/base/crypto/ecdsa.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "registry/core/json_slices.hpp"
#include "registry/store/organizations.hpp"
#include "tests/support/registry/api/registry_under_test.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;
using registry::RegistryUnderTest;

json read(const std::string& body) {
  auto value = json::parse(body, nullptr, /*allow_exceptions=*/false);
  REQUIRE(value.is_object());
  return value;
}

// What `npm audit signatures` does with a version: the key by its id, then the signature.
bool is_signed(const json& keys, const json& manifest) {
  const auto& dist = manifest.at("dist");
  const auto& signature = dist.at("signatures").at(0);
  const auto message = manifest.at("name").get<std::string>() + "@" +
                       manifest.at("version").get<std::string>() + ":" +
                       dist.at("integrity").get<std::string>();
  for (const auto& key : keys.at("keys")) {
    if (key.at("keyid") == signature.at("keyid")) {
      const auto der = base::crypto::base64_decode(key.at("key").get<std::string>());
      const auto bytes = base::crypto::base64_decode(signature.at("sig").get<std::string>());
      REQUIRE(der);
      REQUIRE(bytes);
      return base::crypto::verify_ecdsa(*der, message, *bytes).has_value() &&
             !base::crypto::verify_ecdsa(*der, message + "x", *bytes).has_value();
    }
  }
  return false;
}

TEST_SUITE_BEGIN("registry.api.keys");

TEST_CASE("every published version is signed by a key of the list, in both documents") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  REQUIRE(registry.publish(ann, "@s/n", "1.0.0").status == 201);

  const auto keys = read(registry.get("/-/npm/v1/keys").body);
  const auto full = read(registry.get("/@s%2fn").body);
  const auto abbreviated =
      read(registry.get("/@s%2fn", {{"accept", "application/vnd.npm.install-v1+json"}}).body);

  REQUIRE(keys.at("keys").size() == 1);
  CHECK(keys.at("keys").at(0).at("keytype") == "ecdsa-sha2-nistp256");
  CHECK(keys.at("keys").at(0).at("expires").is_null());
  CHECK(is_signed(keys, full.at("versions").at("1.0.0")));
  CHECK(is_signed(keys, abbreviated.at("versions").at("1.0.0")));
  CHECK(is_signed(keys, read(registry.get("/@s%2fn/latest").body)));
}

TEST_CASE("a key that was replaced stays in the list, with its end") {
  RegistryUnderTest registry;
  const auto ann = registry.login("ann");
  REQUIRE(registry.organizations().set_administrator("ann", true));
  REQUIRE(registry.publish(ann, "n", "1.0.0").status == 201);
  CHECK(registry.request("POST", "/-/registry/keys", registry.login("bob")).status == 403);
  registry.clock().advance(std::chrono::seconds(1));

  REQUIRE(registry.request("POST", "/-/registry/keys", ann).status == 200);

  REQUIRE(registry.publish(ann, "n", "1.1.0").status == 201);
  const auto keys = read(registry.get("/-/npm/v1/keys").body);
  const auto versions = read(registry.get("/n").body).at("versions");
  REQUIRE(keys.at("keys").size() == 2);
  CHECK(keys.at("keys").at(0).at("expires").is_null());
  CHECK(keys.at("keys").at(1).at("expires").is_string());
  CHECK(is_signed(keys, versions.at("1.0.0")));
  CHECK(is_signed(keys, versions.at("1.1.0")));
  CHECK(versions.at("1.1.0").at("dist").at("signatures").at(0).at("keyid") ==
        keys.at("keys").at(0).at("keyid"));
}

TEST_SUITE_END();

}  // namespace
