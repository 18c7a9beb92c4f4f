#include "agent/render/sprig/arguments.hpp"
#include "agent/render/sprig/functions.hpp"

#include <fmt/format.h>

#include <set>

namespace agent::render::sprig {
namespace {

const ValueMap& dict_at(const FunctionCall& call, std::size_t position) {
  return call.arguments[position].as_map();
}

// Keys and values in turn; a last key without a value has an empty text.
Result<Value> call_dict(const FunctionCall& call) {
  ValueMap dict;
  for (std::size_t i = 0; i < call.arguments.size(); i += 2) {
    BASE_TRY_ASSIGN(auto key, to_text(call, call.arguments[i]));
    const bool has_value = i + 1 < call.arguments.size();
    dict.insert_or_assign(std::move(key), has_value ? call.arguments[i + 1] : Value::text(""));
  }
  return Value::map(std::move(dict));
}

Result<Value> call_get(const FunctionCall& call) {
  const auto& dict = dict_at(call, 0);
  const auto found = dict.find(text_at(call, 1));
  return found == dict.end() ? Value::text("") : found->second;
}

Result<Value> call_set(const FunctionCall& call) {
  auto dict = dict_at(call, 0);
  dict.insert_or_assign(text_at(call, 1), call.arguments[2]);
  return Value::map(std::move(dict));
}

Result<Value> call_unset(const FunctionCall& call) {
  auto dict = dict_at(call, 0);
  dict.erase(text_at(call, 1));
  return Value::map(std::move(dict));
}

Result<Value> call_has_key(const FunctionCall& call) {
  return Value::boolean(dict_at(call, 0).contains(text_at(call, 1)));
}

// Go gives them in any order; these are sorted, so that a rendering is the same each time.
Result<Value> call_keys(const FunctionCall& call) {
  ValueList keys;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    for (const auto& [key, value] : dict_at(call, i)) {
      BASE_TRY(call.spend(1));
      keys.push_back(Value::text(key));
    }
  }
  return Value::list(std::move(keys)).as_type(GoType::texts);
}

// In the order of their keys.
Result<Value> call_values(const FunctionCall& call) {
  ValueList values;
  for (const auto& [key, value] : dict_at(call, 0)) {
    values.push_back(value);
  }
  return Value::list(std::move(values));
}

Result<Value> call_pluck(const FunctionCall& call) {
  ValueList values;
  for (std::size_t i = 1; i < call.arguments.size(); ++i) {
    const auto found = dict_at(call, i).find(text_at(call, 0));
    if (found != dict_at(call, i).end()) {
      values.push_back(found->second);
    }
  }
  return Value::list(std::move(values));
}

manifest::TemplateFunction choosing_keys(bool named) {
  return function("ds*", [named](const FunctionCall& call) -> Result<Value> {
    std::set<std::string_view> names;
    for (std::size_t i = 1; i < call.arguments.size(); ++i) {
      names.insert(text_at(call, i));
    }
    ValueMap chosen;
    for (const auto& [key, value] : dict_at(call, 0)) {
      if (names.contains(key) == named) {
        chosen.emplace(key, value);
      }
    }
    return Value::map(std::move(chosen));
  });
}

// dig KEY… DEFAULT DICT
Result<Value> call_dig(const FunctionCall& call) {
  if (call.arguments.size() < 3) {
    return argument_error("dig needs at least three arguments");
  }
  auto value = call.arguments.back();
  for (const auto& key : call.arguments.first(call.arguments.size() - 2)) {
    if (key.kind() != ValueKind::text) {
      return argument_error(fmt::format("a key must be string, not {}", key.type_name()));
    }
    if (value.kind() != ValueKind::map) {
      return argument_error(fmt::format(
          "there is no {:.80} in a value of type {}", key.as_text(), value.type_name()));
    }
    const auto found = value.as_map().find(key.as_text());
    if (found == value.as_map().end()) {
      return call.arguments[call.arguments.size() - 2];
    }
    auto inner = found->second;
    value = std::move(inner);
  }
  return value;
}

// --- merging
// ---------------------------------------------------------------------------------------

enum class Overwrite { no, yes };

base::Status merge_into(const FunctionCall& call,
                        ValueMap& target,
                        const ValueMap& source,
                        Overwrite overwrite);

// What stays of two values under one key: dicts are merged, an empty value makes room, and a dict
// never takes the place of what is not empty.
Result<Value> merged(const FunctionCall& call,
                     const Value& left,
                     const Value& right,
                     Overwrite overwrite) {
  if (left.kind() == ValueKind::map && right.kind() == ValueKind::map) {
    auto entries = left.as_map();
    BASE_TRY(merge_into(call, entries, right.as_map(), overwrite));
    return Value::map(std::move(entries));
  }
  if (right.kind() == ValueKind::nil) {
    return overwrite == Overwrite::yes ? right : left;
  }
  if (is_empty(left)) {
    return right;
  }
  return overwrite == Overwrite::yes && right.kind() != ValueKind::map ? right : left;
}

base::Status merge_into(const FunctionCall& call,
                        ValueMap& target,
                        const ValueMap& source,
                        Overwrite overwrite) {
  for (const auto& [key, value] : source) {
    BASE_TRY(call.spend(1));
    const auto [entry, is_new] = target.try_emplace(key, value);
    if (!is_new) {
      BASE_TRY_ASSIGN(entry->second, merged(call, entry->second, value, overwrite));
    } else if (value.kind() == ValueKind::nil && overwrite == Overwrite::no) {
      target.erase(entry);
    }
  }
  return base::ok();
}

void add_merging(FunctionTable& table, const std::string& suffix, Overwrite overwrite) {
  auto merging = function("dd*", [overwrite](const FunctionCall& call) -> Result<Value> {
    auto target = dict_at(call, 0);
    for (std::size_t i = 1; i < call.arguments.size(); ++i) {
      BASE_TRY(merge_into(call, target, dict_at(call, i), overwrite));
    }
    return Value::map(std::move(target));
  });
  merging.replaces_first = true;
  table["merge" + suffix] = merging;
  table["mustMerge" + suffix] = merging;
}

}  // namespace

void add_dict_functions(FunctionTable& table) {
  table["dict"] = function("v*", call_dict);
  table["get"] = function("ds", call_get);
  table["set"] = function("dsv", call_set);
  table["set"].replaces_first = true;
  table["unset"] = function("ds", call_unset);
  table["unset"].replaces_first = true;
  table["hasKey"] = function("ds", call_has_key);
  table["keys"] = function("d*", call_keys);
  table["values"] = function("d", call_values);
  table["pluck"] = function("sd*", call_pluck);
  table["pick"] = choosing_keys(true);
  table["omit"] = choosing_keys(false);
  table["dig"] = function("v*", call_dig);
  add_merging(table, "", Overwrite::no);
  add_merging(table, "Overwrite", Overwrite::yes);
}

}  // namespace agent::render::sprig
