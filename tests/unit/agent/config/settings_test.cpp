#include "agent/config/settings.hpp"

#include "agent/manifest/template.hpp"
#include "tests/support/agent/config/resolved_manifest.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using agent::config::Change;
using agent::config::Changes;
using agent::config::Occasion;
using agent::config::Origin;
using agent::config::Resolution;

constexpr const char* k_document = R"(
replicated_api_version: 2.9.0
cmds:
- {name: secret, cmd: random, args: ["8", "[a-z]"]}
- {name: pair, cmd: cert, args: ["2048", "host.example"]}
- {name: outside, cmd: publicip}
config:
- name: main
  items:
  - {name: plain, type: text}
  - {name: with_default, type: text, default: fallback}
  - {name: initial, type: text, value: first, default: fallback}
  - {name: fixed, type: text, value: stone, readonly: true}
  - {name: needed, type: text, required: true, title: The needed one, when: advanced=1}
  - {name: advanced, type: bool, default: "0"}
  - {name: once, type: text, write_once: true}
  - {name: derived, type: text, default: '{{repl ConfigOption "with_default"}}!', readonly: true}
  - {name: password, type: password}
  - {name: heading, type: heading}
  - name: color
    type: select_one
    default: red
    items: [{name: red}, {name: blue}]
  - name: extras
    type: select_many
    items: [{name: logs, default: "1"}, {name: metrics}]
- name: hidden_group
  when: '{{repl ConfigOptionEquals "advanced" "1"}}'
  items:
  - {name: generated, type: password, hidden: true, value_cmd: {name: secret, value_at: 0}}
  - {name: again, type: text, readonly: true, value_cmd: {name: secret, value_at: 0}}
  - {name: suggested, type: text, default_cmd: {name: secret, value_at: 0}}
  - {name: certificate, type: file, data_cmd: {name: pair, value_at: 1}}
  - {name: address, type: text, value_cmd: {name: outside, value_at: 0}}
)";

class Settings : public tests::ResolvedManifest {
 public:
  explicit Settings(const std::string& document = k_document) : ResolvedManifest(document) {}
};

std::string value(const Resolution& resolution, const char* name) {
  const auto found = resolution.settings.items.find(name);
  return found == resolution.settings.items.end() ? "(no such item)" : found->second.value;
}

std::vector<std::string> codes(const Resolution& resolution) {
  std::vector<std::string> found;
  for (const auto& error : resolution.errors) {
    found.push_back(error.item + " " + error.code);
  }
  return found;
}

TEST_SUITE_BEGIN("config.settings");

TEST_CASE("a value is the admin's, else the manifest's, else the default") {
  Settings settings;

  const auto fresh = settings.resolve();
  const auto changed =
      settings.resolve({{"with_default", {.value = "mine"}}, {"initial", {.value = "mine too"}}});
  const auto reset = settings.resolve({{"initial", Change{}}});

  CHECK(fresh.errors.empty());
  CHECK(value(fresh, "plain").empty());
  CHECK(value(fresh, "with_default") == "fallback");
  CHECK(value(fresh, "initial") == "first");
  CHECK(value(fresh, "derived") == "fallback!");
  CHECK(value(changed, "with_default") == "mine");
  CHECK(value(changed, "initial") == "mine too");
  CHECK(value(changed, "derived") == "mine!");
  CHECK(value(reset, "initial") == "first");
}

TEST_CASE("a generated value is kept from then on") {
  Settings settings;

  const auto first = settings.resolve();
  const int asked = settings.world.asked;
  const auto second = settings.resolve({{"plain", {.value = "x"}}});

  CHECK(value(first, "generated").size() == 8);
  CHECK(value(second, "generated") == value(first, "generated"));
  CHECK(value(second, "suggested") == value(first, "suggested"));
  CHECK(first.settings.items.at("certificate").data == "certificate of host.example");
  CHECK(settings.world.asked == asked + 1);  // Only the address is asked for again, in vain.
}

