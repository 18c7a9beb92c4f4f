#include "agent/config/test_procedure.hpp"

#include "agent/manifest/scalars.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace agent::config {
namespace {

using base::Error;
using base::ErrorCode;
using base::data::YamlNode;

constexpr std::chrono::seconds k_timeout{15};

std::string text_at(const YamlNode& node, std::string_view key) {
  const auto* found = node.find(key);
  return found != nullptr && found->kind == YamlNode::Kind::scalar ? found->text : std::string();
}

std::vector<std::string> texts_at(const YamlNode& node, std::string_view key) {
  std::vector<std::string> texts;
  if (const auto* found = node.find(key)) {
    for (const auto& item : found->items) {
      texts.push_back(item.text);
    }
  }
  return texts;
}

Error fault(const YamlNode& node, std::string_view what) {
  return {ErrorCode::invalid_input,
          fmt::format("line {}: test_proc: {}", node.position.line, what),
          "",
          "test_invalid"};
}

// A negative number is the original's way to say that there is none.
base::Status read_timeout(const YamlNode& node, TestProcedure& procedure) {
  const auto text = text_at(node, "timeout");
  if (text.empty()) {
    return base::ok();
  }
  const auto seconds = manifest::parse_signed(text);
  if (!seconds || *seconds > 86'400) {
    return fault(node, "timeout must be a number of seconds, at most a day");
  }
  procedure.timeout = *seconds < 0 ? std::nullopt : std::optional(std::chrono::seconds(*seconds));
  if (*seconds == 0) {
    procedure.timeout = k_timeout;
  }
  return base::ok();
}

base::Result<TestOutcome> read_outcome(const YamlNode& node) {
  TestOutcome outcome{.status = text_at(node, "status"), .message = text_at(node, "message")};
  if (outcome.status != "success" && outcome.status != "warn" && outcome.status != "error") {
    return fault(node, "the status of a result is success, warn or error");
  }
  if (const auto* message = node.find("message"); message != nullptr && outcome.message.empty()) {
    outcome.message = text_at(*message, "default_message");
    if (const auto* arguments = message->find("args")) {
      for (const auto& entry : arguments->entries) {
        outcome.arguments[entry.key] = entry.value.text;
      }
    }
  }
  const auto* condition = node.find("condition");
  if (condition == nullptr) {
    return outcome;
  }
  outcome.needs_error = manifest::parse_yaml_boolean(text_at(*condition, "error")).value_or(false);
  outcome.expression = text_at(*condition, "bool_expr");
  if (const auto code = text_at(*condition, "status_code"); !code.empty()) {
    outcome.status_code = manifest::parse_signed(code);
    if (!outcome.status_code) {
      return fault(node, "status_code must be a number");
    }
  }
  return outcome;
}

base::Status read_program(const YamlNode& node, TestProcedure& procedure) {
  procedure.program = text_at(node, "id");
  if (const auto* data = node.find("data")) {
    procedure.data = *data;
  }
  return read_timeout(node, procedure);
}

}  // namespace

base::Result<TestProcedure> read_test_procedure(const YamlNode& node) {
  TestProcedure procedure{.title = text_at(node, "display_name"),
                          .command = text_at(node, "command"),
                          .timeout = k_timeout,
                          .fields = texts_at(node, "arg_fields"),
                          .arguments = texts_at(node, "args"),
                          .on_save = text_at(node, "run_on_save"),
                          .when = text_at(node, "when")};
  BASE_TRY(read_timeout(node, procedure));
  if (const auto* program = node.find("custom_command")) {
    BASE_TRY(read_program(*program, procedure));
  }
  if (procedure.command.empty() && procedure.program.empty()) {
    return fault(node, "needs a command or a custom_command");
  }
  if (const auto* outcomes = node.find("results")) {
    for (const auto& item : outcomes->items) {
      BASE_TRY_ASSIGN(auto outcome, read_outcome(item));
      procedure.outcomes.push_back(std::move(outcome));
    }
  }
  return procedure;
}

}  // namespace agent::config
