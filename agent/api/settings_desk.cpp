#include "agent/api/settings_desk.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/manifest/document.hpp"
#include "agent/render/functions.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace agent::api {
namespace {

using base::Error;
using base::ErrorCode;

base::Result<config::StoredSettings> opened(const std::string& document) {
  return document.empty() ? config::StoredSettings() : config::stored_from_json(document);
}

}  // namespace

struct SettingsDesk::Basis {
  engine::Installed installed;
  manifest::Manifest manifest;
  std::string release;
  render::HostFacts facts;
  render::ReleaseFacts release_facts;
  std::optional<journal::StoredSettings> saved;
  config::StoredSettings stored;

  [[nodiscard]] manifest::FunctionTable functions() const {
    return render::template_functions(
        {.manifest = manifest, .facts = facts, .release = release_facts});
  }
};

base::Result<SettingsDesk::Basis> SettingsDesk::basis() {
  Basis basis;
  BASE_TRY_ASSIGN(basis.installed, parts_.lifecycle.installed());
  auto outcome = manifest::read_manifest(basis.installed.manifest);
  if (!outcome.accepted()) {
    return Error{ErrorCode::internal, "the manifest that is installed cannot be read any more"};
  }
  basis.manifest = std::move(outcome.manifest);
  basis.release = base::crypto::sha256_hex(basis.installed.manifest);
  basis.facts = parts_.facts();
  BASE_TRY_ASSIGN(basis.saved, parts_.journal.latest_settings());
  if (basis.saved) {
    BASE_TRY_ASSIGN(basis.stored, opened(basis.saved->document));
    basis.saved->document.clear();
  }
  return basis;
}

config::Resolution SettingsDesk::resolve(const Basis& basis,
                                         const config::Changes& changes,
                                         config::Occasion occasion,
                                         config::Misfit misfit) {
  const auto functions = basis.functions();
  return config::resolve({.manifest = basis.manifest,
                          .stored = basis.stored,
                          .changes = changes,
                          .release = basis.release,
                          .functions = functions,
                          .world = parts_.world,
                          .occasion = occasion,
                          .misfit = misfit});
}

base::Result<bool> SettingsDesk::needs_apply(const Basis& basis, const std::string& document) {
  BASE_TRY_ASSIGN(const auto rendered,
                  parts_.renderer.render(
                      {.manifest = basis.installed.manifest, .settings = document, .changes = {}}));
  return rendered.deployment.id() != basis.installed.deployment.value;
}

base::Result<SettingsView> SettingsDesk::view(const config::Changes& changes,
                                              config::HiddenItems hidden) {
  BASE_TRY_ASSIGN(auto basis, basis());
  auto resolution = resolve(basis, changes, config::Occasion::look, config::Misfit::refuse);
  SettingsView view{
      .groups = config::make_form(basis.manifest, resolution.settings, basis.functions(), hidden),
      .saved = basis.saved,
      .running = basis.installed.settings,
      .errors = std::move(resolution.errors),
      .warnings = std::move(resolution.warnings)};
  // Of what cannot be rendered nobody knows whether it is the same; it is certainly not applied.
  const auto needed = needs_apply(basis, config::to_json(resolution.stored));
  view.apply_needed = !needed || *needed;
  return view;
}

base::Result<SaveOutcome> SettingsDesk::save(const SettingsChange& change) {
  // Two that save at once would each see what was there before both.
  const std::lock_guard lock(saving_);
  BASE_TRY_ASSIGN(const auto basis, basis());
  const auto version = basis.saved ? basis.saved->version.value : 0;
  if (change.based_on && *change.based_on != version) {
    return Error{ErrorCode::conflict,
                 fmt::format("the settings were changed since: version {} was saved", version),
                 "Look at them again, then repeat the change.",
                 "settings_changed"};
  }
  auto resolution = resolve(basis, change.changes, config::Occasion::save, change.misfit);
  if (!resolution.errors.empty()) {
    return SaveOutcome{.errors = std::move(resolution.errors)};
  }
  SaveOutcome outcome;
  if (!change.skip_tests) {
    outcome.tests = test_on_save(basis, resolution.settings);
    if (std::any_of(outcome.tests.begin(), outcome.tests.end(), [](const auto& test) {
          return test.status == config::TestStatus::error;
        })) {
      return outcome;
    }
  }
  BASE_TRY_ASSIGN(auto saved, store(basis, change, resolution));
  if (change.apply && saved.apply_needed) {
    BASE_TRY_ASSIGN(saved.operation, apply(change.author));
  }
  saved.warnings = std::move(resolution.warnings);
  outcome.saved = std::move(saved);
  return outcome;
}

std::vector<config::TestResult> SettingsDesk::test_on_save(
    const Basis& basis, const config::ResolvedSettings& settings) {
  const auto functions = basis.functions();
  const config::TestRequest request{.manifest = basis.manifest,
                                    .settings = settings,
                                    .functions = functions,
                                    .world = parts_.tests};
  std::vector<config::TestResult> results;
  for (const auto& target : config::tests_on_save(request)) {
    results.push_back(config::run_test(request, target));
  }
  return results;
}

