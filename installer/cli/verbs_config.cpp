// Settings of what is installed: `slipway config …`.
#include "agent/base/crypto/encoding.hpp"
#include "agent/base/data/yaml.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <utility>

#include "installer/cli/settings_text.hpp"
#include "installer/cli/text_table.hpp"
#include "installer/cli/verbs.hpp"

namespace installer::cli {
namespace {

using base::Error;
using base::ErrorCode;

constexpr const char* k_settings = "/api/v1/settings";

std::string settings_path(const ConfigOptions& options) {
  return std::string(k_settings) + (options.hidden ? "?hidden=1" : "");
}

// "NAME=REST"
base::Result<std::pair<std::string, std::string>> named(const std::string& text,
                                                        const char* expected) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return Error{ErrorCode::invalid_input, fmt::format("{}: expected {}", text, expected)};
  }
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

// What an editor or `echo` puts at the end of a file is not part of a password.
std::string without_last_line_break(std::string text) {
  if (text.ends_with('\n')) {
    text.pop_back();
  }
  return text;
}

base::Result<Json> value_from_file(const Json* item, const std::string& path) {
  BASE_TRY_ASSIGN(auto contents, read_document(path));
  if (item != nullptr && item->value("type", "") == "file") {
    return Json{{"value", path == "-" ? "stdin" : std::filesystem::path(path).filename().string()},
                {"data", base::crypto::base64_encode(contents)}};
  }
  return Json{{"value", without_last_line_break(std::move(contents))}};
}

base::Result<Json> changed_items(const Json& settings,
                                 const std::vector<std::string>& values,
                                 const std::vector<std::string>& files) {
  auto items = Json::object();
  for (const auto& text : values) {
    BASE_TRY_ASSIGN(const auto setting, named(text, "NAME=VALUE"));
    const auto& [name, value] = setting;
    items[name] = {{"value", value}};
    if (value == "-") {
      BASE_TRY_ASSIGN(items[name], value_from_file(find_setting(settings, name), value));
    }
  }
  for (const auto& text : files) {
    BASE_TRY_ASSIGN(const auto setting, named(text, "NAME=FILE"));
    const auto& [name, path] = setting;
    BASE_TRY_ASSIGN(items[name], value_from_file(find_setting(settings, name), path));
  }
  return items;
}

ExitCode report_saved(Context& context, const Json& saved, const ConfigOptions& options) {
  for (const auto& warning : saved["warnings"]) {
    context.output.note(fmt::format("warning: {}: {}",
                                    printable(warning.value("item", "")),
                                    printable(warning.value("message", ""))));
  }
  const bool needed = saved.value("apply_needed", false);
  if (options.apply && needed) {
    return apply(context, {});
  }
  context.output.result(saved, saved_text(saved));
  return ExitCode::done;
}

ExitCode save(Context& context, const Json& items, const ConfigOptions& options) {
  const auto saved = context.agent.put(k_settings,
                                       {{"items", items},
                                        {"skip_misfits", options.skip_misfits},
                                        {"skip_tests", options.skip_tests}});
  return saved ? report_saved(context, *saved, options) : context.output.fail(saved.error());
}

// YAML's scalars are text here, as every value in the original's format is.
Json from_yaml(const base::data::YamlNode& node) {
  using Kind = base::data::YamlNode::Kind;
  auto made = Json(nullptr);
  if (node.kind == Kind::scalar) {
    made = node.text;
  } else if (node.kind == Kind::sequence) {
    made = Json::array();
    for (const auto& item : node.items) {
      made.push_back(from_yaml(item));
    }
  } else if (node.kind == Kind::mapping) {
    made = Json::object();
    for (const auto& entry : node.entries) {
      made[entry.key] = from_yaml(entry.value);
    }
  }
  return made;
}

base::Result<Json> parsed_settings(const std::string& text, const std::string& format) {
  constexpr std::size_t k_most = std::size_t{32} << 20U;
  if (format == "yaml") {
    BASE_TRY_ASSIGN(const auto document, base::data::parse_yaml(text, {.max_bytes = k_most}));
    return from_yaml(document);
  }
  return base::data::parse_json(text, {.max_bytes = k_most});
}

}  // namespace

ExitCode list_settings(Context& context, const ConfigOptions& options) {
  const auto settings = context.agent.get(settings_path(options));
  if (!settings) {
    return context.output.fail(settings.error());
  }
  context.output.result(*settings, settings_text(*settings, options.group));
  return ExitCode::done;
}

