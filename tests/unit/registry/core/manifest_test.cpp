#include "registry/core/manifest.hpp"

#include <doctest/doctest.h>

namespace {

using namespace registry::core;  // NOLINT(google-build-using-namespace)

ManifestInput input(std::string_view body, std::string package_json) {
  return {
      .name = "@s/n",
      .body = body,
      .tarball = {.package_json = std::move(package_json), .file_count = 3, .unpacked_size = 193},
      .blob = {.sha512_hex = "00ff", .sha512_base64 = "AP8=", .sha1_hex = "abc", .size = 42},
      .publisher = {"ann", "ann@example.org"}};
}

std::string field(const std::string& object, std::string_view key) {
  const auto members = members_of(object);
  REQUIRE(members);
  return std::string(find(*members, key));
}

constexpr std::string_view k_body = R"({"name":"@s/n","version":"1.0.0"})";
const std::string k_package = R"({"name":"@s/n","version":"1.0.0"})";  // NOLINT(cert-err58-cpp)

TEST_SUITE_BEGIN("registry.core.manifest");

TEST_CASE("the offset of the public address is where the tarball's path begins") {
  const auto built = build_manifest(input(k_body, k_package));

  REQUIRE(built);
  const auto& content = *built->content;
  CHECK(content.manifest.substr(content.manifest_base) == R"(/@s/n/-/n-1.0.0.tgz"}})");
  CHECK(content.abbreviated.substr(content.abbreviated_base) == R"(/@s/n/-/n-1.0.0.tgz"}})");
  CHECK(content.integrity == "sha512-AP8=");
}

TEST_CASE("what decides an installation comes from the tarball") {
  const std::string body = R"({"name":"@s/n","version":"1.0.0","description":"of the body",)"
                           R"("dependencies":{"good":"1"},"os":["linux"],"bin":{"n":"i.js"}})";
  const std::string package = R"({"name":"@s/n","version":"1.0.0","description":"of the tarball",)"
                              R"("dependencies":{"evil":"1"},"scripts":{"postinstall":"x"}})";

  const auto built = build_manifest(input(body, package));

  REQUIRE(built);
  CHECK(field(built->content->manifest, "dependencies") == R"({"evil":"1"})");
  CHECK(field(built->content->manifest, "scripts") == R"({"postinstall":"x"})");
  CHECK(field(built->content->manifest, "os").empty());
  CHECK(field(built->content->manifest, "description") == R"("of the body")");
  CHECK(field(built->content->abbreviated, "bin") == R"({"n":"i.js"})");
  CHECK(field(built->content->abbreviated, "hasInstallScript") == "true");
  CHECK(field(built->content->abbreviated, "description").empty());
}

TEST_CASE("a publisher cannot set what is the registry's to say") {
  const std::string body =
      R"({"name":"@s/n","version":"1.0.0","_npmUser":{"name":"root"},"maintainers":[],)"
      R"("hasInstallScript":true,"deprecated":"x","_hasShrinkwrap":true,"access":"public",)"
      R"("dist":{"tarball":"http://elsewhere/x.tgz"},"readme":"text","readmeFilename":"R.md"})";

  const auto built = build_manifest(input(body, k_package));

  REQUIRE(built);
  const auto& manifest = built->content->manifest;
  CHECK(field(manifest, "_npmUser") == R"({"name":"ann","email":"ann@example.org"})");
  CHECK(field(manifest, "_hasShrinkwrap") == "false");
  CHECK(manifest.find("elsewhere") == std::string::npos);
  CHECK(manifest.find("deprecated") == std::string::npos);
  CHECK(manifest.find("access") == std::string::npos);
  CHECK(field(manifest, "readme").empty());
  CHECK(built->content->abbreviated.find("hasInstallScript") == std::string::npos);
  CHECK(built->readme == "text");
}

TEST_CASE("numbers, escapes and unknown fields stay as they were written") {
  const std::string body =
      R"({"name":"@s/n","version":"1.0.0","x":{"n":1.50,"u":"\ud83d"},"exports":{".":"./i.js"}})";

  const auto built = build_manifest(input(body, k_package));

  REQUIRE(built);
  CHECK(field(built->content->manifest, "x") == R"({"n":1.50,"u":"\ud83d"})");
  CHECK(field(built->content->manifest, "exports") == R"({".":"./i.js"})");
}

TEST_CASE("a native module has an install script even when no script is named") {
  auto native = input(
      R"({"name":"@s/n","version":"1.0.0","scripts":{"install":"node-gyp rebuild"}})", k_package);
  native.tarball.has_binding_gyp = true;

  const auto built = build_manifest(native);

  REQUIRE(built);
  CHECK(field(built->content->manifest, "scripts") == R"({"install":"node-gyp rebuild"})");
  CHECK(field(built->content->abbreviated, "hasInstallScript") == "true");
}

TEST_CASE("a manifest that does not agree with address and tarball is refused") {
  std::string body(k_body);
  std::string package = k_package;
  SUBCASE("another name in the body") {
    body = R"({"name":"@s/other","version":"1.0.0"})";
  }
  SUBCASE("another name in the tarball") {
    package = R"({"name":"other","version":"1.0.0"})";
  }
  SUBCASE("another version in the tarball") {
    package = R"({"name":"@s/n","version":"1.0.1"})";
  }
  SUBCASE("no version") {
    body = R"({"name":"@s/n"})";
  }
  SUBCASE("a version that is none") {
    body = R"({"name":"@s/n","version":"one"})";
  }
  SUBCASE("another SHA-1") {
    body = R"({"name":"@s/n","version":"1.0.0","dist":{"shasum":"def"}})";
  }
  SUBCASE("another SHA-512") {
    body = R"({"name":"@s/n","version":"1.0.0","dist":{"integrity":"sha512-AAAA"}})";
  }
  SUBCASE("a package.json that is not JSON") {
    package = "{";
  }

  const auto built = build_manifest(input(body, package));

  REQUIRE_FALSE(built);
  CHECK(built.error().code == base::ErrorCode::invalid_input);
}

TEST_CASE("a version is cleaned before it is stored") {
  const auto built = build_manifest(
      input(R"({"name":"@s/n","version":"v1.0.0"})", R"({"name":"@s/n","version":"1.0.0+b"})"));

  REQUIRE(built);
  CHECK(built->content->version == "1.0.0");
  CHECK(field(built->content->manifest, "version") == R"("1.0.0")");
}

TEST_CASE("a package.json with a byte order mark or bytes that are not UTF-8 is read") {
  const auto built = build_manifest(
      input(k_body, "\xEF\xBB\xBF{\"name\":\"@s/n\",\"version\":\"1.0.0\",\"x\":\"\xFF\"}"));

  CHECK(built.has_value());
}

TEST_SUITE_END();

}  // namespace
