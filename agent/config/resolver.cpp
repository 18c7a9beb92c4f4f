#include "agent/config/resolver.hpp"

#include "agent/config/option_functions.hpp"
#include "agent/manifest/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace agent::config {
namespace {

using base::Result;
using manifest::ItemType;

// Each setting whose template uses another one goes a level deeper.
constexpr std::size_t k_most_nested = 50;

bool has_value(ItemType type) {
  return type != ItemType::label && type != ItemType::heading;
}

bool is_choice(ItemType type) {
  return type == ItemType::select_one || type == ItemType::select;
}

}  // namespace

Resolver::Resolver(const ResolveRequest& request) : request_(request) {
  outcome_.stored = request.stored;
  functions_ = manifest::builtin_functions();
  functions_.insert(request.functions.begin(), request.functions.end());
  auto own = option_functions(
      [this](const std::string& name) { return value_of(name); },
      [this](const std::string& name) -> Result<std::string> { return data_of(name); });
  functions_.insert(std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
}

void Resolver::fail(std::string code, std::string item, std::string message) {
  outcome_.errors.push_back({std::move(code), std::move(item), std::move(message)});
}

void Resolver::collect_options() {
  for (const auto& group : request_.manifest.groups) {
    for (const auto& item : group.items) {
      options_.emplace(item.name.value, Option{&group, &item, nullptr});
      if (item.type != ItemType::select_many) {
        continue;
      }
      for (const auto& child : item.items) {
        options_.emplace(child.name.value, Option{&group, &item, &child});
      }
    }
  }
}

Resolution Resolver::run() {
  collect_options();
  apply_changes();
  run_commands();
  for (const auto& [name, option] : options_) {
    const auto value = value_of(name);
    if (!value) {
      fail("template", name, value.error().message);
      continue;
    }
    const bool generated = option.item->value_command && option.item->hidden;
    outcome_.settings.items[name] = {.value = *value,
                                     .data = data_of(name),
                                     .visible = is_visible(name, option),
                                     .secret = option.type() == ItemType::password || generated,
                                     .excluded_from_support = option.item->excluded_from_support};
    check_required(name, option);
  }
  return std::move(outcome_);
}

void Resolver::apply_changes() {
  for (const auto& [name, change] : request_.changes) {
    const auto found = options_.find(name);
    if (found == options_.end()) {
      fail("unknown_item", name, "there is no such setting");
    } else {
      apply_change(name, found->second, change);
    }
  }
}

std::string Resolver::change_fault(const Option& option, const Change& change, std::string& code) {
  if (!has_value(option.type()) ||
      (option.child == nullptr && option.type() == ItemType::select_many)) {
    code = "no_value_possible";
    return "is not a setting that has a value";
  }
  if (option.item->readonly) {
    code = "read_only";
    return "cannot be changed";
  }
  if (!change.value) {
    return {};
  }
  if (option.type() == ItemType::boolean && !change.value->empty() &&
      !manifest::parse_boolean(*change.value)) {
    code = "not_a_boolean";
    return "must be 1 or 0";
  }
  const auto& children = option.item->items;
  const bool known = std::any_of(children.begin(), children.end(), [&](const auto& child) {
    return child.name.value == *change.value;
  });
  if (is_choice(option.type()) && !children.empty() && !change.value->empty() && !known) {
    code = "not_a_choice";
    std::string choices;
    for (const auto& child : children) {
      choices += (choices.empty() ? "" : ", ") + child.name.value;
    }
    return "must be one of " + choices;
  }
  return {};
}

void Resolver::apply_change(const std::string& name, const Option& option, const Change& change) {
  std::string code;
  if (const auto fault = change_fault(option, change, code); !fault.empty()) {
    fail(code, name, fault);
    return;
  }
  auto& stored = outcome_.stored.items[name];
  auto value = change.value;
  if (value && option.type() == ItemType::boolean && !value->empty()) {
    value = *manifest::parse_boolean(*value) ? "1" : "0";
  }
  const bool same = value == stored.value && change.data == stored.data;
  if (option.item->write_once && (stored.value || stored.data || stored.generated_value) && !same) {
    fail("write_once", name, "was set once and cannot be changed");
    return;
  }
  stored.value = std::move(value);
  stored.data = change.data;
}

// In the order of the document, so that the same document asks the world for the same things in the
// same order.
void Resolver::run_commands() {
  for (const auto& group : request_.manifest.groups) {
    for (const auto& item : group.items) {
      run_commands_of(item.name.value, Option{&group, &item, nullptr});
    }
  }
  outcome_.stored.release = request_.release;
}

void Resolver::run_commands_of(const std::string& name, const Option& option) {
  const auto& item = *option.item;
  const bool another_release = request_.stored.release != request_.release;
  const auto run = [&](const std::optional<manifest::CommandReference>& reference,
                       std::optional<std::string> StoredItem::*field,
                       bool again) {
    if (!reference) {
      return;
    }
    auto& result = outcome_.stored.items[name].*field;
    if (!result || (again && another_release)) {
      run_reference(name, *reference, result);
    }
  };
  run(item.value_command, &StoredItem::generated_value, item.readonly);
  run(item.data_command, &StoredItem::generated_data, item.readonly);
  run(item.default_command, &StoredItem::generated_default, true);
}

void Resolver::run_reference(const std::string& item,
                             const manifest::CommandReference& reference,
                             std::optional<std::string>& result) {
  const auto& commands = request_.manifest.commands;
  const auto command = std::find_if(commands.begin(), commands.end(), [&](const auto& candidate) {
    return candidate.name.value == reference.name.value;
  });
  if (command == commands.end()) {
    outcome_.warnings.push_back(
        {"command", item, fmt::format("there is no command '{:.80}'", reference.name.value)});
    return;
  }
  auto values = run_command(*command, request_.world);
  if (!values) {
    outcome_.warnings.push_back({"command", item, values.error().message});
    return;
  }
  if (reference.value_at >= values->size()) {
    outcome_.warnings.push_back(
        {"command",
         item,
         fmt::format(
             "command '{:.80}' has no result {}", reference.name.value, reference.value_at)});
    return;
  }
  result = std::move((*values)[reference.value_at]);
}

const StoredItem* Resolver::stored_item(std::string_view name) const {
  const auto found = outcome_.stored.items.find(name);
  return found == outcome_.stored.items.end() ? nullptr : &found->second;
}

std::string Resolver::data_of(const std::string& name) const {
  const auto* stored = stored_item(name);
  if (stored == nullptr) {
    return {};
  }
  return stored->data.value_or(stored->generated_data.value_or(""));
}

Result<std::string> Resolver::expand(const manifest::Text& text) {
  return manifest::expand_template(text.value, functions_, {.spent = &spent_});
}

Result<std::string> Resolver::value_of(const std::string& name) {
  const auto known = values_.find(name);
  if (known != values_.end()) {
    return known->second;
  }
  const auto option = options_.find(name);
  if (option == options_.end()) {
    return std::string();
  }
  if (in_progress_.size() >= k_most_nested || !in_progress_.insert(name).second) {
    return base::Error{
        base::ErrorCode::invalid_input,
        fmt::format("the value of setting '{:.80}' needs itself, or too many others", name),
        "Take the circle out of the templates of the settings.",
        "setting_cycle"};
  }
  auto value = compute(name, option->second);
  in_progress_.erase(name);
  values_.emplace(name, value);
  return value;
}

Result<std::string> Resolver::compute(const std::string& name, const Option& option) {
  const auto* stored = stored_item(name);
  if (stored != nullptr && stored->value && !option.item->readonly) {
    return *stored->value;
  }
  if (stored != nullptr && stored->generated_value) {
    return *stored->generated_value;
  }
  if (!option.value().empty()) {
    return expand(option.value());
  }
  if (stored != nullptr && stored->generated_default) {
    return *stored->generated_default;
  }
  return expand(option.default_value());
}

bool Resolver::is_visible(const std::string& name, const Option& option) {
  return !option.item->hidden && holds(name, option.group->when) &&
         holds(name, option.item->when) &&
         (option.child == nullptr || holds(name, option.child->when));
}

bool Resolver::holds(const std::string& name, const manifest::Text& when) {
  if (when.empty()) {
    return true;
  }
  const auto condition = expand(when);
  if (!condition) {
    fail("template", name, condition.error().message);
    return true;
  }
  return holds_condition(name, *condition);
}

// `item=value`, `item!=value`, a boolean, or an item that is on.
bool Resolver::holds_condition(const std::string& name, std::string_view condition) {
  if (const auto boolean = manifest::parse_boolean(condition)) {
    return *boolean;
  }
  if (condition.empty()) {
    return true;
  }
  const std::size_t equals = condition.find('=');
  auto item = condition.substr(0, equals);
  const bool negated = equals != std::string_view::npos && item.ends_with('!');
  item.remove_suffix(negated ? 1 : 0);
  const auto value = value_of(std::string(item));
  if (!value) {
    fail("template", name, value.error().message);
    return true;
  }
  if (equals == std::string_view::npos) {
    return manifest::parse_boolean(*value).value_or(!value->empty());
  }
  return (*value == condition.substr(equals + 1)) != negated;
}

void Resolver::check_required(const std::string& name, const Option& option) {
  if (option.child != nullptr || !option.item->required || !has_value(option.type())) {
    return;
  }
  const auto& resolved = outcome_.settings.items[name];
  const bool missing = resolved.value.empty() && resolved.data.empty();
  const bool any_child = std::any_of(
      option.item->items.begin(), option.item->items.end(), [&](const manifest::ChildItem& child) {
        const auto value = value_of(child.name.value);
        return option.type() == ItemType::select_many && value &&
               manifest::parse_boolean(*value).value_or(false);
      });
  if (resolved.visible && missing && !any_child) {
    const auto& title = option.item->title.value;
    fail("required", name, fmt::format("{} needs a value", title.empty() ? name : title));
  }
}

Resolution resolve(const ResolveRequest& request) {
  return Resolver(request).run();
}

}  // namespace agent::config
