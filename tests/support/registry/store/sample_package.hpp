#pragma once

#include "registry/core/manifest.hpp"
#include "registry/core/package.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace registry {

inline constexpr base::WallTime k_sample_time{std::chrono::milliseconds(1'700'000'000'000)};

inline std::shared_ptr<const core::VersionContent> sample_content(const std::string& name,
                                                                  const std::string& version) {
  const std::string json = R"({"name":")" + name + R"(","version":")" + version +
                           R"(","description":"Sample of )" + name +
                           R"(","keywords":["alpha","b%ta"],"license":"MIT"})";
  auto built = core::build_manifest(
      {.name = name,
       .body = json,
       .tarball = {.package_json = json, .file_count = 1, .unpacked_size = 10},
       .blob =
           {.sha512_hex = "aa" + version, .sha512_base64 = "AP8=", .sha1_hex = "abc", .size = 42},
       .publisher = {.name = "ann", .email = "ann@example.org"}});
  REQUIRE(built);
  return built->content;
}

inline core::Change sample_publish(const core::Package& before, const std::string& version) {
  auto change = core::with_publication(before,
                                       {.content = sample_content(before.name, version),
                                        .tags = {"latest"},
                                        .publisher = {.name = "ann", .email = "ann@example.org"},
                                        .readme = "# of " + version,
                                        .readme_file = "README.md"},
                                       k_sample_time);
  REQUIRE(change);
  return *std::move(change);
}

}  // namespace registry
