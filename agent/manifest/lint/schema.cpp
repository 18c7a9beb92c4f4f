#include "agent/manifest/lint/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <optional>

namespace agent::manifest::lint {
namespace {

struct Schema {
  std::vector<std::string> types;
  std::string type_text;  // "string/boolean"
  std::map<std::string, std::unique_ptr<Schema>, std::less<>> keys;
  std::vector<std::string> required;
  std::unique_ptr<Schema> items;
  std::unique_ptr<Schema> any_key;
  bool not_empty = false;
  bool open = false;
};

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(at), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::unique_ptr<Schema> schema_of(const std::vector<std::string_view>& words) {
  auto schema = std::make_unique<Schema>();
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "min1") {
      schema->not_empty = true;
    } else if (words[i] == "open") {
      schema->open = true;
    } else {
      schema->type_text = words[i];
      for (const auto type : split(words[i], '/')) {
        schema->types.emplace_back(type);
      }
    }
  }
  return schema;
}

Schema* attach(Schema& parent, std::string_view name, std::unique_ptr<Schema> schema) {
  auto* const added = schema.get();
  if (name == "[]") {
    parent.items = std::move(schema);
  } else if (name == "*") {
    parent.any_key = std::move(schema);
  } else {
    if (name.ends_with('!')) {
      name.remove_suffix(1);
      parent.required.emplace_back(name);
    }
    parent.keys.emplace(name, std::move(schema));
  }
  return added;
}

std::unique_ptr<Schema> read_schema() {
  auto root = std::make_unique<Schema>();
  root->types = {"object"};
  root->type_text = "object";
  std::vector<Schema*> path{root.get()};
  for (const auto text : {application_schema(), components_schema()}) {
    for (auto line : split(text, '\n')) {
      const auto indent = line.find_first_not_of(' ');
      if (indent == std::string_view::npos || indent == 0) {
        continue;  // Empty, or the document itself.
      }
      const auto words = split(line.substr(indent), ' ');
      path.resize(indent / 2);
      path.push_back(attach(*path.back(), words[0], schema_of(words)));
    }
  }
  return root;
}

std::string_view type_name(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::undefined:
      return "undefined";
    case Value::Kind::null:
      return "null";
    case Value::Kind::boolean:
      return "boolean";
    case Value::Kind::number:
      return "number";
    case Value::Kind::string:
      return "string";
    case Value::Kind::array:
      return "array";
    case Value::Kind::object:
    case Value::Kind::opaque:
      return "object";
  }
  return "";
}

// Names that every object of the original's language has, so that its schema seemed to know them.
bool is_inherited(std::string_view key) {
  static constexpr std::array<std::string_view, 12> k_names{"constructor",
                                                            "hasOwnProperty",
                                                            "isPrototypeOf",
                                                            "propertyIsEnumerable",
                                                            "toLocaleString",
                                                            "toString",
                                                            "valueOf",
                                                            "__defineGetter__",
                                                            "__defineSetter__",
                                                            "__lookupGetter__",
                                                            "__lookupSetter__",
                                                            "__proto__"};
  return std::find(k_names.begin(), k_names.end(), key) != k_names.end();
}

std::string escaped(std::string_view key) {
  std::string text;
  for (const char c : key) {
    text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  }
  return text;
}

std::size_t utf16_length(std::string_view text) {
  std::size_t length = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    length += (byte & 0xC0U) == 0x80U ? 0 : byte >= 0xF0U ? 2 : 1;
  }
  return length;
}

class Check {
 public:
  void value(const Value& value, const Schema& schema, const std::string& pointer) {
    if (!has_type(value, schema)) {
      fault(pointer,
            fmt::format("Invalid type: {} (expected {})", type_name(value.kind), schema.type_text));
    } else if (value.is_number() && !std::isfinite(value.number)) {
      fault(pointer, fmt::format("Value is not a valid number: {}", number_text(value.number)));
    } else if (value.is_string() && schema.not_empty && value.string.empty()) {
      fault(pointer,
            fmt::format("String is too short ({} chars), minimum 1", utf16_length(value.string)));
    } else if (value.is_array() && schema.items) {
      for (std::size_t i = 0; i < value.items.size(); ++i) {
        this->value(*value.items[i], *schema.items, fmt::format("{}/{}", pointer, i));
      }
    } else if (value.is_object() || value.kind == Value::Kind::opaque) {
      object(value, schema, pointer);
    }
  }

  std::vector<SchemaFault> take() && {
    for (auto& pointer : unknown_) {
      faults_.push_back({std::move(pointer), "Unknown property (not in schema)"});
    }
    return std::move(faults_);
  }

 private:
  static bool has_type(const Value& value, const Schema& schema) {
    const auto is = type_name(value.kind);
    return schema.types.empty() ||
           std::any_of(schema.types.begin(), schema.types.end(), [&](const std::string& type) {
             return type == is ||
                    (type == "integer" && value.is_number() && std::fmod(value.number, 1) == 0);
           });
  }

  void object(const Value& value, const Schema& schema, const std::string& pointer) {
    for (const auto& key : schema.required) {
      if (!value.has(key)) {
        fault(pointer, "Missing required property: " + key);
      }
    }
    for (const auto& [key, inner] : value.entries()) {
      const auto inner_pointer = pointer + "/" + escaped(key);
      const auto known = schema.keys.find(key);
      if (known != schema.keys.end()) {
        this->value(*inner, *known->second, inner_pointer);
      }
      if (schema.any_key) {
        this->value(*inner, *schema.any_key, inner_pointer);
      }
      const bool seems_known = !schema.keys.empty() && is_inherited(key);
      if (known == schema.keys.end() && !schema.any_key && !schema.open && !seems_known) {
        unknown_.push_back(inner_pointer);
      }
    }
  }

  void fault(const std::string& pointer, std::string message) {
    faults_.push_back({pointer, std::move(message)});
  }

  std::vector<SchemaFault> faults_;
  std::vector<std::string> unknown_;
};

}  // namespace

std::vector<SchemaFault> check_schema(const Value& root) {
  static const auto schema = read_schema();
  Check check;
  check.value(root, *schema, "");
  return std::move(check).take();
}

}  // namespace agent::manifest::lint