TEST_CASE("another release makes default_cmd and readonly values anew, and no others") {
  Settings settings;

  const auto first = settings.resolve({}, "1");
  const auto second = settings.resolve({}, "2");

  CHECK(value(second, "generated") == value(first, "generated"));
  CHECK(value(second, "again") != value(first, "again"));
  CHECK(value(second, "suggested") != value(first, "suggested"));
}

TEST_CASE("a command that cannot be run is a warning") {
  Settings settings;

  const auto resolution = settings.resolve();

  CHECK(resolution.errors.empty());
  REQUIRE(resolution.warnings.size() == 1);
  CHECK(resolution.warnings[0].item == "address");
  CHECK(resolution.warnings[0].message == "no way out");
}

TEST_CASE("a required item needs a value only while it is visible") {
  Settings settings;

  const auto invisible = settings.resolve();
  const auto visible = settings.resolve({{"advanced", {.value = "true"}}});
  const auto filled = settings.resolve({{"needed", {.value = "here"}}});

  CHECK(invisible.errors.empty());
  CHECK_FALSE(invisible.settings.items.at("needed").visible);
  CHECK(codes(visible) == std::vector<std::string>{"needed required"});
  CHECK(visible.errors[0].message == "The needed one needs a value");
  CHECK(value(visible, "advanced") == "1");
  CHECK(filled.errors.empty());
}

TEST_CASE("changes that make no sense are refused by name") {
  Settings settings;

  const auto resolution = settings.resolve({{"nobody", {.value = "x"}},
                                            {"fixed", {.value = "x"}},
                                            {"color", {.value = "green"}},
                                            {"advanced", {.value = "maybe"}},
                                            {"heading", {.value = "x"}},
                                            {"extras", {.value = "x"}}});

  CHECK(codes(resolution) == std::vector<std::string>{"advanced not_a_boolean",
                                                      "color not_a_choice",
                                                      "extras no_value_possible",
                                                      "fixed read_only",
                                                      "heading no_value_possible",
                                                      "nobody unknown_item"});
  CHECK(value(resolution, "color") == "red");
}

TEST_CASE("an item to be written once is locked after the first value") {
  Settings settings;

  const auto first = settings.resolve({{"once", {.value = "a"}}});
  const auto same = settings.resolve({{"once", {.value = "a"}}});
  const auto other = settings.resolve({{"once", {.value = "b"}}});

  CHECK(first.errors.empty());
  CHECK(same.errors.empty());
  CHECK(codes(other) == std::vector<std::string>{"once write_once"});
  CHECK(value(other, "once") == "a");
}

TEST_CASE("an item to be written once is locked with its default when the admin saves") {
  Settings settings(
      "replicated_api_version: 2.9.0\nconfig:\n- name: g\n  items:\n"
      "  - {name: once, type: text, write_once: true, default: d}\n  - {name: b, type: text}\n");

  const auto applied = settings.resolve();
  const auto saved = settings.resolve({{"b", {.value = "x"}}}, "1", Occasion::save);
  const auto late = settings.resolve({{"once", {.value = "e"}}}, "1", Occasion::save);

  CHECK_FALSE(applied.settings.items.at("once").locked);
  CHECK(saved.settings.items.at("once").locked);
  CHECK(codes(late) == std::vector<std::string>{"once write_once"});
  CHECK(value(late, "once") == "d");
}

TEST_CASE("looking runs no command and keeps nothing") {
  Settings settings;

  const auto resolution = settings.resolve({}, "1", Occasion::look);

  CHECK(settings.world.asked == 0);
  CHECK(resolution.warnings.empty());
  CHECK(value(resolution, "generated").empty());
  CHECK(resolution.settings.items.at("with_default").origin == Origin::fallback);
}

