#include "agent/api/json_views.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <optional>

namespace agent::api {
namespace {

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json time_or_null(const std::optional<base::WallTime>& time) {
  return time ? Json(base::format_time(*time)) : Json(nullptr);
}

Json id_or_null(const std::optional<journal::DeploymentId>& id) {
  return id ? Json(id->value) : Json(nullptr);
}

Json steps_of(const engine::OperationView& view) {
  Json steps = Json::array();
  for (const auto& step : view.steps) {
    const engine::Progress* found = nullptr;
    for (const auto& progress : view.progress) {
      if (step.attempt == view.record.attempt && progress.step == step.index) {
        found = &progress;
      }
    }
    steps.push_back(to_json(view.record.id, step, found));
  }
  return steps;
}

Json planned_step(const engine::Step& step) {
  return {{"id", step.id},
          {"kind", engine::name_of(step.kind)},
          {"subject", step.subject},
          {"component", text_or_null(step.component)},
          {"reason", step.reason},
          {"downtime", engine::name_of(step.downtime)},
          {"bytes", step.bytes},
          {"after", step.after}};
}

}  // namespace

Json to_json(const base::Error& error) {
  return {{"code", base::name_of(error.code)},
          {"reason", error.reason},
          {"message", error.message},
          {"hint", error.hint}};
}

Json to_json(const access::Session& session) {
  return {{"user", session.user},
          {"role", access::name_of(session.role)},
          {"created_at", base::format_time(session.created)},
          {"expires_at", base::format_time(session.expires)},
          {"idle_expires_at", base::format_time(session.idle_expires)}};
}

std::string address_of(const engine::PublishedPort& port) {
  const auto ip = port.host_ip.empty() ? std::string("0.0.0.0") : port.host_ip;
  return ip.find(':') == std::string::npos ? fmt::format("{}:{}", ip, port.host_port)
                                           : fmt::format("[{}]:{}", ip, port.host_port);
}

std::string text_of(const engine::PublishedPort& port) {
  return fmt::format("{}->{}/{}", address_of(port), port.container_port, port.protocol);
}

Json to_json(const engine::ComponentView& component) {
  Json ports = Json::array();
  for (const auto& port : component.ports) {
    ports.push_back(text_of(port));
  }
  Json decisions = Json::array();
  for (const auto& decision : component.decisions) {
    decisions.push_back({{"time", base::format_time(decision.time)},
                         {"text", decision.text},
                         {"reason", decision.reason}});
  }
  const bool ended = component.status == "exited" || component.status == "dead";
  return {{"name", component.name},
          {"component", component.component},
          {"condition", engine::name_of(component.condition)},
          {"reason", text_or_null(component.reason)},
          {"role", component.role},
          {"container", text_or_null(component.container)},
          {"container_id", text_or_null(component.container_id)},
          {"image", component.image},
          {"image_id", text_or_null(component.image_id)},
          {"status", text_or_null(component.status)},
          {"health", component.health.empty() ? std::string("none") : component.health},
          {"ports", std::move(ports)},
          {"created_at", time_or_null(component.created)},
          {"started_at", time_or_null(component.started)},
          {"restarts", component.restarts},
          {"exit_code", ended ? Json(component.exit_code) : Json(nullptr)},
          {"decisions", std::move(decisions)}};
}

Json to_json(const engine::EngineView& engine) {
  return {{"reachable", engine.reachable},
          {"version", text_or_null(engine.version)},
          {"api_version", text_or_null(engine.api_version)},
          {"problem", text_or_null(engine.problem)}};
}

Json to_json(const engine::Plan& plan) {
  Json steps = Json::array();
  for (const auto& step : plan.steps) {
    steps.push_back(planned_step(step));
  }
  return {{"id", plan.id.value},
          {"kind", journal::name_of(plan.kind)},
          {"app", plan.app},
          {"version", text_or_null(plan.version)},
          {"deployment", id_or_null(plan.target)},
          {"previous_deployment", id_or_null(plan.previous)},
          {"created_at", base::format_time(plan.created)},
          {"warnings", plan.warnings},
          {"purge", plan.purge},
          {"fingerprint", plan.fingerprint},
          {"empty", plan.steps.empty()},
          {"downtime", engine::name_of(plan.downtime())},
          {"bytes", plan.bytes()},
          {"steps", std::move(steps)}};
}

Json to_json(const engine::ImageView& image) {
  const bool present = !image.image_id.empty();
  return {{"reference", image.reference},
          {"image_id", text_or_null(image.image_id)},
          {"bytes", present ? Json(image.bytes) : Json(nullptr)},
          {"used_by", image.used_by}};
}

Json to_json(const support::Host& host, const std::vector<support::Check>& checks) {
  Json rows = Json::array();
  for (const auto& check : checks) {
    rows.push_back({{"name", check.name},
                    {"result", support::name_of(check.verdict)},
                    {"message", check.message},
                    {"hint", check.hint}});
  }
  return {{"hostname", host.hostname},
          {"os", host.os},
          {"kernel", host.kernel},
          {"cpus", host.cpus},
          {"memory_bytes", host.memory_bytes},
          {"memory_available_bytes", host.memory_available_bytes},
          {"disk_bytes", host.disk_bytes},
          {"disk_available_bytes", host.disk_available_bytes},
          {"checks", std::move(rows)}};
}

Json to_json(const docker::LogLine& line) {
  return {{"time", text_or_null(line.timestamp)},
          {"stream", line.stream == docker::OutputStream::err ? "stderr" : "stdout"},
          {"line", line.text}};
}

Json to_json(const journal::OperationRecord& record) {
  return {{"id", record.id.value},
          {"kind", journal::name_of(record.kind)},
          {"state", journal::name_of(record.state)},
          {"deployment", id_or_null(record.target)},
          {"previous_deployment", id_or_null(record.previous)},
          {"purge", record.purge},
          {"author", record.author},
          {"attempt", record.attempt},
          {"started_at", time_or_null(record.started)},
          {"ended_at", time_or_null(record.ended)},
          {"error", record.error ? to_json(*record.error) : Json(nullptr)},
          {"waiting", nullptr},
          {"steps", Json::array()},
          {"log", Json::array()}};
}

Json to_json(const engine::OperationView& view, const std::vector<journal::LogLine>& log) {
  auto json = to_json(view.record);
  json["steps"] = steps_of(view);
  if (!view.waiting.empty()) {
    json["waiting"] = view.waiting;
  }
  for (const auto& line : log) {
    json["log"].push_back({{"time", base::format_time(line.time)}, {"text", line.text}});
  }
  return json;
}

Json to_json(journal::OperationId operation,
             const journal::StepRecord& step,
             const engine::Progress* progress) {
  Json moved = nullptr;
  if (progress != nullptr) {
    moved = {{"current", progress->current},
             {"total", progress->total == 0 ? Json(nullptr) : Json(progress->total)},
             {"text", progress->text}};
  }
  return {{"operation", operation.value},
          {"attempt", step.attempt},
          {"index", step.index},
          {"kind", step.kind},
          {"subject", step.subject},
          {"reason", step.reason},
          {"state", journal::name_of(step.state)},
          {"error", text_or_null(step.error)},
          {"progress", std::move(moved)},
          {"started_at", time_or_null(step.started)},
          {"ended_at", time_or_null(step.ended)}};
}

Json to_json(journal::OperationId operation, const engine::Progress& progress) {
  return {{"operation", operation.value},
          {"step", progress.step},
          {"current", progress.current},
          {"total", progress.total == 0 ? Json(nullptr) : Json(progress.total)},
          {"text", progress.text}};
}

Json to_json(journal::OperationId operation, const journal::LogLine& line) {
  return {
      {"operation", operation.value}, {"time", base::format_time(line.time)}, {"text", line.text}};
}

Json list_of(const std::vector<engine::ComponentView>& components) {
  Json rows = Json::array();
  for (const auto& component : components) {
    rows.push_back(to_json(component));
  }
  return rows;
}

}  // namespace agent::api
