#include "agent/config/testing.hpp"

#include "agent/config/builtin_tests.hpp"
#include "agent/config/condition.hpp"
#include "agent/config/test_outcome.hpp"
#include "agent/config/test_procedure.hpp"
#include "agent/config/test_programs.hpp"
#include "agent/manifest/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace agent::config {
namespace {

using base::Result;
using base::data::YamlNode;

// What a test is about, in the document.
struct Subject {
  const manifest::Group* group = nullptr;
  const manifest::Item* item = nullptr;

  [[nodiscard]] const std::optional<YamlNode>& procedure() const {
    return item != nullptr ? item->test_procedure : group->test_procedure;
  }
};

std::optional<Subject> find(const manifest::Manifest& manifest, const TestTarget& target) {
  for (const auto& group : manifest.groups) {
    if (target.item.empty() && group.name.value == target.group) {
      return Subject{.group = &group};
    }
    for (const auto& item : group.items) {
      if (!target.item.empty() && item.name.value == target.item) {
        return Subject{.group = &group, .item = &item};
      }
    }
  }
  return std::nullopt;
}

class TestRun {
 public:
  explicit TestRun(const TestRequest& request)
      : request_(request), functions_(manifest::builtin_functions()) {
    functions_.insert(request.functions.begin(), request.functions.end());
    functions_.merge(setting_functions(request.settings));
  }

  Result<std::string> expand(const std::string& text) {
    return manifest::expand_template(text, functions_, {.spent = &spent_});
  }

  bool is_visible(const Subject& subject) const {
    const auto visible = [&](const manifest::Item& item) {
      const auto found = request_.settings.items.find(item.name.value);
      return found != request_.settings.items.end() && found->second.visible;
    };
    return subject.item != nullptr
               ? visible(*subject.item)
               : std::any_of(subject.group->items.begin(), subject.group->items.end(), visible);
  }

  Result<bool> wanted(const TestProcedure& procedure) {
    BASE_TRY_ASSIGN(const auto when, expand(procedure.when));
    return holds(when,
                 [this](const std::string& name) -> Result<std::string> { return value_of(name); });
  }

  // Of a file its contents: nobody has a test for a name.
  std::string value_of(const std::string& name) const {
    const auto found = request_.settings.items.find(name);
    if (found == request_.settings.items.end()) {
      return {};
    }
    return found->second.data.empty() ? found->second.value : found->second.data;
  }

  TestResult run(const Subject& subject, const TestProcedure& procedure, TestResult result) {
    if (!procedure.program.empty()) {
      return run_program(procedure, std::move(result));
    }
    auto arguments = arguments_of(subject, procedure);
    const auto status =
        arguments ? run_builtin_test(procedure.command, call(procedure, *std::move(arguments)))
                  : base::Status(arguments.error());
    if (!status) {
      set_error(status.error(), result);
    }
    return result;
  }

  static void set_error(const base::Error& error, TestResult& result) {
    result.status = TestStatus::error;
    result.message = error.message;
    result.hint = error.hint;
    if (error.code == base::ErrorCode::timed_out && result.hint.empty()) {
      result.hint = "Check that the address is right, and that a firewall lets it through.";
    }
  }

 private:
  TestCall call(const TestProcedure& procedure, std::vector<std::string> arguments) const {
    TestLimits limits{.stop = request_.stop};
    if (procedure.timeout) {
      limits.time = *procedure.timeout;
    }
    return {.arguments = std::move(arguments), .world = request_.world, .limits = limits};
  }

  Result<std::vector<std::string>> arguments_of(const Subject& subject,
                                                const TestProcedure& procedure) {
    std::vector<std::string> arguments;
    if (subject.item != nullptr) {
      arguments.push_back(value_of(subject.item->name.value));
    }
    for (const auto& field : procedure.fields) {
      arguments.push_back(value_of(field));
    }
    for (const auto& text : procedure.arguments) {
      BASE_TRY_ASSIGN(auto argument, expand(text));
      arguments.push_back(std::move(argument));
    }
    return arguments;
  }

  TestResult run_program(const TestProcedure& procedure, TestResult result) {
    const TestExpander expander = [this](const std::string& text) { return expand(text); };
    const auto output = run_test_program({.procedure = procedure,
                                          .manifest = request_.manifest,
                                          .expand = expander,
                                          .call = call(procedure, {})});
    const auto verdict = judge(procedure.outcomes, output, functions_);
    if (!verdict) {
      set_error(verdict.error(), result);
      return result;
    }
    result.status = verdict->status;
    result.message = verdict->message;
    return result;
  }

  const TestRequest& request_;
  manifest::FunctionTable functions_;
  std::size_t spent_ = 0;
};

// What a server or a program answers may repeat what it was told.
void hide_secrets(const ResolvedSettings& settings, std::string& text) {
  constexpr std::size_t k_shortest = 4;
  for (const auto& [name, item] : settings.items) {
    if (!item.secret || item.value.size() < k_shortest) {
      continue;
    }
    for (auto at = text.find(item.value); at != std::string::npos;
         at = text.find(item.value, at + 3)) {
      text.replace(at, item.value.size(), "***");
    }
  }
}

TestResult skipped(TestResult result, std::string why) {
  result.status = TestStatus::skipped;
  result.message = std::move(why);
  return result;
}

}  // namespace

std::string_view name_of(TestStatus status) noexcept {
  switch (status) {
    case TestStatus::success:
      return "success";
    case TestStatus::warning:
      return "warn";
    case TestStatus::error:
      return "error";
    case TestStatus::skipped:
      return "skipped";
  }
  return "error";
}

std::vector<TestTarget> tests_of(const manifest::Manifest& manifest) {
  std::vector<TestTarget> targets;
  for (const auto& group : manifest.groups) {
    for (const auto& item : group.items) {
      if (item.test_procedure) {
        targets.push_back({.group = group.name.value, .item = item.name.value});
      }
    }
    if (group.test_procedure) {
      targets.push_back({.group = group.name.value, .item = ""});
    }
  }
  return targets;
}

std::vector<TestTarget> tests_on_save(const TestRequest& request) {
  TestRun run(request);
  auto targets = tests_of(request.manifest);
  std::erase_if(targets, [&](const TestTarget& target) {
    const auto subject = find(request.manifest, target);
    const auto procedure = read_test_procedure(*subject->procedure());
    if (!procedure || !run.is_visible(*subject)) {
      return true;
    }
    const auto asked = run.expand(procedure->on_save);
    return !asked || !is_on(*asked);
  });
  return targets;
}

TestResult run_test(const TestRequest& request, const TestTarget& target) {
  TestResult result{.target = target};
  const auto subject = find(request.manifest, target);
  if (!subject || !subject->procedure()) {
    return skipped(std::move(result), "there is no such test");
  }
  const auto procedure = read_test_procedure(*subject->procedure());
  if (!procedure) {
    TestRun::set_error(procedure.error(), result);
    return result;
  }
  TestRun run(request);
  result.title =
      run.expand(procedure->title).has_value() ? *run.expand(procedure->title) : procedure->title;
  if (!run.is_visible(*subject)) {
    return skipped(std::move(result), "not shown with these values");
  }
  const auto wanted = run.wanted(*procedure);
  if (!wanted || !*wanted) {
    return skipped(std::move(result), "not needed with these values");
  }
  result = run.run(*subject, *procedure, std::move(result));
  hide_secrets(request.settings, result.message);
  hide_secrets(request.settings, result.hint);
  return result;
}

}  // namespace agent::config
