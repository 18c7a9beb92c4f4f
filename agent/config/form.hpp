#pragma once
// The settings as a screen shows them: groups of items in the document's order, with values but
// without secrets.

#include "agent/config/settings.hpp"
#include "agent/manifest/document.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace agent::config {

// What is shown in place of a file's contents.
struct FormFile {
  std::string name;
  std::size_t size = 0;

  bool operator==(const FormFile&) const = default;
};

struct FormTest {
  std::string title;  // Of its button.
  bool on_save = false;
};

struct FormChoice {
  std::string name;
  std::string title;
  std::string value;  // "1" or "0", of select_many; empty of the others.
  std::string default_value;
  Origin origin = Origin::none;
  bool recommended = false;
  bool visible = true;
};

struct FormItem {
  std::string name;
  manifest::ItemType type = manifest::ItemType::text;
  std::string title;
  std::string help_text;
  std::optional<std::string> value;  // Absent: secret, or nothing that has a value.
  std::vector<std::string> multi_value;
  std::string default_value;
  std::vector<FormFile> files;
  Origin origin = Origin::none;
  bool has_value = false;  // Of secrets, too.
  bool secret = false;
  bool visible = true;
  bool hidden = false;
  bool readonly = false;
  bool write_once = false;
  bool locked = false;
  bool required = false;
  bool recommended = false;
  bool multiple = false;
  bool excluded_from_support = false;
  std::string affix;  // "left", "right" or empty.
  std::map<std::string, std::string> properties;
  std::optional<FormTest> test;
  std::vector<FormChoice> choices;
};

struct FormGroup {
  std::string name;
  std::string title;
  std::string description;
  bool visible = false;  // Something of it is.
  std::optional<FormTest> test;
  std::vector<FormItem> items;
};

enum class HiddenItems { leave_out, include };

// `functions` as they were given to resolve: titles and texts are templates too, and one that
// cannot be expanded is shown as it is written.
std::vector<FormGroup> make_form(const manifest::Manifest& manifest,
                                 const ResolvedSettings& settings,
                                 const manifest::FunctionTable& functions,
                                 HiddenItems hidden);

}  // namespace agent::config
