#include "agent/base/fs/files.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <array>
#include <iostream>

#include "installer/cli/progress.hpp"
#include "installer/cli/text_table.hpp"
#include "installer/cli/verbs.hpp"

namespace installer::cli {
namespace {

using base::Error;
using base::ErrorCode;

constexpr std::chrono::milliseconds k_look{150};
// The agent is started again within seconds; an operation outlives it.
constexpr std::chrono::seconds k_agent_away{60};

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

base::Result<Json> plan_request(const ApplyOptions& options) {
  Json request{{"action", "apply"}, {"manifest", nullptr}, {"settings", Json::object()}};
  if (!options.file.empty()) {
    BASE_TRY_ASSIGN(request["manifest"], read_document(options.file));
  }
  for (const auto& setting : options.settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error{ErrorCode::invalid_input, fmt::format("--set {}: expected NAME=VALUE", setting)};
    }
    request["settings"][setting.substr(0, equals)] = setting.substr(equals + 1);
  }
  return request;
}

bool is_final(const std::string& state) {
  return state == "succeeded" || state == "failed" || state == "reverted" || state == "cancelled";
}

// Watches an operation to its end, and over a restart of the agent.
class Watch {
 public:
  Watch(Context& context, std::string id)
      : context_(context),
        id_(std::move(id)),
        progress_(is_terminal(STDERR_FILENO) ? Progress::Kind::terminal : Progress::Kind::lines,
                  static_cast<std::size_t>(terminal_size(STDERR_FILENO).columns)) {}

  ExitCode run(Json operation) {
    for (;;) {
      show(progress_.update(operation));
      if (is_final(text_at(operation, "state"))) {
        return finish(operation);
      }
      if (context_.interrupts.within(k_look)) {
        return detach();
      }
      auto next = context_.agent.get("/api/v1/operations/" + id_);
      if (next) {
        operation = *std::move(next);
        away_since_.reset();
      } else if (!may_wait(next.error())) {
        show(progress_.clear());
        return context_.output.fail(next.error());
      }
    }
  }

 private:
  void show(const std::string& text) const {
    if (!context_.output.json()) {
      std::cerr << text << std::flush;
    }
  }

  bool may_wait(const Error& error) {
    if (error.code != ErrorCode::unavailable && error.code != ErrorCode::io) {
      return false;
    }
    const auto now = std::chrono::steady_clock::now();
    if (!away_since_) {
      away_since_ = now;
      show(progress_.clear());
      context_.output.note("the agent is away; waiting for it");
    }
    return now - *away_since_ < k_agent_away;
  }

  ExitCode finish(const Json& operation) const {
    const bool good = text_at(operation, "state") == "succeeded";
    if (context_.output.json()) {
      context_.output.result(operation, "");
    } else {
      context_.output.note(verdict_text(operation));
      if (!good && operation["error"].is_object()) {
        const auto error = error_of(operation["error"]);
        std::cerr << error_text({error.code, printable(error.message), printable(error.hint), ""});
      }
    }
    return good ? ExitCode::done : ExitCode::operation_failed;
  }

  ExitCode detach() {
    show(progress_.clear());
    context_.output.note(fmt::format(
        "left; operation {0} goes on without this command\n  look:   slipway operation show {0}\n"
        "  cancel: slipway operation cancel {0}",
        id_));
    return ExitCode::interrupted;
  }

  Context& context_;
  std::string id_;
  Progress progress_;
  std::optional<std::chrono::steady_clock::time_point> away_since_;
};

ExitCode execute_plan(Context& context, const Json& request, bool plan_only) {
  auto plan = context.agent.post("/api/v1/plans", request);
  if (!plan) {
    return context.output.fail(plan.error());
  }
  for (const auto& warning : plan->value("warnings", Json::array())) {
    context.output.note("warning: " + printable(warning.get<std::string>()));
  }
  if (plan_only) {
    context.output.result(*plan, plan_text(*plan));
    return ExitCode::done;
  }
  context.output.note(plan->value("empty", false)
                          ? "nothing to do: everything is as it should be"
                          : fmt::format("{} steps", (*plan)["steps"].size()));
  auto operation = context.agent.post("/api/v1/operations", {{"plan", (*plan)["id"]}});
  if (!operation) {
    return context.output.fail(operation.error());
  }
  const auto id = fmt::format("{}", operation->value("id", 0));
  return Watch(context, id).run(*std::move(operation));
}

std::string operation_text(const Json& operation) {
  auto text = fmt::format("operation {}: {}, {}, started {} by {}\n",
                          operation.value("id", 0),
                          text_at(operation, "kind"),
                          text_at(operation, "state"),
                          text_at(operation, "started_at"),
                          printable(text_at(operation, "author")));
  std::vector<std::vector<std::string>> rows;
  for (const auto& step : operation["steps"]) {
    const auto error = text_at(step, "error");
    rows.push_back({"  " + text_at(step, "state"),
                    step_text(step),
                    printable(error.empty() ? text_at(step, "reason") : error)});
  }
  text += text_table(rows);
  if (operation["error"].is_object()) {
    text += error_text(error_of(operation["error"]));
  }
  return text;
}

}  // namespace

ExitCode apply(Context& context, const ApplyOptions& options) {
  const auto request = plan_request(options);
  if (!request) {
    return context.output.fail(request.error());
  }
  return execute_plan(context, *request, options.plan_only);
}

ExitCode take_down(Context& context, const DownOptions& options) {
  return execute_plan(context, {{"action", "down"}, {"purge", options.purge}}, options.plan_only);
}

ExitCode list_operations(Context& context) {
  auto answer = context.agent.get("/api/v1/operations");
  if (!answer) {
    return context.output.fail(answer.error());
  }
  std::vector<std::vector<std::string>> rows{{"ID", "KIND", "STATE", "STARTED", "BY"}};
  for (const auto& each : (*answer)["operations"]) {
    rows.push_back({fmt::format("{}", each.value("id", 0)),
                    text_at(each, "kind"),
                    text_at(each, "state"),
                    text_at(each, "started_at"),
                    printable(text_at(each, "author"))});
  }
  context.output.result(*answer, text_table(rows));
  return ExitCode::done;
}

ExitCode show_operation(Context& context, const std::string& id) {
  const auto operation = context.agent.get("/api/v1/operations/" + path_segment(id));
  if (!operation) {
    return context.output.fail(operation.error());
  }
  context.output.result(*operation, operation_text(*operation));
  return ExitCode::done;
}

ExitCode cancel_operation(Context& context, const std::string& id) {
  auto operation =
      context.agent.post("/api/v1/operations/" + path_segment(id) + "/cancel", Json::object());
  if (!operation) {
    return context.output.fail(operation.error());
  }
  // Being asked to stop is what succeeded here, wherever it ends.
  static_cast<void>(Watch(context, id).run(*std::move(operation)));
  return ExitCode::done;
}

}  // namespace installer::cli
