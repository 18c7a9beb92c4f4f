#include "agent/api/bodies.hpp"
#include "agent/api/dispatcher.hpp"
#include "agent/api/json_views.hpp"
#include "agent/api/routes.hpp"
#include "agent/api/settings_views.hpp"
#include "agent/base/data/json_reader.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace agent::api {
namespace {

using access::Permission;
using base::Error;
using base::ErrorCode;
using base::data::Json;
using base::data::JsonReader;
using base::http::LocalResponse;

// Files come in them.
constexpr std::size_t k_settings_body = std::size_t{32} << 20U;
constexpr int k_versions = 50;

bool asks_for(const Incoming& incoming, std::string_view what) {
  const auto value = incoming.request.url.parameter(what);
  return value && (*value == "1" || *value == "true" || value->empty());
}

config::HiddenItems hidden_items(const Incoming& incoming) {
  return asks_for(incoming, "hidden") ? config::HiddenItems::include
                                      : config::HiddenItems::leave_out;
}

base::Result<config::Changes> changes_in(const Json& body) {
  return body.contains("items") ? config::changes_from_json(body["items"]) : config::Changes();
}

base::Result<std::optional<journal::SettingsVersion>> version_in(const Incoming& incoming,
                                                                 std::string_view name) {
  const auto text = incoming.request.url.parameter(name);
  if (!text) {
    return std::optional<journal::SettingsVersion>();
  }
  journal::SettingsVersion version;
  const auto* const last = text->data() + text->size();
  const auto [end, failure] = std::from_chars(text->data(), last, version.value);
  if (failure != std::errc{} || end != last || version.value < 1) {
    return Error{ErrorCode::invalid_input, fmt::format("{}: expected a version's number", name)};
  }
  return std::optional(version);
}

// The usual error, and what is wrong with each item.
LocalResponse refusal(const std::vector<config::SettingError>& errors) {
  std::string message = "the settings are not valid";
  for (const auto& error : errors) {
    message += fmt::format("\n  {}: {}", error.item, error.message);
  }
  const Error error{ErrorCode::invalid_input,
                    std::move(message),
                    "Nothing was changed. Give other values.",
                    "settings_invalid"};
  return json_answer(
      {{"error", to_json(error)}, {"errors", to_json(errors)}, {"tests", Json::array()}}, 400);
}

// Tests that ran on save and failed.
LocalResponse refusal(const std::vector<config::TestResult>& tests) {
  std::string message = "a test of the settings failed";
  for (const auto& test : tests) {
    if (test.status == config::TestStatus::error) {
      const auto& name = test.target.item.empty() ? test.target.group : test.target.item;
      message += fmt::format("\n  {}: {}", name, test.message);
    }
  }
  const Error error{ErrorCode::invalid_input,
                    std::move(message),
                    "Nothing was changed. Give other values, or save without tests.",
                    "settings_test_failed"};
  return json_answer(
      {{"error", to_json(error)}, {"errors", base::data::Json::array()}, {"tests", to_json(tests)}},
      400);
}

base::Result<LocalResponse> show(SettingsDesk& desk, const Incoming& incoming) {
  BASE_TRY_ASSIGN(const auto view, desk.view({}, hidden_items(incoming)));
  return json_answer(to_json(view));
}

base::Result<LocalResponse> try_out(SettingsDesk& desk, const Incoming& incoming) {
  BASE_TRY_ASSIGN(const auto body, read_json(incoming.body, k_settings_body));
  JsonReader reader(body, "$");
  reader.allow_only({"items"});
  BASE_TRY(reader.finish());
  BASE_TRY_ASSIGN(const auto changes, changes_in(body));
  BASE_TRY_ASSIGN(const auto view, desk.view(changes, hidden_items(incoming)));
  return json_answer(to_json(view));
}

base::Result<LocalResponse> save(SettingsDesk& desk, const Incoming& incoming) {
  BASE_TRY_ASSIGN(const auto body, read_json(incoming.body, k_settings_body));
  JsonReader reader(body, "$");
  reader.allow_only({"items", "version", "skip_misfits", "skip_tests", "apply"});
  SettingsChange change{.based_on = reader.optional_integer("version"),
                        .misfit = reader.optional_boolean("skip_misfits").value_or(false)
                                      ? config::Misfit::skip
                                      : config::Misfit::refuse,
                        .skip_tests = reader.optional_boolean("skip_tests").value_or(false),
                        .apply = reader.optional_boolean("apply").value_or(false),
                        .author = incoming.caller.name()};
  BASE_TRY(reader.finish());
  BASE_TRY_ASSIGN(change.changes, changes_in(body));
  BASE_TRY_ASSIGN(const auto outcome, desk.save(change));
  if (outcome.saved) {
    auto json = to_json(*outcome.saved);
    json["tests"] = to_json(outcome.tests);
    return json_answer(json);
  }
  return outcome.errors.empty() ? refusal(outcome.tests) : refusal(outcome.errors);
}

// A line as each test ends: some take as long as a network lets them, and who leaves ends them.
base::Result<LocalResponse> run_tests(SettingsDesk& desk, const Incoming& incoming) {
  BASE_TRY_ASSIGN(const auto body, read_json(incoming.body, k_settings_body));
  JsonReader reader(body, "$");
  reader.allow_only({"items", "group", "item"});
  SettingsTests tests{.group = reader.optional_string("group").value_or(""),
                      .item = reader.optional_string("item").value_or("")};
  BASE_TRY(reader.finish());
  BASE_TRY_ASSIGN(tests.changes, changes_in(body));
  BASE_TRY(desk.check_tests(tests));
  LocalResponse response{.headers = {{"Content-Type", "application/x-ndjson"}}};
  response.stream = [&desk, tests = std::move(tests)](base::http::ResponseWriter& writer) mutable {
    tests.stop = writer.stop();
    const auto ended = desk.test(tests, [&](const config::TestResult& result) {
      return writer.write(base::data::canonical(to_json(result)) + "\n");
    });
    return ended.has_value();
  };
  return response;
}

base::Result<LocalResponse> give_out(SettingsDesk& desk, const Incoming& incoming) {
  const config::ExportScope scope{.hidden = asks_for(incoming, "hidden"),
                                  .secrets = asks_for(incoming, "secrets")};
  if (scope.secrets && incoming.caller.kind != CallerKind::local) {
    return Error{ErrorCode::forbidden,
                 "secrets are given only to root on the host itself",
                 "Use `slipway config export --with-secrets` there.",
                 "local_only"};
  }
  BASE_TRY_ASSIGN(const auto items, desk.exported(scope));
  return json_answer(items);
}

base::Result<LocalResponse> list_versions(SettingsDesk& desk) {
  BASE_TRY_ASSIGN(const auto entries, desk.history(k_versions));
  auto list = Json::array();
  for (const auto& entry : entries) {
    list.push_back(to_json(entry));
  }
  return json_answer({{"versions", std::move(list)}});
}

base::Result<LocalResponse> compare(SettingsDesk& desk, const Incoming& incoming) {
  BASE_TRY_ASSIGN(const auto from, version_in(incoming, "from"));
  BASE_TRY_ASSIGN(const auto to, version_in(incoming, "to"));
  BASE_TRY_ASSIGN(const auto changes, desk.difference(from, to));
  return json_answer({{"changes", to_json(changes)}});
}

}  // namespace

std::vector<Route> settings_routes(const Services& services) {
  auto& desk = services.settings;
  return {
      {"GET",
       "/api/v1/settings",
       Permission::view,
       [&desk](const Incoming& incoming) { return show(desk, incoming); }},
      {"PUT",
       "/api/v1/settings",
       Permission::admin,
       [&desk](const Incoming& incoming) { return save(desk, incoming); }},
      {"POST",
       "/api/v1/settings/check",
       Permission::admin,
       [&desk](const Incoming& incoming) { return try_out(desk, incoming); }},
      {"POST",
       "/api/v1/settings/tests",
       Permission::admin,
       [&desk](const Incoming& incoming) { return run_tests(desk, incoming); }},
      {"GET",
       "/api/v1/settings/export",
       Permission::admin,
       [&desk](const Incoming& incoming) { return give_out(desk, incoming); }},
      {"GET",
       "/api/v1/settings/versions",
       Permission::view,
       [&desk](const Incoming&) { return list_versions(desk); }},
      {"GET",
       "/api/v1/settings/difference",
       Permission::view,
       [&desk](const Incoming& incoming) { return compare(desk, incoming); }},
  };
}

}  // namespace agent::api
