#include "agent/manifest/compose/variables.hpp"

#include "agent/manifest/patterns.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::manifest::compose {
namespace {

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::size_t name_length(std::string_view text) {
  const auto* const end = std::find_if_not(text.begin(), text.end(), is_name);
  return static_cast<std::size_t>(end - text.begin());
}

// The length of what stands in braces, which may hold further ones.
std::size_t inside_length(std::string_view text) {
  int depth = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
    if (depth == 0) {
      return i;
    }
  }
  return text.size();
}

std::string option(std::string_view function, const std::string& name) {
  return fmt::format("{{{{repl {} \"{}\"}}}}", function, name);
}

Out item_of(const std::string& name,
            const std::string& title,
            const std::string& type,
            const std::string& fallback,
            bool required) {
  auto item = map();
  item.set_text("name", name);
  item.set_text("title", title);
  item.set_text("type", type);
  item.set_text("default", fallback);
  if (required) {
    item.set("required", word("true"));
  }
  return item;
}

}  // namespace

std::string setting_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    name += is_name(small) ? small : '_';
  }
  return name;
}

Variables::Setting& Variables::setting(const std::string& variable) {
  auto& setting = settings_[setting_name(variable)];
  if (setting.title.empty()) {
    setting.title = variable;
    setting.type = patterns::secret_name(setting_name(variable)) ? "password" : "text";
  }
  return setting;
}

std::string Variables::ask(const std::string& name) {
  setting(name);
  return option("ConfigOption", setting_name(name));
}

std::string Variables::ask_file(const std::string& name, const std::string& title) {
  auto item = setting_name(name);
  if (settings_.contains(item)) {
    item += "_file";
  }
  files_.emplace(item, Setting{.title = title, .type = "file", .required = true});
  return item;
}

// What stands between the braces.
std::string Variables::expression(std::string_view inside) {
  const auto length = name_length(inside);
  const std::string name(inside.substr(0, length));
  auto rest = inside.substr(length);
  auto& setting = this->setting(name);
  rest.remove_prefix(rest.starts_with(':') ? 1 : 0);
  const char sign = rest.empty() ? ' ' : rest[0];
  rest.remove_prefix(rest.empty() ? 0 : 1);
  if (sign == '?') {
    setting.required = true;
  } else if (sign == '+') {
    return fmt::format("{{{{repl if ConfigOption \"{}\"}}}}{}{{{{repl end}}}}",
                       setting_name(name),
                       as_template(rest));
  } else if (sign == '-' && setting.fallback.empty()) {
    const auto fallback = as_template(rest);
    this->setting(name).fallback = fallback;
  }
  return option("ConfigOption", setting_name(name));
}

std::string Variables::take(std::string_view& rest) {
  if (rest.starts_with('$')) {
    rest.remove_prefix(1);
    return "$";
  }
  if (rest.starts_with('{')) {
    const auto length = inside_length(rest.substr(1));
    const auto inside = rest.substr(1, length);
    rest.remove_prefix(std::min(rest.size(), length + 2));
    return name_length(inside) == 0 ? fmt::format("${{{}}}", inside) : expression(inside);
  }
  const auto length = name_length(rest);
  if (length == 0) {
    return "$";
  }
  const std::string name(rest.substr(0, length));
  rest.remove_prefix(length);
  return ask(name);
}

std::string Variables::as_template(std::string_view text) {
  constexpr std::string_view k_open = "{{repl";
  std::string out;
  while (!text.empty()) {
    if (text.starts_with(k_open)) {
      out += "{{repl `{{repl`}}";
      text.remove_prefix(k_open.size());
      continue;
    }
    const char c = text[0];
    text.remove_prefix(1);
    out += c == '$' ? take(text) : std::string(1, c);
  }
  return out;
}

Out Variables::config() const {
  auto groups = list();
  const auto add = [&groups](const char* name, const char* title, const auto& settings) {
    auto items = list();
    for (const auto& [item, setting] : settings) {
      items.add(item_of(item, setting.title, setting.type, setting.fallback, setting.required));
    }
    auto group = map();
    group.set_text("name", name);
    group.set_text("title", title);
    if (!items.is_empty()) {
      group.set("items", std::move(items));
      groups.add(std::move(group));
    }
  };
  add("settings", "Settings", settings_);
  add("files", "Files", files_);
  return groups;
}

}  // namespace agent::manifest::compose