base::Result<std::vector<config::TestTarget>> SettingsDesk::targets(const Basis& basis,
                                                                    const SettingsTests& tests) {
  auto targets = config::tests_of(basis.manifest);
  if (tests.group.empty() && tests.item.empty()) {
    return targets;
  }
  std::erase_if(targets, [&](const config::TestTarget& target) {
    return target.item != tests.item || (!tests.group.empty() && target.group != tests.group);
  });
  if (targets.empty()) {
    return Error{ErrorCode::not_found,
                 fmt::format("{:.80} has no test", tests.item.empty() ? tests.group : tests.item),
                 "See: slipway config ls"};
  }
  return targets;
}

base::Status SettingsDesk::check_tests(const SettingsTests& tests) {
  BASE_TRY_ASSIGN(const auto basis, basis());
  BASE_TRY(targets(basis, tests));
  return base::ok();
}

base::Status SettingsDesk::test(const SettingsTests& tests, const OnTestResult& on_result) {
  BASE_TRY_ASSIGN(const auto basis, basis());
  BASE_TRY_ASSIGN(const auto wanted, targets(basis, tests));
  const auto resolution =
      resolve(basis, tests.changes, config::Occasion::look, config::Misfit::skip);
  const auto functions = basis.functions();
  const config::TestRequest request{.manifest = basis.manifest,
                                    .settings = resolution.settings,
                                    .functions = functions,
                                    .world = parts_.tests,
                                    .stop = tests.stop};
  for (const auto& target : wanted) {
    if (tests.stop.stop_requested() || !on_result(config::run_test(request, target))) {
      break;
    }
  }
  return base::ok();
}

base::Result<SettingsSaved> SettingsDesk::store(const Basis& basis,
                                                const SettingsChange& change,
                                                const config::Resolution& resolution) {
  const auto document = config::to_json(resolution.stored);
  SettingsSaved saved;
  // Before anything is kept: what cannot be rendered could never be applied.
  BASE_TRY_ASSIGN(saved.apply_needed, needs_apply(basis, document));
  saved.changed = !basis.saved || !(resolution.stored == basis.stored);
  if (saved.changed) {
    BASE_TRY_ASSIGN(saved.version, parts_.journal.store_settings(document, change.author));
  } else {
    saved.version = basis.saved->version;
  }
  return saved;
}

base::Result<journal::OperationId> SettingsDesk::apply(const std::string& author) {
  const auto begin = [&]() -> base::Result<journal::OperationId> {
    BASE_TRY_ASSIGN(const auto plan, parts_.lifecycle.plan({.author = author}));
    return parts_.lifecycle.execute(plan.id, author);
  };
  auto id = begin();
  return id ? std::move(id)
            : std::move(id).error().with_context("the settings are saved, but not applied");
}

base::Result<base::data::Json> SettingsDesk::exported(const config::ExportScope& scope) {
  BASE_TRY_ASSIGN(const auto basis, basis());
  const auto resolution = resolve(basis, {}, config::Occasion::look, config::Misfit::refuse);
  return config::export_settings(basis.manifest, resolution.settings, scope);
}

base::Result<std::vector<SettingsHistoryEntry>> SettingsDesk::history(int limit) {
  BASE_TRY_ASSIGN(const auto basis, basis());
  // One more than shown, for the last one's difference.
  BASE_TRY_ASSIGN(auto versions, parts_.journal.settings_history(limit + 1));
  std::vector<SettingsHistoryEntry> entries;
  config::StoredSettings newer;
  for (auto& version : versions) {
    BASE_TRY_ASSIGN(auto stored, opened(version.document));
    if (!entries.empty()) {
      entries.back().changes = config::difference(basis.manifest, stored, newer);
    }
    newer = std::move(stored);
    version.document.clear();
    entries.push_back({.saved = std::move(version)});
  }
  if (entries.size() > static_cast<std::size_t>(limit)) {
    entries.pop_back();
  } else if (!entries.empty()) {
    entries.back().changes = config::difference(basis.manifest, {}, newer);
  }
  return entries;
}

base::Result<std::vector<config::SettingDifference>> SettingsDesk::difference(
    std::optional<journal::SettingsVersion> from, std::optional<journal::SettingsVersion> to) {
  BASE_TRY_ASSIGN(const auto basis, basis());
  const auto read = [&](const std::optional<journal::SettingsVersion>& version)
      -> base::Result<config::StoredSettings> {
    if (!version) {
      return config::StoredSettings();
    }
    BASE_TRY_ASSIGN(const auto stored, parts_.journal.settings(*version));
    return opened(stored.document);
  };
  BASE_TRY_ASSIGN(const auto before, read(from ? from : basis.installed.settings));
  if (!to) {
    return config::difference(basis.manifest, before, basis.stored);
  }
  BASE_TRY_ASSIGN(const auto after, read(to));
  return config::difference(basis.manifest, before, after);
}

}  // namespace agent::api
