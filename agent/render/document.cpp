#include "agent/render/document.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/render/functions.hpp"
#include "agent/render/render.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace agent::render {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr std::size_t k_faults_named = 5;

// The first faults, for a person at a terminal; a document with one wrong indentation has hundreds.
Error refusal(const std::vector<manifest::Diagnostic>& diagnostics) {
  std::string text = "the manifest is not valid";
  std::size_t faults = 0;
  for (const auto& diagnostic : diagnostics) {
    if (diagnostic.severity == manifest::Severity::error && faults++ < k_faults_named) {
      text += "\n  " + to_string(diagnostic);
    }
  }
  if (faults > k_faults_named) {
    text += fmt::format("\n  and {} more", faults - k_faults_named);
  }
  return Error{ErrorCode::invalid_input, text, "", "manifest_invalid"};
}

Error refusal(const std::vector<config::SettingError>& errors) {
  std::string text = "the settings are not valid";
  for (std::size_t at = 0; at < errors.size() && at < k_faults_named; ++at) {
    text += fmt::format("\n  {}: {}", errors[at].item, errors[at].message);
  }
  return Error{
      ErrorCode::invalid_input,
      text,
      "Give values with --set NAME=VALUE, or a file of them with --settings where there is one.",
      "settings_invalid"};
}

void move_missing(config::Resolution& resolution) {
  const auto is_missing = [](const config::SettingError& error) {
    return error.code == "required";
  };
  std::copy_if(resolution.errors.begin(),
               resolution.errors.end(),
               std::back_inserter(resolution.warnings),
               is_missing);
  std::erase_if(resolution.errors, is_missing);
}

}  // namespace

Result<Preparation> prepare(const DocumentRequest& request) {
  auto outcome = manifest::read_manifest(request.text);
  if (!outcome.accepted()) {
    return refusal(outcome.diagnostics);
  }
  const auto functions = template_functions({.manifest = outcome.manifest,
                                             .license = request.license,
                                             .facts = request.facts,
                                             .release = request.release});
  auto resolution = config::resolve({.manifest = outcome.manifest,
                                     .stored = request.stored,
                                     .changes = request.changes,
                                     .release = base::crypto::sha256_hex(request.text),
                                     .functions = functions,
                                     .world = request.world});
  if (request.missing == Missing::warned) {
    move_missing(resolution);
  }
  if (!resolution.errors.empty()) {
    return refusal(resolution.errors);
  }
  std::vector<std::string> warnings;
  for (const auto& diagnostic : outcome.diagnostics) {
    warnings.push_back(to_string(diagnostic));
  }
  for (const auto& warning : resolution.warnings) {
    warnings.push_back(fmt::format("{}: {}", warning.item, warning.message));
  }
  return Preparation{std::move(outcome.manifest), std::move(resolution), std::move(warnings)};
}

Result<RenderedDocument> render_document(const DocumentRequest& request) {
  BASE_TRY_ASSIGN(auto prepared, prepare(request));
  BASE_TRY_ASSIGN(auto deployment,
                  render({.manifest = prepared.manifest,
                          .settings = prepared.resolution.settings,
                          .license = request.license,
                          .facts = request.facts,
                          .release = request.release}));
  return RenderedDocument{
      std::move(deployment), std::move(prepared.resolution.stored), std::move(prepared.warnings)};
}

}  // namespace agent::render
