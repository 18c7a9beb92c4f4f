#include "agent/base/http/client.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "installer/cli/text_table.hpp"
#include "installer/cli/verbs.hpp"

namespace installer::cli {
namespace {

std::string text_at(const Json& object, const char* key, const std::string& otherwise = "") {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? printable(found->get<std::string>())
                                                     : otherwise;
}

std::string joined(const Json& texts) {
  std::string all;
  for (const auto& text : texts) {
    all += (all.empty() ? "" : ", ") + printable(text.get<std::string>());
  }
  return all;
}

std::string condition_text(const Json& object) {
  const auto reason = text_at(object, "reason");
  return text_at(object, "condition") + (reason.empty() ? "" : ": " + reason);
}

std::string application_text(const Json& application) {
  if (!application["app"].is_string()) {
    return "nothing is installed";
  }
  return fmt::format("{} {}  {}",
                     text_at(application, "name", text_at(application, "app")),
                     text_at(application, "version"),
                     condition_text(application));
}

std::string status_text(const Json& status) {
  const auto& engine = status["engine"];
  const auto& console = status["console"];
  std::vector<std::vector<std::string>> rows;
  rows.push_back({"application", application_text(status["application"])});
  if (const auto addresses = joined(status["application"]["addresses"]); !addresses.empty()) {
    rows.push_back({"addresses", addresses});
  }
  rows.push_back(
      {"engine",
       engine.value("reachable", false)
           ? fmt::format(
                 "Docker {} (API {})", text_at(engine, "version"), text_at(engine, "api_version"))
           : "does not answer: " + text_at(engine, "problem")});
  rows.push_back({"agent",
                  fmt::format("{}, since {}",
                              text_at(status["agent"], "version"),
                              text_at(status["agent"], "started_at"))});
  rows.push_back({"console", "https://" + text_at(console, "listen")});
  if (const auto fingerprint = text_at(console, "fingerprint"); !fingerprint.empty()) {
    rows.push_back({"", "certificate SHA-256 " + fingerprint});
  }
  const auto& host = status["host"];
  rows.push_back({"host", fmt::format("{}, {}", text_at(host, "hostname"), text_at(host, "os"))});
  if (const auto& operation = status["operation"]; operation.is_object()) {
    rows.push_back({"operation",
                    fmt::format("{} ({}) {}",
                                operation.value("id", 0),
                                text_at(operation, "kind"),
                                text_at(operation, "state"))});
    if (const auto waiting = text_at(operation, "waiting"); !waiting.empty()) {
      rows.push_back({"", "waiting: " + waiting});
    }
  }
  for (const auto& check : host["checks"]) {
    if (text_at(check, "result") != "pass") {
      rows.push_back({text_at(check, "result"),
                      fmt::format("{}: {}", text_at(check, "name"), text_at(check, "message"))});
    }
  }
  return text_table(rows);
}

std::string components_text(const Json& components) {
  std::vector<std::vector<std::string>> rows{
      {"NAME", "CONDITION", "STATUS", "HEALTH", "RESTARTS", "PORTS", "IMAGE"}};
  for (const auto& each : components) {
    rows.push_back({text_at(each, "name"),
                    text_at(each, "condition"),
                    text_at(each, "status", "-"),
                    text_at(each, "health"),
                    fmt::format("{}", each.value("restarts", 0)),
                    each["ports"].empty() ? "-" : joined(each["ports"]),
                    text_at(each, "image")});
  }
  auto text = text_table(rows);
  for (const auto& each : components) {
    if (const auto reason = text_at(each, "reason"); !reason.empty()) {
      text += fmt::format("{}: {}\n", text_at(each, "name"), reason);
    }
  }
  return text;
}

std::string names_text(const Json& components) {
  std::string text;
  for (const auto& each : components) {
    text += text_at(each, "name") + "\n";
  }
  return text;
}

}  // namespace

std::string path_segment(const std::string& text) {
  return base::http::percent_encoded(text);
}

ExitCode show_status(Context& context) {
  const auto status = context.agent.get("/api/v1/status");
  if (!status) {
    return context.output.fail(status.error());
  }
  context.output.result(*status, status_text(*status));
  return ExitCode::done;
}

ExitCode list_components(Context& context, bool names_only) {
  auto answer = context.agent.get("/api/v1/components");
  if (!answer) {
    return context.output.fail(answer.error());
  }
  const auto& components = (*answer)["components"];
  context.output.result(*answer, names_only ? names_text(components) : components_text(components));
  return ExitCode::done;
}

ExitCode show_version(Context& context) {
  auto version = context.agent.get("/api/v1/version");
  if (!version) {
    return context.output.fail(version.error());
  }
  (*version)["command"] = SLIPWAY_VERSION;
  context.output.result(*version,
                        fmt::format("slipway {}\nagent {} (API {})\n",
                                    SLIPWAY_VERSION,
                                    text_at(*version, "agent"),
                                    text_at(*version, "api")));
  return ExitCode::done;
}

ExitCode make_login_code(Context& context) {
  const auto made = context.agent.post("/api/v1/login-code", Json::object());
  if (!made) {
    return context.output.fail(made.error());
  }
  // The code alone, so that a script can take it.
  context.output.result(*made, text_at(*made, "code") + "\n");
  return ExitCode::done;
}

ExitCode wait_until_ready(Context& context, std::chrono::seconds timeout) {
  constexpr std::chrono::milliseconds k_look{250};
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    auto status = context.agent.get("/api/v1/status");
    const bool ready = status && text_at((*status)["application"], "condition") == "ready" &&
                       (*status)["operation"].is_null();
    if (ready) {
      context.output.result((*status)["application"],
                            application_text((*status)["application"]) + "\n");
      return ExitCode::done;
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      if (!status) {
        return context.output.fail(status.error());
      }
      return context.output.fail({base::ErrorCode::timed_out,
                                  fmt::format("not ready after {} s: {}",
                                              timeout.count(),
                                              application_text((*status)["application"])),
                                  "See: slipway ps"});
    }
    if (context.interrupts.within(k_look)) {
      return ExitCode::interrupted;
    }
  }
}

}  // namespace installer::cli
