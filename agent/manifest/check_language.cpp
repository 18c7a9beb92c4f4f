#include "agent/manifest/check_language.hpp"

#include "agent/manifest/language.hpp"
#include "agent/manifest/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace agent::manifest {
namespace {

using base::data::YamlNode;
using Kind = YamlNode::Kind;

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::scalar:
      return "a single value";
    case Kind::sequence:
      return "a list";
    case Kind::mapping:
      return "a mapping";
  }
  return "";
}

bool is_given(const YamlNode* node) {
  return node != nullptr && node->kind != Kind::null;
}

// What a scalar of a kind must be; nothing when it is that.
std::optional<std::string_view> wrong_scalar(const LanguageKey& key, const YamlNode& node) {
  switch (key.kind) {
    case KeyKind::boolean:
      return node.plain && parse_yaml_boolean(node.text)
                 ? std::nullopt
                 : std::optional<std::string_view>("must be true or false, without quotes");
    case KeyKind::integer:
    case KeyKind::port:
      return is_yaml_integer(node)
                 ? std::nullopt
                 : std::optional<std::string_view>("must be a whole number, without quotes");
    case KeyKind::unsigned_integer:
      return is_yaml_unsigned(node)
                 ? std::nullopt
                 : std::optional<std::string_view>(
                       "must be a whole number, not negative and without quotes");
    case KeyKind::real:
      return is_yaml_number(node)
                 ? std::nullopt
                 : std::optional<std::string_view>("must be a number, without quotes");
    case KeyKind::text:
    case KeyKind::bool_text:
    case KeyKind::unsigned_text:
    case KeyKind::any:
    case KeyKind::texts:
    case KeyKind::text_map:
    case KeyKind::any_map:
    case KeyKind::record:
    case KeyKind::records:
      return std::nullopt;
  }
  return std::nullopt;
}

Kind shape_of(KeyKind kind) {
  switch (kind) {
    case KeyKind::texts:
    case KeyKind::records:
      return Kind::sequence;
    case KeyKind::text_map:
    case KeyKind::any_map:
    case KeyKind::record:
      return Kind::mapping;
    case KeyKind::text:
    case KeyKind::boolean:
    case KeyKind::integer:
    case KeyKind::unsigned_integer:
    case KeyKind::port:
    case KeyKind::real:
    case KeyKind::bool_text:
    case KeyKind::unsigned_text:
    case KeyKind::any:
      return Kind::scalar;
  }
  return Kind::scalar;
}

class Walk {
 public:
  Walk(const RuleContext& context, Findings& findings) : context_(context), findings_(findings) {}

  // `node` is null where the record is missing and its rules hold all the same; `at` is then what
  // lacks it.
  void record(const LanguageType& type,
              const YamlNode* node,
              const std::string& path,
              Position at,
              Depth depth) {
    if (is_given(node) && node->kind != Kind::mapping) {
      wrong_type(path, node->position, "a mapping of keys", node->kind);
      return;
    }
    if (is_given(node)) {
      at = node->position;
      tell_unknown(type, *node, path);
    }
    for (const auto& key : type.keys) {
      const auto* const value = is_given(node) ? node->find(key.name) : nullptr;
      if (value == nullptr && key.rules.empty() && key.absence == Absence::allowed) {
        continue;  // Most keys are absent, and nothing is said of them.
      }
      const auto inner =
          path.empty() ? std::string(key.name) : fmt::format("{}.{}", path, key.name);
      this->key(key, value, inner, value != nullptr ? value->position : at, depth);
      if (depth == Depth::rules && is_given(node) && names_container(key)) {
        sibling_container(*node, value, inner);
      }
    }
  }

 private:
  // A container of the component that stands beside it.
  static bool names_container(const LanguageKey& key) {
    return key.kind == KeyKind::text &&
           std::find(key.rules.begin(), key.rules.end(), "containerexists") != key.rules.end();
  }

  void sibling_container(const YamlNode& node, const YamlNode* value, const std::string& path) {
    const auto* const component = node.find("component");
    const auto name = component == nullptr ? std::string() : component->text;
    const auto container = value == nullptr ? std::string() : value->text;
    if (auto message = missing_container(name, container, context_)) {
      findings_.error("containerexists",
                      path,
                      value == nullptr ? node.position : value->position,
                      *std::move(message));
    }
  }

  void tell_unknown(const LanguageType& type, const YamlNode& node, const std::string& path) {
    for (const auto& entry : node.entries) {
      if (type.find(entry.key) == nullptr) {
        findings_.warning("unknown-key",
                          path.empty() ? entry.key : path + "." + entry.key,
                          entry.key_position,
                          "is no key of the language here and is ignored: check its spelling");
      }
    }
  }

  void wrong_type(const std::string& path, Position at, std::string_view wanted, Kind kind) {
    findings_.error("type", path, at, fmt::format("must be {}, not {}", wanted, kind_name(kind)));
  }

  void key(const LanguageKey& key,
           const YamlNode* value,
           const std::string& path,
           Position at,
           Depth depth) {
    if (is_given(value) && !has_shape(key, *value, path)) {
      return;
    }
    if (depth == Depth::rules) {
      rules(key, value, path, at);
    }
    if (key.kind == KeyKind::texts || key.kind == KeyKind::text_map) {
      elements(key, value, path, depth);
    } else if (key.kind == KeyKind::record) {
      const bool text = is_given(value) && value->kind == Kind::scalar;
      if (!text &&
          (is_given(value) || (key.absence == Absence::as_empty && depth == Depth::rules))) {
        record(*key.type, value, path, at, depth);
      }
    } else if (key.kind == KeyKind::records && is_given(value)) {
      records(key, *value, path, depth);
    }
  }

