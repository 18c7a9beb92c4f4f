#include "agent/render/preview.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/base/data/json.hpp"
#include "agent/render/document.hpp"
#include "agent/render/explain.hpp"
#include "tests/support/corpus.hpp"
#include "tests/support/golden.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using namespace agent::render;
using base::data::Json;

const std::filesystem::path k_source_dir = SLIPWAY_SOURCE_DIR;
const std::filesystem::path k_golden = k_source_dir / "tests/unit/agent/render/golden";

// A document looked at on no host in particular.
struct Preview {
  agent::config::StoredSettings stored;
  agent::config::Changes changes;
  std::optional<agent::license::License> license;
  PreviewFacts facts = default_facts();

  template <typename Use>
  auto with(std::string_view text, Use use) {
    PreviewWorld world(facts.host);
    return use(DocumentRequest{.text = text,
                               .stored = stored,
                               .changes = changes,
                               .license = license ? &*license : nullptr,
                               .facts = facts.host,
                               .release = facts.release,
                               .world = world,
                               .missing = Missing::warned});
  }

  std::string render(std::string_view text) {
    const auto rendered = with(text, render_document);
    return rendered ? preview_json(rendered->deployment)
                    : "refused: " + rendered.error().message + "\n";
  }

  base::Result<Explanation> explain(std::string_view text, const std::string& path) {
    return with(text, [&](const DocumentRequest& request) {
      return agent::render::explain(request, path);
    });
  }
};

constexpr std::string_view k_document = R"(replicated_api_version: 2.9.0
name: App
cmds:
- name: secret
  cmd: random
  args: ['8', '[a-z]']
config:
- name: main
  items:
  - name: hostname
    type: text
    default: '{{repl ConsoleSetting "tls.hostname"}}'
  - name: password
    type: password
    value_cmd:
      name: secret
  - name: region
    type: text
    required: true
components:
- name: Web
  logs:
    max_size: 10m
  containers:
  - source: public
    image_name: acme/web
    version: '1'
    env_vars:
    - name: LEFT_OUT
      value: x
      when: 'false'
    - name: URL
      value: https://{{repl ConfigOption "hostname"}}/{{repl LicenseFieldValue "seats"}}
    - name: SECRET
      static_val: '{{repl ConfigOption "password"}}'
    publish_events:
    - name: up
      trigger: container-start
      subscriptions:
      - component: Web
        container: acme/worker
        action: start
  - source: public
    image_name: acme/worker
    version: '1'
  - source: public
    image_name: acme/late
    version: '1'
    slipway:
      depends_on: [worker]
)";

// Every place of a rendering, in the spelling of `explain`.
void collect_places(const Json& json, const std::string& path, std::vector<std::string>& places) {
  if (json.is_structured() && !json.empty()) {
    std::size_t at = 0;
    for (const auto& [key, value] : json.items()) {
      const auto step =
          json.is_array() ? "[" + std::to_string(at++) + "]" : (path.empty() ? key : "." + key);
      collect_places(value, path + step, places);
    }
  } else if (!path.starts_with("order")) {
    places.push_back(path);
  }
}

TEST_SUITE_BEGIN("render.preview");

TEST_CASE("our manifests render without a host as recorded") {
  Preview preview;

  tests::check_golden(preview.render(tests::file_text(k_golden / "sample.yaml")),
                      k_golden / "sample.preview.json");
  tests::check_golden(
      preview.render(tests::file_text(k_source_dir / "manifests/npm-registry/1.0.0.yaml")),
      k_golden / "npm-registry.preview.json");
}

TEST_CASE("manifests of others render to the bytes whose digests are recorded") {
  const auto corpus = tests::corpus_folder(k_source_dir);
  if (!corpus) {
    MESSAGE("skipped: SLIPWAY_CORPUS names no folder");
    return;
  }
  std::vector<std::string> lines;
  for (const auto& file : std::filesystem::directory_iterator(*corpus / "manifests")) {
    const auto text = Preview().render(tests::file_text(file.path()));
    CHECK(text == Preview().render(tests::file_text(file.path())));
    lines.push_back(file.path().filename().string() + " " + base::crypto::sha256_hex(text) + "\n");
  }
  std::sort(lines.begin(), lines.end());
  std::string all;
  for (const auto& line : lines) {
    all += line;
  }
  tests::check_golden(all, k_golden / "corpus.txt");
}

TEST_CASE("a required setting without a value is a warning only") {
  Preview preview;

  const auto rendered = preview.with(k_document, render_document);

  REQUIRE(rendered);
  CHECK(rendered->warnings == std::vector<std::string>{"region: region needs a value"});
}

TEST_CASE("what a command would make is a placeholder of the same kind") {
  Preview preview;

  const auto rendered = preview.with(k_document, render_document);

  REQUIRE(rendered);
  CHECK(rendered->deployment.containers.at(0).env.at(1).value == "abcdefgh");
}

TEST_CASE("the order says what starts at once and what waits for what") {
  Preview preview;

  const auto order = Json::parse(preview.render(k_document)).at("order");

  REQUIRE(order.size() == 3);
  CHECK(order[0]["container"] == "web");
  CHECK(order[0]["rank"] == 0);
  CHECK(order[1]["container"] == "worker");
  CHECK(order[1]["rank"] == 1);
  CHECK(order[1]["started_by_first_of"] == Json::parse(R"([{"container":"web","event":"up"}])"));
  CHECK(order[2]["container"] == "late");
  CHECK(order[2]["rank"] == 2);
  CHECK(order[2]["after_healthy"] == Json::parse(R"(["worker"])"));
}