ExitCode get_setting(Context& context, const ConfigOptions& options) {
  const auto settings = context.agent.get(std::string(k_settings) + "?hidden=1");
  if (!settings) {
    return context.output.fail(settings.error());
  }
  const auto& name = options.words.at(0);
  const auto* item = find_setting(*settings, name);
  if (item == nullptr) {
    return context.output.fail({ErrorCode::not_found,
                                fmt::format("there is no setting {}", name),
                                "See: slipway config ls --hidden"});
  }
  if (item->value("secret", false) && !context.output.json()) {
    return context.output.fail({ErrorCode::forbidden,
                                fmt::format("{} is a secret and is never shown", name),
                                "See: slipway config export --with-secrets"});
  }
  context.output.result(*item, value_text(*item) + "\n");
  return ExitCode::done;
}

ExitCode set_settings(Context& context, const ConfigOptions& options) {
  // Which of them are files, and which version is changed.
  const auto settings = context.agent.get(std::string(k_settings) + "?hidden=1");
  if (!settings) {
    return context.output.fail(settings.error());
  }
  auto items = changed_items(*settings, options.words, options.files);
  if (!items) {
    return context.output.fail(items.error());
  }
  if (items->empty()) {
    return context.output.fail(
        {ErrorCode::invalid_input, "nothing to set", "Give NAME=VALUE, or --from-file."});
  }
  return save(context, *items, options);
}

ExitCode unset_settings(Context& context, const ConfigOptions& options) {
  auto items = Json::object();
  for (const auto& name : options.words) {
    items[name] = nullptr;
  }
  return save(context, items, options);
}

ExitCode test_settings(Context& context, const ConfigOptions& options) {
  const auto settings = context.agent.get(std::string(k_settings) + "?hidden=1");
  if (!settings) {
    return context.output.fail(settings.error());
  }
  const auto items = changed_items(*settings, options.values, options.files);
  if (!items) {
    return context.output.fail(items.error());
  }
  auto requests = Json::array();
  for (const auto& name : options.words) {
    requests.push_back({{"items", *items}, {"item", name}});
  }
  if (!options.group.empty() || requests.empty()) {
    requests.push_back({{"items", *items}, {"group", options.group}});
  }
  bool passed = true;
  const OnLine on_line = [&](std::string_view line) {
    const auto result = base::data::parse_json(line);
    passed = passed && result && result->value("status", "error") != "error";
    Output::line(context.output.json() || !result ? std::string(line) : test_text(*result));
    return true;
  };
  for (const auto& request : requests) {
    const auto ran =
        context.agent.stream_post(std::string(k_settings) + "/tests", request, on_line);
    if (!ran) {
      return context.output.fail(ran.error());
    }
  }
  return passed ? ExitCode::done : ExitCode::operation_failed;
}

ExitCode export_settings(Context& context, const ConfigOptions& options) {
  const auto path = fmt::format("{}/export?hidden={}&secrets={}",
                                k_settings,
                                options.hidden || options.secrets ? 1 : 0,
                                options.secrets ? 1 : 0);
  const auto items = context.agent.get(path);
  if (!items) {
    return context.output.fail(items.error());
  }
  Output::raw(base::data::pretty(*items));
  return ExitCode::done;
}

ExitCode import_settings(Context& context, const ConfigOptions& options) {
  const auto text = read_document(options.file);
  if (!text) {
    return context.output.fail(text.error());
  }
  auto items = parsed_settings(*text, options.format);
  if (!items) {
    return context.output.fail(std::move(items).error().with_context(options.file));
  }
  auto leniently = options;
  leniently.skip_misfits = true;
  return save(context, *items, leniently);
}

ExitCode compare_settings(Context& context, const ConfigOptions& options) {
  auto path = std::string(k_settings) + "/difference?";
  if (options.from) {
    path += fmt::format("from={}&", *options.from);
  }
  if (options.to) {
    path += fmt::format("to={}", *options.to);
  }
  const auto answer = context.agent.get(path);
  if (!answer) {
    return context.output.fail(answer.error());
  }
  context.output.result(*answer, changes_text((*answer)["changes"]));
  return ExitCode::done;
}

ExitCode list_settings_versions(Context& context, const ConfigOptions& /*options*/) {
  const auto answer = context.agent.get(std::string(k_settings) + "/versions");
  if (!answer) {
    return context.output.fail(answer.error());
  }
  context.output.result(*answer, versions_text((*answer)["versions"]));
  return ExitCode::done;
}

}  // namespace installer::cli
