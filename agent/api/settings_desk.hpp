#pragma once
// The settings of what is installed: shown, tried, saved. Everything here is about the release that
// was applied last; a saved change takes effect with the next apply.

#include "agent/config/command.hpp"
#include "agent/config/difference.hpp"
#include "agent/config/exchange.hpp"
#include "agent/config/form.hpp"
#include "agent/config/settings.hpp"
#include "agent/config/testing.hpp"
#include "agent/engine/lifecycle.hpp"
#include "agent/engine/renderer.hpp"
#include "agent/journal/journal.hpp"
#include "agent/render/host_facts.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace agent::api {

// What a settings screen needs to be drawn.
struct SettingsView {
  std::vector<config::FormGroup> groups;
  std::optional<journal::StoredSettings> saved;  // Without the document.
  std::optional<journal::SettingsVersion> running;
  bool apply_needed = false;  // The host would run something else than it should.
  std::vector<config::SettingError> errors;
  std::vector<config::SettingError> warnings;
};

struct SettingsChange {
  config::Changes changes;
  // The version that the admin had before him. With another one saved since, nothing is changed.
  std::optional<std::int64_t> based_on;
  config::Misfit misfit = config::Misfit::refuse;
  bool skip_tests = false;  // Those that run on save.
  bool apply = false;       // At once, as an operation.
  std::string author;
};

struct SettingsSaved {
  journal::SettingsVersion version;
  bool changed = false;
  bool apply_needed = false;
  std::optional<journal::OperationId> operation;
  std::vector<config::SettingError> warnings;
};

// Either `saved`, or why nothing was: `errors` of items, or tests that failed.
struct SaveOutcome {
  std::optional<SettingsSaved> saved;
  std::vector<config::SettingError> errors;
  std::vector<config::TestResult> tests;  // Those that ran.
};

// Which tests to run, on which values.
struct SettingsTests {
  config::Changes changes;
  std::string group;  // Its own test; with `item` empty, too: all tests.
  std::string item;
  std::stop_token stop;
};
using OnTestResult = std::function<bool(const config::TestResult&)>;

struct SettingsHistoryEntry {
  journal::StoredSettings saved;                   // Without the document.
  std::vector<config::SettingDifference> changes;  // Against the version before.
};

// Safe from any thread. Errors of every call: not_found with reason "nothing_installed"; io.
class SettingsDesk {
 public:
  struct Parts {  // All outlive the desk.
    engine::Lifecycle& lifecycle;
    journal::Journal& journal;
    engine::Renderer& renderer;
    config::CommandWorld& world;
    config::TestWorld& tests;
    std::function<render::HostFacts()> facts;
  };
  explicit SettingsDesk(Parts parts) : parts_(std::move(parts)) {}

  // With `changes` as if they were saved; nothing is kept.
  base::Result<SettingsView> view(const config::Changes& changes, config::HiddenItems hidden);
  // All of it or nothing. Errors: conflict with reason "settings_changed"; those of rendering what
  // comes of it; those of an operation, which leave the settings saved.
  base::Result<SaveOutcome> save(const SettingsChange& change);
  // Gives each result as it comes, until `on_result` returns false. Errors: not_found for a group
  // or an item without a test.
  base::Status test(const SettingsTests& tests, const OnTestResult& on_result);
  // The same error, before anything runs.
  base::Status check_tests(const SettingsTests& tests);
  base::Result<base::data::Json> exported(const config::ExportScope& scope);
  base::Result<std::vector<SettingsHistoryEntry>> history(int limit);
  // From what runs to what is saved, unless other versions are named.
  base::Result<std::vector<config::SettingDifference>> difference(
      std::optional<journal::SettingsVersion> from, std::optional<journal::SettingsVersion> to);

 private:
  struct Basis;  // What is installed and what is saved.
  base::Result<Basis> basis();
  config::Resolution resolve(const Basis& basis,
                             const config::Changes& changes,
                             config::Occasion occasion,
                             config::Misfit misfit);
  static base::Result<std::vector<config::TestTarget>> targets(const Basis& basis,
                                                               const SettingsTests& tests);
  std::vector<config::TestResult> test_on_save(const Basis& basis,
                                               const config::ResolvedSettings& settings);
  base::Result<bool> needs_apply(const Basis& basis, const std::string& document);
  base::Result<SettingsSaved> store(const Basis& basis,
                                    const SettingsChange& change,
                                    const config::Resolution& resolution);
  base::Result<journal::OperationId> apply(const std::string& author);

  Parts parts_;
  std::mutex saving_;
};

}  // namespace agent::api
