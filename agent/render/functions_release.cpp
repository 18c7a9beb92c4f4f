#include "agent/manifest/template_time.hpp"
#include "agent/render/arguments.hpp"
#include "agent/render/functions.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <map>

namespace agent::render {
namespace {

using base::Result;
using manifest::FunctionCall;
using manifest::Value;

// Reads a text by the name in the first argument.
template <typename LookUp>
manifest::TemplateFunction by_name(LookUp look_up) {
  return {1, 1, [look_up](const FunctionCall& call) -> Result<Value> {
            BASE_TRY_ASSIGN(const auto name, text_argument(call, 0));
            return Value::text(look_up(name));
          }};
}

std::string rfc3339(std::chrono::sys_seconds time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::string license_property(const license::License& license, const std::string& name) {
  if (name == "assignee") {
    return license.assignee;
  }
  if (name == "channel.name") {
    return license.channel;
  }
  if (name == "license.id") {
    return license.id;
  }
  if (name == "expiration.date") {
    return license.expires ? rfc3339(*license.expires) : "";
  }
  if (name == "expiration.policy") {
    switch (license.policy) {
      case license::ExpirationPolicy::ignore:
        return "ignore";
      case license::ExpirationPolicy::no_update:
        return "noupdate-norestart";
      case license::ExpirationPolicy::no_update_stop:
        return "noupdate-stop";
    }
  }
  return {};
}

std::string app_setting(const FunctionSources& sources, const std::string& name) {
  const std::map<std::string, std::string> settings = {
      {"version.label", sources.manifest.version.value},
      {"release.notes", sources.manifest.release_notes.value},
      {"release.date", sources.release.release_date},
      {"install.date", sources.release.install_date},
      {"release.channel", sources.release.channel}};
  const auto found = settings.find(name);
  return found == settings.end() ? std::string() : found->second;
}

}  // namespace

void add_release_functions(manifest::FunctionTable& table, const FunctionSources& sources) {
  const auto* license = sources.license;
  table["LicenseFieldValue"] = by_name([license](const std::string& name) {
    return license == nullptr ? std::string() : license::field_text(*license, name).value_or("");
  });
  table["LicenseProperty"] = by_name([license](const std::string& name) {
    return license == nullptr ? std::string() : license_property(*license, name);
  });
  table["AppSetting"] =
      by_name([sources](const std::string& name) { return app_setting(sources, name); });
  table["AppID"] = constant(Value::text(sources.release.app_id));
  table["AppVersion"] = constant(Value::integer(sources.release.sequence));
  table["AppVersionCurrent"] = constant(Value::integer(sources.release.current_sequence));
  table["AppVersionFirst"] = constant(Value::integer(sources.release.first_sequence));
  table["RunOffline"] = constant(Value::boolean(sources.facts.offline));
  table["NowFmt"] = by_name([now = sources.facts.now](const std::string& layout) {
    return manifest::format_time(layout, now);
  });
  table["Now"] = constant(Value::text(rfc3339(sources.facts.now)));
}

}  // namespace agent::render