TEST_CASE("an item with several values gives its first to templates") {
  Settings settings(
      "replicated_api_version: 2.9.0\nconfig:\n- name: g\n  items:\n"
      "  - {name: many, type: text, multiple: true}\n  - {name: one, type: text}\n");

  const auto resolution = settings.resolve({{"many", {.multi_value = {"a", "b"}}}});
  const auto refused = settings.resolve({{"one", {.multi_value = {"a", "b"}}}});

  CHECK(value(resolution, "many") == "a");
  CHECK(resolution.settings.items.at("many").multi_value == std::vector<std::string>{"a", "b"});
  CHECK(codes(refused) == std::vector<std::string>{"one one_value"});
}

TEST_CASE("each child of select_many is a setting of its own") {
  Settings settings;

  const auto resolution = settings.resolve({{"metrics", {.value = "1"}}});

  CHECK(resolution.errors.empty());
  CHECK(value(resolution, "logs") == "1");
  CHECK(value(resolution, "metrics") == "1");
  CHECK(value(resolution, "red") == "(no such item)");
}

TEST_CASE("passwords and hidden generated values are secrets") {
  Settings settings;

  const auto resolution = settings.resolve({{"password", {.value = "hunter2"}}});

  CHECK(resolution.settings.items.at("password").secret);
  CHECK(resolution.settings.items.at("generated").secret);
  CHECK_FALSE(resolution.settings.items.at("plain").secret);
}

TEST_CASE("settings that need each other are an error") {
  Settings settings(
      "replicated_api_version: 2.9.0\nconfig:\n- name: g\n  items:\n"
      "  - {name: a, type: text, default: '{{repl ConfigOption \"b\"}}'}\n"
      "  - {name: b, type: text, default: '{{repl ConfigOption \"a\"}}'}\n");

  const auto resolution = settings.resolve();

  CHECK(codes(resolution) == std::vector<std::string>{"a template", "b template"});
}

TEST_CASE("a long chain of settings ends in an error, not in a crash") {
  std::string document = "replicated_api_version: 2.9.0\nconfig:\n- name: g\n  items:\n";
  for (int i = 0; i < 3000; ++i) {
    document += "  - {name: a" + std::to_string(i) +
                ", type: text, default: '{{repl ConfigOption \"a" + std::to_string(i + 1) +
                "\"}}'}\n";
  }
  Settings settings(document);

  const auto resolution = settings.resolve();

  REQUIRE_FALSE(resolution.errors.empty());
  CHECK(resolution.errors[0].code == "template");
}

TEST_CASE("what is stored survives writing and reading") {
  Settings settings;
  settings.resolve(
      {{"plain", {.value = "x"}}, {"certificate", {.data = std::string("\x00\xFF", 2)}}});

  const auto read = agent::config::stored_from_json(agent::config::to_json(settings.stored));

  REQUIRE(read);
  CHECK(*read == settings.stored);
}

TEST_CASE("a damaged record is refused") {
  CHECK_FALSE(agent::config::stored_from_json("{}"));
  CHECK_FALSE(agent::config::stored_from_json(R"({"release":"1","items":{"a":{"value":5}}})"));
  CHECK_FALSE(agent::config::stored_from_json(R"({"release":"1","items":{"a":{"data":"*"}}})"));
}

TEST_CASE("templates read settled values") {
  Settings settings;
  const auto resolution = settings.resolve({{"plain", {.value = "p"}}});
  auto functions = agent::manifest::builtin_functions();
  functions.merge(agent::config::setting_functions(resolution.settings));

  const auto text = agent::manifest::expand_template(
      R"({{repl ConfigOption "plain"}} {{repl ConfigOptionEquals "color" "red"}} )"
      R"({{repl ConfigOptionNotEquals "color" "red"}} {{repl ConfigOptionData "certificate"}})"
      R"({{repl ConfigOption "unknown"}})",
      functions);

  REQUIRE(text);
  CHECK(*text == "p true false certificate of host.example");
}

TEST_SUITE_END();

}  // namespace
