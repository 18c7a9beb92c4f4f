#include "installer/cli/settings_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vector>

#include "installer/cli/text_table.hpp"

namespace installer::cli {
namespace {

constexpr std::size_t k_widest = 60;

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? printable(found->get<std::string>())
                                                     : std::string{};
}

bool is_on(const Json& object, const char* key) {
  return object.value(key, false);
}

std::string shortened(const std::string& text) {
  const auto line = text.substr(0, text.find('\n'));
  return line.size() <= k_widest && line.size() == text.size() ? text
                                                               : line.substr(0, k_widest) + "…";
}

std::string notes(const Json& item) {
  std::string all;
  for (const auto* note : {"required", "readonly", "locked", "hidden"}) {
    // Readonly is locked, too.
    if (is_on(item, note) && !(note == std::string("locked") && is_on(item, "readonly"))) {
      all += (all.empty() ? "" : ", ") + std::string(note);
    }
  }
  if (!item.value("visible", true) && !is_on(item, "hidden")) {
    all += std::string(all.empty() ? "" : ", ") + "not shown";
  }
  return all;
}

std::vector<std::string> row_of(const Json& item) {
  const auto origin = text_at(item, "origin");
  return {"  " + text_at(item, "name"),
          shortened(value_text(item)),
          origin == "none" ? "" : origin,
          notes(item)};
}

void add_rows(const Json& item, std::vector<std::vector<std::string>>& rows) {
  const auto type = text_at(item, "type");
  if (type == "label" || type == "heading") {
    return;
  }
  if (type != "select_many") {
    rows.push_back(row_of(item));
    return;
  }
  for (const auto& choice : item["choices"]) {
    rows.push_back(row_of(choice));
  }
}

std::string problems(const Json& settings) {
  std::string text;
  for (const auto& error : settings["errors"]) {
    text += fmt::format("{}: {}\n", text_at(error, "item"), text_at(error, "message"));
  }
  return text;
}

std::string side(const Json& change, const char* key) {
  if (is_on(change, "secret")) {
    return "(secret)";
  }
  return change[key].is_null() ? "(default)"
                               : fmt::format("\"{}\"", shortened(text_at(change, key)));
}

}  // namespace

const Json* find_setting(const Json& settings, const std::string& name) {
  for (const auto& group : settings["groups"]) {
    for (const auto& item : group["items"]) {
      if (item.value("name", "") == name) {
        return &item;
      }
      for (const auto& choice : item["choices"]) {
        if (item.value("type", "") == "select_many" && choice.value("name", "") == name) {
          return &choice;
        }
      }
    }
  }
  return nullptr;
}

std::string value_text(const Json& item) {
  if (is_on(item, "secret")) {
    return is_on(item, "has_value") ? "(set)" : "(not set)";
  }
  if (const auto files = item.find("files"); files != item.end() && !files->empty()) {
    std::string all;
    for (const auto& file : *files) {
      all += (all.empty() ? "" : ", ") +
             fmt::format("{} ({})", text_at(file, "name"), bytes_text(file.value("size", 0.0)));
    }
    return all;
  }
  if (const auto values = item.find("values"); values != item.end() && values->size() > 1) {
    std::string all;
    for (const auto& value : *values) {
      all += (all.empty() ? "" : ", ") + printable(value.get<std::string>());
    }
    return all;
  }
  return text_at(item, "value");
}

std::string settings_text(const Json& settings, const std::string& group) {
  std::vector<std::vector<std::string>> rows{{"NAME", "VALUE", "FROM", ""}};
  for (const auto& each : settings["groups"]) {
    const auto name = text_at(each, "name");
    if (!group.empty() && group != name) {
      continue;
    }
    rows.push_back({name});
    for (const auto& item : each["items"]) {
      add_rows(item, rows);
    }
  }
  auto text = text_table(rows) + problems(settings);
  if (is_on(settings, "apply_needed")) {
    text += "saved settings are not applied yet; see: slipway config diff\n";
  }
  return text;
}

std::string saved_text(const Json& saved) {
  const auto version = saved.value("version", 0);
  if (!is_on(saved, "changed")) {
    return fmt::format("nothing to save: version {} says the same\n", version);
  }
  return fmt::format("saved as version {}{}\n",
                     version,
                     is_on(saved, "apply_needed") ? "; it takes effect with: slipway apply" : "");
}

std::string changes_text(const Json& changes) {
  std::string text;
  for (const auto& change : changes) {
    text += fmt::format(
        "{}: {} -> {}\n", text_at(change, "item"), side(change, "before"), side(change, "after"));
  }
  return text;
}

std::string test_text(const Json& result) {
  const auto item = text_at(result, "item");
  const auto message = text_at(result, "message");
  const auto hint = text_at(result, "hint");
  auto text = fmt::format(
      "{:8} {}", text_at(result, "status"), item.empty() ? text_at(result, "group") : item);
  text += message.empty() ? "" : ": " + message;
  return hint.empty() ? text : text + "\n         " + hint;
}

std::string versions_text(const Json& versions) {
  std::vector<std::vector<std::string>> rows{{"VERSION", "SAVED", "BY", "CHANGES"}};
  for (const auto& version : versions) {
    std::string changed;
    for (const auto& change : version["changes"]) {
      changed += (changed.empty() ? "" : ", ") + text_at(change, "item");
    }
    rows.push_back({fmt::format("{}", version.value("version", 0)),
                    text_at(version, "saved_at"),
                    text_at(version, "author"),
                    shortened(changed)});
  }
  return text_table(rows);
}

}  // namespace installer::cli
