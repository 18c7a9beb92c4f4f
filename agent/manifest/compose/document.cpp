#include "agent/manifest/compose/document.hpp"

#include "agent/base/data/json.hpp"
#include "agent/manifest/numbers.hpp"
#include "agent/manifest/scalars.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace agent::manifest::compose {
namespace {

bool is_plain(const std::string& text) {
  constexpr std::string_view k_inside =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
  const base::data::YamlNode node{
      .kind = base::data::YamlNode::Kind::scalar, .text = text, .plain = true};
  return !text.empty() && text.find_first_not_of(k_inside) == std::string::npos && text[0] != '-' &&
         text[0] != '.' && !parse_yaml_boolean(text) && !is_yaml_number(node) && text != "null" &&
         text != "Null" && text != "NULL";
}

// Lines that a literal block gives back as they are.
bool is_block(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 || c == '\n';
  });
  return plain && text.find('\n') != std::string::npos && text.ends_with('\n') &&
         !text.starts_with(' ') && !text.starts_with('\n') && !text.ends_with("\n\n") &&
         text.find(" \n") == std::string::npos;
}

std::string single_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c == '\'' ? std::string("''") : std::string(1, c);
  }
  return quoted + "'";
}

std::string scalar(const std::string& text) {
  const bool controls = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  return is_plain(text) ? text : controls ? base::data::canonical(text) : single_quoted(text);
}

void write(const Out& value, const std::string& indent, bool after_dash, std::string& out);

void write_block(const std::string& text, const std::string& indent, std::string& out) {
  out += " |\n";
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    const auto line = text.substr(at, end - at);
    out += line.empty() ? "\n" : indent + line + "\n";
    at = end + 1;
  }
}

// What stands behind "key:" or "-".
void write_value(const Out& value, const std::string& indent, std::string& out) {
  if (value.kind == Out::Kind::word) {
    out += " " + value.text + "\n";
  } else if (value.kind == Out::Kind::text && is_block(value.text)) {
    write_block(value.text, indent, out);
  } else if (value.kind == Out::Kind::text) {
    out += " " + scalar(value.text) + "\n";
  } else {
    out += "\n";
    write(value, indent, false, out);
  }
}

void write(const Out& value, const std::string& indent, bool after_dash, std::string& out) {
  for (const auto& [key, inner] : value.entries) {
    out += (after_dash ? "" : indent) + scalar(key) + ":";
    after_dash = false;
    write_value(inner, indent + "  ", out);
  }
  for (const auto& item : value.items) {
    out += indent + "-";
    if (item.kind == Out::Kind::map) {
      out += " ";
      write(item, indent + "  ", true, out);
    } else {
      write_value(item, indent + "  ", out);
    }
  }
}

}  // namespace

bool Out::is_empty() const {
  return (kind == Kind::list && items.empty()) || (kind == Kind::map && entries.empty());
}

void Out::set(std::string key, Out value) {
  if (!value.is_empty()) {
    entries.push_back({std::move(key), std::move(value)});
  }
}

void Out::set_text(std::string key, std::string value) {
  if (!value.empty()) {
    set(std::move(key), compose::text(std::move(value)));
  }
}

void Out::add(Out value) {
  items.push_back(std::move(value));
}

Out text(std::string value) {
  return {.kind = Out::Kind::text, .text = std::move(value)};
}

Out word(std::string value) {
  return {.kind = Out::Kind::word, .text = std::move(value)};
}

Out list() {
  return {.kind = Out::Kind::list};
}

Out map() {
  return {.kind = Out::Kind::map};
}

std::string to_yaml(const Out& root) {
  std::string out;
  write(root, "", false, out);
  return out;
}

}  // namespace agent::manifest::compose
