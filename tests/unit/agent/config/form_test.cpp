#include "agent/config/form.hpp"

#include "tests/support/agent/config/resolved_manifest.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace agent::config;

constexpr const char* k_document = R"(
replicated_api_version: 2.9.0
cmds:
- {name: secret, cmd: random, args: ["8"]}
config:
- name: main
  title: 'Main of {{repl ConfigOption "name"}}'
  test_proc: {display_name: Try, command: resolve_host, arg_fields: [name], run_on_save: "true"}
  items:
  - {name: caption, type: label, title: Hello}
  - {name: name, type: text, default: fallback, affix: left, recommended: true}
  - {name: notes, type: textarea, props: {rows: 5}}
  - {name: password, type: password}
  - {name: generated, type: text, hidden: true, value_cmd: {name: secret, value_at: 0}}
  - name: color
    type: select_one
    default: red
    items: [{name: red}, {name: blue, when: name=sea}]
  - name: extras
    type: select_many
    items: [{name: logs, default: "1"}, {name: metrics}]
  - {name: many, type: text, multiple: true, multi_value: [a, b]}
  - {name: files, type: file, multiple: true}
- name: other
  when: name=other
  items:
  - {name: inner, type: text}
)";

const FormItem& item(const std::vector<FormGroup>& form, const std::string& name) {
  for (const auto& group : form) {
    for (const auto& each : group.items) {
      if (each.name == name) {
        return each;
      }
    }
  }
  FAIL("no item " << name);
  return form[0].items[0];
}

std::vector<FormGroup> form(tests::ResolvedManifest& settings,
                            const Changes& changes = {},
                            HiddenItems hidden = HiddenItems::leave_out) {
  const auto resolution = settings.resolve(changes);
  CHECK(resolution.errors.empty());
  return make_form(settings.manifest(), resolution.settings, settings.functions, hidden);
}

TEST_SUITE_BEGIN("config.form");

TEST_CASE("titles are templates over the values") {
  tests::ResolvedManifest settings(k_document);

  CHECK(form(settings)[0].title == "Main of fallback");
  CHECK(form(settings, {{"name", {.value = "x"}}})[0].title == "Main of x");
}

TEST_CASE("a group is visible with something in it") {
  tests::ResolvedManifest settings(k_document);

  CHECK(form(settings)[0].visible);
  CHECK_FALSE(form(settings)[1].visible);
  CHECK(form(settings, {{"name", {.value = "other"}}})[1].visible);
}

TEST_CASE("secrets come without their value, hidden ones only on demand") {
  tests::ResolvedManifest settings(k_document);

  const auto shown = form(settings, {{"password", {.value = "hunter2"}}}, HiddenItems::include);

  CHECK_FALSE(item(shown, "password").value);
  CHECK(item(shown, "password").has_value);
  CHECK_FALSE(item(shown, "generated").value);
  CHECK(item(shown, "generated").has_value);
  CHECK(form(settings)[0].items.size() + 1 == shown[0].items.size());
}

TEST_CASE("choices of select_many have values, those of select_one a condition") {
  tests::ResolvedManifest settings(k_document);

  const auto shown = form(settings);

  CHECK(item(shown, "color").value == "red");
  CHECK_FALSE(item(shown, "color").choices[1].visible);
  CHECK(item(form(settings, {{"name", {.value = "sea"}}}), "color").choices[1].visible);
  CHECK_FALSE(item(shown, "extras").value);
  CHECK(item(shown, "extras").choices[0].value == "1");
  CHECK(item(shown, "extras").choices[1].value.empty());
}

TEST_CASE("several values and several files") {
  tests::ResolvedManifest settings(k_document);

  const auto shown =
      form(settings, {{"files", {.multi_value = {"a", "b"}, .multi_data = {"12", "345"}}}});

  CHECK(item(shown, "many").multi_value == std::vector<std::string>{"a", "b"});
  CHECK(item(shown, "files").files == std::vector<FormFile>{{"a", 2}, {"b", 3}});
}

TEST_CASE("what the screen needs beside values is there") {
  tests::ResolvedManifest settings(k_document);

  const auto shown = form(settings);

  CHECK(item(shown, "name").affix == "left");
  CHECK(item(shown, "name").recommended);
  CHECK(item(shown, "notes").properties.at("rows") == "5");
  CHECK_FALSE(item(shown, "caption").value);
  REQUIRE(shown[0].test);
  CHECK(shown[0].test->title == "Try");
  CHECK(shown[0].test->on_save);
}

TEST_SUITE_END();

}  // namespace
