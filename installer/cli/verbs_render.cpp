#include "agent/config/exchange.hpp"
#include "agent/license/license.hpp"
#include "agent/manifest/diagnostic.hpp"
#include "agent/render/document.hpp"
#include "agent/render/explain.hpp"
#include "agent/render/preview.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <iostream>
#include <optional>

#include "installer/cli/manifest_exit_codes.hpp"
#include "installer/cli/verbs.hpp"

namespace installer::cli {
namespace {

namespace render = agent::render;
using agent::manifest::dotted_path;

// What a rendering is made from.
struct Inputs {
  std::string text;
  agent::config::Changes changes;
  std::optional<agent::license::License> license;
  render::PreviewFacts facts;
};

// A file that a person named: what is wrong in it is said with its name.
template <typename Read>
auto read_named(const std::string& file, Read read) -> decltype(read(std::string_view())) {
  BASE_TRY_ASSIGN(const auto text, read_document(file));
  auto value = read(std::string_view(text));
  if (!value) {
    return std::move(value).error().with_context(file);
  }
  return value;
}

base::Result<Inputs> read_inputs(const ManifestOptions& options) {
  Inputs inputs;
  BASE_TRY_ASSIGN(inputs.text, read_document(options.file));
  if (!options.settings.empty()) {
    BASE_TRY_ASSIGN(inputs.changes,
                    read_named(options.settings, agent::config::changes_from_export));
  }
  if (!options.license.empty()) {
    BASE_TRY_ASSIGN(inputs.license, read_named(options.license, agent::license::unsigned_license));
  }
  inputs.facts = render::default_facts();
  if (!options.facts.empty()) {
    BASE_TRY_ASSIGN(inputs.facts, read_named(options.facts, render::facts_from_json));
  }
  return inputs;
}

Json key_json(const render::ManifestKey& key) {
  return {{"path", dotted_path(key.path)},
          {"line", key.at.line},
          {"column", key.at.column},
          {"text", key.text}};
}

Json keys_json(const std::vector<render::ManifestKey>& keys) {
  auto json = Json::array();
  for (const auto& key : keys) {
    json.push_back(key_json(key));
  }
  return json;
}

Json explanation_json(const render::Explanation& explanation) {
  Json json{{"path", explanation.path},
            {"value", Json::parse(explanation.value)},
            {"keys", keys_json(explanation.keys)},
            {"defaults", Json::array()},
            {"sources", Json::array()}};
  for (const auto& path : explanation.defaults) {
    json["defaults"].push_back(dotted_path(path));
  }
  for (const auto& source : explanation.sources) {
    json["sources"].push_back({{"call", source.call},
                               {"result", source.result},
                               {"from", source.from},
                               {"keys", keys_json(source.keys)}});
  }
  return json;
}

std::string key_text(const std::string& file, const render::ManifestKey& key) {
  const auto text = key.text.empty() ? "" : ": " + key.text;
  return fmt::format(
      "{}:{}:{}: {}{}\n", file, key.at.line, key.at.column, dotted_path(key.path), text);
}

std::string explanation_text(const std::string& file, const render::Explanation& explanation) {
  auto text = fmt::format("{} = {}\n", explanation.path, explanation.value);
  for (const auto& key : explanation.keys) {
    text += "  " + key_text(file, key);
  }
  for (const auto& path : explanation.defaults) {
    text += fmt::format("  {} is not there: its default holds\n", dotted_path(path));
  }
  if (explanation.keys.empty() && explanation.defaults.empty()) {
    text += "  no key of the document decides it\n";
  }
  for (const auto& source : explanation.sources) {
    text += fmt::format("  {} = \"{}\" from {}\n", source.call, source.result, source.from);
    for (const auto& key : source.keys) {
      text += "    " + key_text(file, key);
    }
  }
  return text;
}

}  // namespace

int render_manifest(Context& context, const ManifestOptions& options) {
  const auto inputs = read_inputs(options);
  if (!inputs) {
    static_cast<void>(context.output.fail(inputs.error()));
    return k_unreadable;
  }
  const agent::config::StoredSettings nothing_stored;
  render::PreviewWorld world(inputs->facts.host);
  const render::DocumentRequest request{.text = inputs->text,
                                        .stored = nothing_stored,
                                        .changes = inputs->changes,
                                        .license = inputs->license ? &*inputs->license : nullptr,
                                        .facts = inputs->facts.host,
                                        .release = inputs->facts.release,
                                        .world = world,
                                        .missing = render::Missing::warned};
  if (!options.explain.empty()) {
    const auto explanation = render::explain(request, options.explain);
    if (!explanation) {
      static_cast<void>(context.output.fail(explanation.error()));
      return k_refused;
    }
    context.output.result(explanation_json(*explanation),
                          explanation_text(options.file, *explanation));
    return k_accepted;
  }
  const auto rendered = render::render_document(request);
  if (!rendered) {
    static_cast<void>(context.output.fail(rendered.error()));
    return k_refused;
  }
  for (const auto& warning : rendered->warnings) {
    context.output.note("warning: " + warning);
  }
  Output::raw(render::preview_json(rendered->deployment));
  return k_accepted;
}

}  // namespace installer::cli