  bool has_shape(const LanguageKey& key, const YamlNode& value, const std::string& path) {
    const auto shape = shape_of(key.kind);
    // A text alone is a message.
    const bool message =
        key.kind == KeyKind::record && key.type->name == "Message" && value.kind == Kind::scalar;
    if (key.kind == KeyKind::any || message) {
      return true;
    }
    if (value.kind != shape) {
      const auto* const wanted = shape == Kind::scalar     ? "a single value"
                                 : shape == Kind::sequence ? "a list"
                                                           : "a mapping of keys";
      wrong_type(path, value.position, wanted, value.kind);
      return false;
    }
    if (const auto wrong = shape == Kind::scalar ? wrong_scalar(key, value) : std::nullopt) {
      findings_.error("type", path, value.position, std::string(*wrong));
      return false;
    }
    return true;
  }

  void rules(const LanguageKey& key, const YamlNode* value, const std::string& path, Position at) {
    const bool scalar = shape_of(key.kind) == Kind::scalar;
    const auto text = scalar && is_given(value) ? text_of(key, *value) : std::string();
    const bool empty = scalar ? text.empty() : !is_given(value);
    if (key.optional && empty) {
      return;
    }
    for (const auto rule : key.rules) {
      auto message = scalar ? broken_rule(rule, text, context_) : broken_list(rule, value);
      if (message && rule == "required") {
        message = fmt::format("is required: add `{}:` with a value", key.name);
      }
      if (message) {
        findings_.error(rule, path, at, *std::move(message));
        return;
      }
    }
  }

  // A Boolean is text by now: "yes" without quotes is as good as true.
  static std::string text_of(const LanguageKey& key, const YamlNode& value) {
    const auto boolean = key.kind == KeyKind::bool_text && value.plain
                             ? parse_yaml_boolean(value.text)
                             : std::nullopt;
    return boolean ? (*boolean ? "true" : "false") : value.text;
  }

  static std::optional<std::string> broken_list(std::string_view rule, const YamlNode* value) {
    if (rule == "required" && !is_given(value)) {
      return "";
    }
    if (rule == "min" && is_given(value) && value->items.empty()) {
      return "must have at least one element";
    }
    if (!is_given(value)) {
      return std::nullopt;
    }
    if (rule == "volumeoptions") {
      return broken_volume_options(*value);
    }
    const bool unnamed = std::any_of(value->entries.begin(),
                                     value->entries.end(),
                                     [](const auto& entry) { return entry.key.empty(); });
    if (rule == "mapkeylengthnonzero" && unnamed) {
      return "has a label without a name: give it one";
    }
    const bool aimless =
        std::any_of(value->items.begin(), value->items.end(), [](const YamlNode& monitor) {
          const auto* const target = monitor.find("target");
          const auto* const targets = monitor.find("targets");
          return (target == nullptr || target->text.empty()) &&
                 (targets == nullptr || targets->items.empty());
        });
    if (rule == "hastarget" && aimless) {
      return "has a graph without targets: add `targets:` with what it shows";
    }
    return std::nullopt;
  }

  void elements(const LanguageKey& key,
                const YamlNode* value,
                const std::string& path,
                Depth depth) {
    if (!is_given(value)) {
      return;
    }
    for (std::size_t i = 0; i < value->items.size(); ++i) {
      element(key, value->items[i], fmt::format("{}[{}]", path, i), depth);
    }
    for (const auto& entry : value->entries) {
      element(key, entry.value, fmt::format("{}.{}", path, entry.key), depth);
    }
  }

  void element(const LanguageKey& key,
               const YamlNode& value,
               const std::string& path,
               Depth depth) {
    if (is_given(&value) && value.kind != Kind::scalar) {
      wrong_type(path, value.position, "a single value", value.kind);
      return;
    }
    // A null is an empty text here, as for the original's reader.
    for (const auto rule :
         depth == Depth::rules ? key.item_rules : std::vector<std::string_view>()) {
      if (auto message = broken_rule(rule, value.text, context_)) {
        findings_.error(rule, path, value.position, *std::move(message));
        return;
      }
    }
  }

  void records(const LanguageKey& key,
               const YamlNode& value,
               const std::string& path,
               Depth depth) {
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      const auto& item = value.items[i];
      const auto item_path = fmt::format("{}[{}]", path, i);
      if (is_given(&item) || key.null_items == NullItems::as_empty) {
        const bool rules = depth == Depth::rules && key.depth == Depth::rules;
        record(*key.type, &item, item_path, item.position, rules ? Depth::rules : Depth::types);
      } else if (key.null_items == NullItems::refused) {
        findings_.error(
            "exists", item_path, item.position, "is empty: remove the dash or give it a value");
      }
    }
  }

  const RuleContext& context_;
  Findings& findings_;
};

}  // namespace

void check_language(const YamlNode& document, const RuleContext& context, Findings& findings) {
  Walk(context, findings).record(language(), &document, "", document.position, Depth::rules);
}

}  // namespace agent::manifest
