#include "agent/manifest/document.hpp"
#include "agent/manifest/json_schema.hpp"
#include "agent/manifest/lint/linter.hpp"
#include "agent/manifest/lint/report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "installer/cli/manifest_exit_codes.hpp"
#include "installer/cli/verbs.hpp"

namespace installer::cli {
namespace {

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

agent::manifest::lint::Scheduler scheduler_called(const std::string& name) {
  using agent::manifest::lint::Scheduler;
  return name == "swarm"        ? Scheduler::swarm
         : name == "kubernetes" ? Scheduler::kubernetes
                                : Scheduler::native;
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

ExitCode print_schema(Context& /*context*/) {
  Output::raw(agent::manifest::json_schema());
  return ExitCode::done;
}

int lint_manifest(Context& context, const ManifestOptions& options) {
  namespace lint = agent::manifest::lint;
  const auto text = read_document(options.file);
  if (!text) {
    static_cast<void>(context.output.fail(text.error()));
    return k_unreadable;
  }
  const auto scheduler = scheduler_called(options.scheduler);
  const auto results =
      options.compatible ? lint::lint_as_original(*text, scheduler) : lint::lint(*text, scheduler);
  if (options.format == "json" || context.output.json()) {
    Output::raw(base::data::pretty(lint::to_json(results)));
  } else if (options.format == "sarif") {
    Output::raw(base::data::pretty(lint::to_sarif(options.file, results)));
  } else if (options.format == "junit") {
    Output::raw(lint::to_junit(options.file, results));
  } else {
    Output::raw(lint::to_text(options.file, results));
  }
  return lint::has_error(results) ? k_refused : k_accepted;
}

}  // namespace installer::cli
