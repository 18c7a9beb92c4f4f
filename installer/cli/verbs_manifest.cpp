#include "agent/manifest/document.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "installer/cli/verbs.hpp"

namespace installer::cli {
namespace {

constexpr int k_accepted = 0;
constexpr int k_refused = 1;
constexpr int k_unreadable = 2;

Json to_json(const agent::manifest::Diagnostic& diagnostic) {
  return {{"code", diagnostic.code},
          {"path", agent::manifest::dotted_path(diagnostic.path)},
          {"line", diagnostic.at.line},
          {"column", diagnostic.at.column},
          {"message", diagnostic.message}};
}

Json validation_json(const agent::manifest::ReadOutcome& outcome) {
  Json json{{"valid", outcome.accepted()}, {"errors", Json::array()}, {"warnings", Json::array()}};
  for (const auto& diagnostic : outcome.diagnostics) {
    const bool error = diagnostic.severity == agent::manifest::Severity::error;
    json[error ? "errors" : "warnings"].push_back(to_json(diagnostic));
  }
  return json;
}

std::string validation_text(const std::string& file, const agent::manifest::ReadOutcome& outcome) {
  std::string text;
  for (const auto& diagnostic : outcome.diagnostics) {
    const bool error = diagnostic.severity == agent::manifest::Severity::error;
    text += fmt::format("{}:{}:{}: {}: {}{}{} ({})\n",
                        file,
                        diagnostic.at.line,
                        diagnostic.at.column,
                        error ? "error" : "warning",
                        agent::manifest::dotted_path(diagnostic.path),
                        diagnostic.path.empty() ? "" : ": ",
                        diagnostic.message,
                        diagnostic.code);
  }
  return text + fmt::format("{}: {}\n", file, outcome.accepted() ? "accepted" : "refused");
}

}  // namespace

int validate_manifest(Context& context, const ManifestOptions& options) {
  const auto text = read_document(options.file);
  if (!text) {
    static_cast<void>(context.output.fail(text.error()));
    return k_unreadable;
  }
  const auto outcome = agent::manifest::read_manifest(*text);
  if (options.format == "json" || context.output.json()) {
    Output::raw(base::data::pretty(validation_json(outcome)));
  } else {
    Output::raw(validation_text(options.file, outcome));
  }
  return outcome.accepted() ? k_accepted : k_refused;
}

}  // namespace installer::cli