TEST_CASE("facts replace the default ones, and an unknown fact is refused") {
  const auto facts = facts_from_json(
      R"({"private_address":"10.0.0.1","interfaces":{"eth9":"10.0.0.1"},"offline":true,)"
      R"("now":"2030-01-31T00:00:00Z","release":{"sequence":7,"channel":"Beta"}})");

  REQUIRE(facts);
  CHECK(facts->host.private_address == "10.0.0.1");
  CHECK(facts->host.public_address == default_facts().host.public_address);
  CHECK(facts->host.interfaces.size() == 1);
  CHECK(facts->host.offline);
  CHECK(facts->host.now.time_since_epoch().count() == 1'896'048'000);
  CHECK(facts->release.sequence == 7);
  CHECK(facts->release.channel == "Beta");
  CHECK_FALSE(facts_from_json(R"({"privat_address":"10.0.0.1"})"));
  CHECK_FALSE(facts_from_json(R"({"now":"yesterday"})"));
}

TEST_CASE("an explanation names the key, and what its template took from where") {
  Preview preview;
  preview.license = agent::license::License{.fields = {{"seats", std::int64_t{50}}}};

  const auto explained = preview.explain(k_document, "containers.web.env.URL.value");

  REQUIRE(explained);
  CHECK(explained->path == "containers[0].env[0].value");
  CHECK(explained->value == R"("https://appliance.example/50")");
  REQUIRE(explained->keys.size() == 1);
  CHECK(explained->keys[0].path == "components[0].containers[0].env_vars[1].value");
  CHECK(explained->keys[0].at.line == 33);
  CHECK(explained->keys[0].at.column == 14);
  REQUIRE(explained->sources.size() == 3);
  CHECK(explained->sources[0].call == R"(ConfigOption "hostname")");
  CHECK(explained->sources[0].from == "its default in the manifest");
  CHECK(explained->sources[0].keys.at(0).path == "config[0].items[0].default");
  CHECK(explained->sources[0].keys.at(0).at.line == 12);
  CHECK(explained->sources[1].call == R"(ConsoleSetting "tls.hostname")");
  CHECK(explained->sources[1].from == "the facts of the host");
  CHECK(explained->sources[2].call == R"(LicenseFieldValue "seats")");
  CHECK(explained->sources[2].result == "50");
  CHECK(explained->sources[2].from == "the licence's field 'seats'");
}

TEST_CASE("an explanation tells a given setting from a generated one") {
  Preview preview;

  const auto generated = preview.explain(k_document, "containers.web.env.SECRET.value");
  preview.changes["password"].value = "hunter2";
  const auto given = preview.explain(k_document, "containers.web.env.SECRET.value");

  REQUIRE(generated);
  CHECK(generated->keys.at(0).path == "components[0].containers[0].env_vars[2].static_val");
  CHECK(generated->sources.at(0).from == "its command, run once");
  CHECK(generated->sources.at(0).keys.at(1).path == "cmds[0].cmd");
  REQUIRE(given);
  CHECK(given->sources.at(0).from == "the settings given");
  CHECK(given->value == R"("hunter2")");
}

TEST_CASE("what a container inherits, and what nothing says, is explained too") {
  Preview preview;

  const auto inherited = preview.explain(k_document, "containers.web.log.options[0].value");
  const auto absent = preview.explain(k_document, "containers[0].privileged");

  REQUIRE(inherited);
  CHECK(inherited->keys.at(0).path == "components[0].logs");
  REQUIRE(absent);
  CHECK(absent->keys.empty());
  CHECK(absent->defaults == std::vector<std::string>{"components[0].containers[0].privileged"});
}

TEST_CASE("a path that the rendering does not have is not found") {
  Preview preview;
  for (const std::string path : {"", "containers[9]", "containers.web.env.NONE", "x", "name.x"}) {
    CAPTURE(path);

    const auto explained = preview.explain(k_document, path);

    REQUIRE_FALSE(explained);
    CHECK(explained.error().code == base::ErrorCode::not_found);
  }
}

TEST_CASE("every place of a rendering comes from some key of the document") {
  for (const auto& file :
       {k_golden / "sample.yaml", k_source_dir / "manifests/npm-registry/1.0.0.yaml"}) {
    CAPTURE(file.string());
    Preview preview;
    const auto text = tests::file_text(file);
    std::vector<std::string> places;
    collect_places(Json::parse(preview.render(text)), "", places);
    CHECK(places.size() > 100);
    // Each place means a rendering: of a large document some stand for all.
    const auto step = places.size() / 100;
    for (std::size_t at = 0; at < places.size(); at += step) {
      const auto& place = places[at];
      CAPTURE(place);

      const auto explained = preview.explain(text, place);

      REQUIRE(explained);
      CHECK(explained->path == place);
      const bool empty_list = explained->value == "[]" && place.find('.') == std::string::npos;
      CHECK((empty_list || explained->keys.size() + explained->defaults.size() > 0));
    }
  }
}

TEST_SUITE_END();

}  // namespace
