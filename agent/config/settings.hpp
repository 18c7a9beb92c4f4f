#pragma once
// The values of an application's settings: what the admin chose, what was generated for him and
// kept, and what both come to together with the manifest's defaults. All values are text.

#include "agent/base/core/result.hpp"
#include "agent/config/command.hpp"
#include "agent/manifest/document.hpp"
#include "agent/manifest/template_function.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::config {

// What is kept of one item between releases. Unset: never chosen, never generated.
struct StoredItem {
  std::optional<std::string> value;              // The admin's.
  std::optional<std::string> data;               // The admin's; contents of a file.
  std::vector<std::string> multi_value;          // The admin's, of an item with `multiple`.
  std::vector<std::string> multi_data;           // Contents of its files, in the same order.
  std::optional<std::string> generated_value;    // By value_cmd, once.
  std::optional<std::string> generated_data;     // By data_cmd, once.
  std::optional<std::string> generated_default;  // By default_cmd, again for each release.

  bool operator==(const StoredItem&) const = default;
};

struct StoredSettings {
  std::string release;  // For which generated_default holds.
  std::map<std::string, StoredItem, std::less<>> items;

  bool operator==(const StoredSettings&) const = default;
};

// Replaces all that the admin has chosen for an item. Nothing set: back to the default.
struct Change {
  std::optional<std::string> value;
  std::optional<std::string> data;
  std::vector<std::string> multi_value;
  std::vector<std::string> multi_data;
};
using Changes = std::map<std::string, Change, std::less<>>;

enum class Origin { none, admin, generated, manifest, fallback };

struct ResolvedItem {
  std::string value;  // Of several, the first.
  std::string data;   // Items of type file.
  std::vector<std::string> multi_value;
  std::vector<std::string> multi_data;
  std::string default_value;  // What the value would be if there were no other.
  Origin origin = Origin::none;
  bool visible = true;  // By its `when`, its group's, and `hidden`.
  bool secret = false;  // A password, or generated and hidden: never to be shown.
  bool locked = false;  // readonly, or write_once with a value.
  bool excluded_from_support = false;

  bool operator==(const ResolvedItem&) const = default;
};

// Items and child items of select_many by name.
struct ResolvedSettings {
  std::map<std::string, ResolvedItem, std::less<>> items;

  bool operator==(const ResolvedSettings&) const = default;
};

struct SettingError {
  // unknown_item, read_only, write_once, not_a_choice, not_a_boolean, no_value_possible, one_value,
  // required, template, command
  std::string code;
  std::string item;
  std::string message;  // Never holds a value.
};

struct Resolution {
  ResolvedSettings settings;
  StoredSettings stored;               // To be kept, sealed, when the outcome is used.
  std::vector<SettingError> errors;    // With any of them the application must not be started.
  std::vector<SettingError> warnings;  // A command that could not be run.
};

enum class Occasion {
  look,   // Nothing is to be kept: no command runs.
  apply,  // Commands run whose results are missing or of another release.
  save,   // The admin saves: items to be written once are locked with what they have, too.
};

// What to do about a change that cannot be made, of an item that is not there or cannot be changed.
enum class Misfit {
  refuse,
  skip,  // With a warning: the changes are those of another release, or of another installation.
};

struct ResolveRequest {
  const manifest::Manifest& manifest;
  const StoredSettings& stored;
  const Changes& changes;
  std::string release;  // Names the release: default_cmd and readonly values are made anew with it.
  // What templates may call besides the language's own and ConfigOption…; may be empty.
  const manifest::FunctionTable& functions;
  CommandWorld& world;
  Occasion occasion = Occasion::apply;
  Misfit misfit = Misfit::refuse;
};

// The value of an item is the admin's, else the generated, else the manifest's `value`, else the
// default (default_cmd, else `default`), else empty; of a readonly item never the admin's. `value`,
// `default` and `when` are templates and may use other settings; a circle is an error.
Resolution resolve(const ResolveRequest& request);

// ConfigOption, ConfigOptionData, ConfigOptionEquals, ConfigOptionNotEquals over settled values; an
// unknown name gives "", as in the original. `settings` must outlive the table.
manifest::FunctionTable setting_functions(const ResolvedSettings& settings);

// For the record. Errors of reading: invalid_input.
std::string to_json(const StoredSettings& stored);
base::Result<StoredSettings> stored_from_json(std::string_view text);

}  // namespace agent::config
