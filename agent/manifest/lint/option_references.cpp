#include "agent/manifest/lint/references.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::manifest::lint {
namespace {

struct Usage {
  std::string text;
  std::string path;
};

// An item without a name is looked for as "undefined".
std::vector<std::string> option_names(const Value& root) {
  std::vector<std::string> names;
  for (const auto& group : root.at("config").items) {
    for (const auto& item : group->at("items").items) {
      names.push_back(item->at("name").text());
      const auto& type = item->at("type");
      if (type.is_text("select_one") || type.is_text("select_many")) {
        for (const auto& child : item->at("items").items) {
          names.push_back(child->at("name").text());
        }
      }
    }
  }
  return names;
}

// Any known name anywhere in a template is taken for the one that is meant.
bool names_one(const Usage& usage, const std::vector<std::string>& names) {
  const bool is_template = usage.text.find("{{repl") != std::string::npos;
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return usage.text == name || (is_template && usage.text.find(name) != std::string::npos);
  });
}

Match unknown(const Value& root, const std::vector<Usage>& usages) {
  const auto names = option_names(root);
  std::vector<std::string> paths;
  for (const auto& usage : usages) {
    if (!names_one(usage, names)) {
      paths.push_back(usage.path);
    }
  }
  const bool matched = !paths.empty();
  return {matched, std::move(paths)};
}

}  // namespace

Predicate option_missing() {
  return [](const Value& root) {
    std::vector<Usage> usages;
    each_scalar(root, "", [&](const Value& value, const std::string& path) {
      if (value.is_string() && value.string.find("{{repl ConfigOption") != std::string::npos) {
        usages.push_back({value.string, path});
      }
    });
    return unknown(root, usages);
  };
}

namespace {

// A `when` that is neither text nor a truth value is not what the original was made for.
bool is_odd(const Value& when) {
  return when.truthy() && when.kind != Value::Kind::boolean && !when.is_string();
}

// The option that a `when` compares; empty for a template or a truth value.
std::string option_of(const Value& when) {
  const auto text = when.is_string() ? when.string : std::string();
  if (text == "true" || text == "false" || text.starts_with("{{repl")) {
    return {};
  }
  const bool differs = text.find("!=") != std::string::npos;
  return text.substr(0, text.find(differs ? "!=" : "="));
}

}  // namespace

Predicate when_option_missing() {
  return [](const Value& root) {
    if (!root.has("config")) {
      return Match{};
    }
    std::vector<Usage> usages;
    bool broken = false;
    const auto look_at = [&](const Value& owner, const std::string& path) {
      const auto& when = owner.at("when");
      broken = broken || is_odd(when);
      if (auto name = option_of(when); !name.empty()) {
        usages.push_back({std::move(name), path});
      }
    };
    const auto& groups = root.at("config").items;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      look_at(*groups[i], fmt::format("config.{}.when", i));
      const auto& items = groups[i]->at("items").items;
      for (std::size_t j = 0; j < items.size(); ++j) {
        look_at(*items[j], fmt::format("config.{}.items.{}.when", i, j));
      }
    }
    return broken ? Match{false, std::nullopt, true} : unknown(root, usages);
  };
}

Predicate refers_to_itself() {
  return [](const Value& item) {
    if (item.is_nothing()) {
      return Match{false, std::nullopt, true};
    }
    std::vector<std::string> paths;
    for (const std::string_view function : {"ConfigOption", "ConfigOptionEquals"}) {
      const auto call = fmt::format("{} \"{}\"", function, item.at("name").text());
      each_scalar(item, "", [&](const Value& value, const std::string& path) {
        if (value.is_string() && value.string.find(call) != std::string::npos) {
          paths.push_back(path);
        }
      });
    }
    const bool matched = !paths.empty();
    return Match{matched, std::move(paths)};
  };
}

}  // namespace agent::manifest::lint
