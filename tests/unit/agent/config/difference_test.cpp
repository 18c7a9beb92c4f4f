#include "agent/config/difference.hpp"

#include "tests/support/agent/config/resolved_manifest.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace agent::config;

TEST_SUITE_BEGIN("config.difference");

TEST_CASE("what changed is told with both values, of a secret only that it did") {
  tests::ResolvedManifest settings(
      "replicated_api_version: 2.9.0\nconfig:\n- name: g\n  items:\n"
      "  - {name: a, type: text, default: d}\n  - {name: b, type: text}\n"
      "  - {name: p, type: password}\n");
  settings.resolve({{"a", {.value = "1"}}, {"b", {.value = "same"}}});
  auto before = settings.stored;
  before.items["gone"].value = "perhaps a password";
  settings.resolve({{"a", {.value = "2"}}, {"p", {.value = "hunter2"}}});
  const auto after = settings.stored;

  const auto changes = difference(settings.manifest(), before, after);

  CHECK(changes ==
        std::vector<SettingDifference>{{.item = "a", .secret = false, .before = "1", .after = "2"},
                                       {.item = "gone", .secret = true, .before = {}, .after = {}},
                                       {.item = "p", .secret = true, .before = {}, .after = {}}});
}

TEST_SUITE_END();

}  // namespace
