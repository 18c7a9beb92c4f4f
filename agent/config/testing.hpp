#pragma once
// Runs the tests that a manifest has for its settings.

#include "agent/config/settings.hpp"
#include "agent/config/test_world.hpp"
#include "agent/manifest/document.hpp"

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace agent::config {

struct TestTarget {
  std::string group;
  std::string item;  // Empty: the group's own test.

  bool operator==(const TestTarget&) const = default;
};

enum class TestStatus { success, warning, error, skipped };
std::string_view name_of(TestStatus status) noexcept;

struct TestResult {
  TestTarget target;
  std::string title;
  TestStatus status = TestStatus::success;
  std::string message;  // What is wrong, or why it was skipped. Never holds a secret.
  std::string hint;     // What mends it.
};

struct TestRequest {
  const manifest::Manifest& manifest;
  const ResolvedSettings& settings;  // The values as typed, saved or not.
  const manifest::FunctionTable& functions;
  TestWorld& world;
  std::stop_token stop;
};

// In the order of the document, a group's own last.
std::vector<TestTarget> tests_of(const manifest::Manifest& manifest);
// Those with `run_on_save` of what is visible.
std::vector<TestTarget> tests_on_save(const TestRequest& request);

// What is not visible is not tested, nor what the test's `when` excludes.
TestResult run_test(const TestRequest& request, const TestTarget& target);

}  // namespace agent::config
