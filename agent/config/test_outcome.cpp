#include "agent/config/test_outcome.hpp"

#include "agent/config/builtin_tests.hpp"
#include "agent/manifest/template.hpp"
#include "agent/manifest/template_parser.hpp"

#include <fmt/format.h>

#include <utility>

namespace agent::config {
namespace {

using base::Result;
using manifest::Value;

Value variables(const TestOutput& output) {
  return Value::map({{"Results", Value::list_of_text(output.results)},
                     {"Result", Value::text(output.results.empty() ? "" : output.results.front())},
                     {"StatusCode", Value::integer(output.status_code)},
                     {"Error", Value::text(output.error ? output.error->message : "")}});
}

Result<std::string> evaluate(const std::string& text,
                             const Value& dot,
                             const manifest::FunctionTable& functions) {
  BASE_TRY_ASSIGN(const auto parsed, manifest::parse_template(text, functions));
  return manifest::evaluate_template(parsed, functions, dot, {});
}

Result<bool> holds(const TestOutcome& outcome,
                   const TestOutput& output,
                   const Value& dot,
                   const manifest::FunctionTable& functions) {
  if ((outcome.needs_error && !output.error) ||
      (outcome.status_code && *outcome.status_code != output.status_code)) {
    return false;
  }
  if (outcome.expression.empty()) {
    return true;
  }
  BASE_TRY_ASSIGN(const auto text, evaluate(outcome.expression, dot, functions));
  return is_on(text);
}

// "{{.name}}", as messages have it, which are no templates of a manifest.
void put_in(std::string& text, const std::string& name, const std::string& value) {
  for (const auto& place : {"{{." + name + "}}", "{{ ." + name + " }}"}) {
    for (auto at = text.find(place); at != std::string::npos;
         at = text.find(place, at + value.size())) {
      text.replace(at, place.size(), value);
    }
  }
}

Result<std::string> message_of(const TestOutcome& outcome,
                               const Value& dot,
                               const manifest::FunctionTable& functions) {
  BASE_TRY_ASSIGN(auto message, evaluate(outcome.message, dot, functions));
  for (const auto& [name, text] : outcome.arguments) {
    BASE_TRY_ASSIGN(const auto value, evaluate(text, dot, functions));
    put_in(message, name, value);
  }
  return message;
}

TestStatus status_of(std::string_view name) {
  if (name == "success") {
    return TestStatus::success;
  }
  return name == "warn" ? TestStatus::warning : TestStatus::error;
}

}  // namespace

Result<TestVerdict> judge(const std::vector<TestOutcome>& outcomes,
                          const TestOutput& output,
                          const manifest::FunctionTable& functions) {
  const auto dot = variables(output);
  for (const auto& outcome : outcomes) {
    BASE_TRY_ASSIGN(const bool good, holds(outcome, output, dot, functions));
    if (good) {
      BASE_TRY_ASSIGN(auto message, message_of(outcome, dot, functions));
      return TestVerdict{.status = status_of(outcome.status), .message = std::move(message)};
    }
  }
  if (output.error) {
    return *output.error;
  }
  return wrong(fmt::format("the test ended with {} and its manifest does not say what that means",
                           output.status_code));
}

}  // namespace agent::config
