#include "agent/config/settings.hpp"
#include "agent/manifest/template.hpp"
#include "agent/render/functions.hpp"
#include "tests/support/agent/render/rendering.hpp"
#include "tests/support/corpus.hpp"

#include <doctest/doctest.h>

#include <cctype>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

using agent::manifest::FunctionTable;

std::string page() {
  return tests::file_text(std::filesystem::path(SLIPWAY_SOURCE_DIR) / "docs/templates.md");
}

// The installation that the page's examples speak of.
struct Installation {
  agent::manifest::Manifest manifest =
      agent::manifest::read_manifest(
          "replicated_api_version: 2.9.0\nname: App\ncomponents:\n- name: Web\n  containers:\n"
          "  - {source: public, image_name: acme/web, version: '1',\n"
          "     ports: [{private_port: '80', public_port: '8080'}]}\n")
          .manifest;
  agent::license::License license = {.assignee = "Big Bank", .fields = {{"seats", 50L}}};
  agent::config::ResolvedSettings settings = {
      .items = {{"hostname", {.value = "app.corp"}},
                {"tls", {.value = "1"}},
                {"ca_file", {.value = "ca.pem", .data = "-----BEGIN"}}}};
  tests::Rendering host;

  Installation() {
    host.facts.console_settings["http.proxy"] = "http://proxy.corp:3128";
    host.facts.console_ldap["BaseDN"] = "dc=corp";
    host.release.channel = "Stable";
  }

  [[nodiscard]] FunctionTable functions() const {
    auto table = agent::render::template_functions(
        {.manifest = manifest, .license = &license, .facts = host.facts, .release = host.release});
    table.merge(agent::config::setting_functions(settings));
    return table;
  }
};

// The cells of a row of a table; `\|` is a bar within one.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '|') {
      cells.emplace_back();
    } else if (line.compare(i, 2, "\\|") == 0) {
      cells.back() += line[++i];
    } else if (!cells.empty()) {
      cells.back() += line[i];
    }
  }
  return cells;
}

// What stands between backquotes, one or two; nothing for a cell without them.
std::optional<std::string> code_in(const std::string& cell) {
  const auto first = cell.find('`');
  const auto last = cell.rfind('`');
  if (first == std::string::npos || last == first) {
    return std::nullopt;
  }
  const bool doubled = cell.compare(first, 3, "`` ") == 0;
  const std::size_t marks = doubled ? 3 : 1;
  return cell.substr(first + marks, last + 1 - first - 2 * marks);
}

// Templates of the page with what they are said to give.
std::vector<std::pair<std::string, std::string>> examples() {
  std::vector<std::pair<std::string, std::string>> found;
  std::istringstream lines(page());
  for (std::string line; std::getline(lines, line);) {
    const auto cells = line.starts_with('|') ? cells_of(line) : std::vector<std::string>();
    if (cells.size() < 4) {
      continue;
    }
    const auto text = code_in(cells[cells.size() - 3]);
    const auto result = code_in(cells[cells.size() - 2]);
    if (text && result && text->find("{{repl") != std::string::npos) {
      found.emplace_back(*text, *result);
    }
  }
  return found;
}

TEST_SUITE_BEGIN("render.templates_page");

TEST_CASE("every example of docs/templates.md gives what the page says") {
  const Installation installation;
  const auto functions = installation.functions();
  const auto all = examples();

  for (const auto& example : all) {
    const auto& text = example.first;
    const auto& expected = example.second;
    CAPTURE(text);

    const auto result = agent::manifest::expand_template(text, functions);

    REQUIRE_MESSAGE(result, result.error().message);
    CHECK(*result == expected);
  }
  CHECK(all.size() >= 200);
}

TEST_CASE("docs/templates.md names every function") {
  std::set<std::string> named;
  std::string word;
  for (const char c : page()) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      word.push_back(c);
    } else {
      named.insert(std::exchange(word, {}));
    }
  }

  for (const auto& entry : Installation().functions()) {
    CHECK_MESSAGE(named.contains(entry.first), entry.first);
  }
}

TEST_SUITE_END();

}  // namespace
