#include "agent/config/resolver.hpp"

#include "agent/config/condition.hpp"
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
  if (request_.occasion != Occasion::look) {
    run_commands();
  }
  for (const auto& [name, option] : options_) {
    settle(name, option);
  }
  // The record says the same whichever way it came about.
  std::erase_if(outcome_.stored.items,
                [](const auto& each) { return each.second == StoredItem{}; });
  return std::move(outcome_);
}

void Resolver::settle(const std::string& name, const Option& option) {
  const auto value = value_of(name);
  if (!value) {
    fail("template", name, value.error().message);
    return;
  }
  // Only shown: one that cannot be made harms nobody who has another value.
  auto fallback = fallback_of(name, option);
  const auto* stored = stored_item(name);
  const bool generated = option.item->value_command && option.item->hidden;
  auto& item = outcome_.settings.items[name];
  item = {.value = *value,
          .data = data_of(name),
          .multi_value = multiple_values(name, option),
          .multi_data = stored != nullptr ? stored->multi_data : std::vector<std::string>(),
          .default_value = fallback ? *std::move(fallback) : std::string(),
          .origin = origins_[name],
          .visible = is_visible(name, option),
          .secret = option.type() == ItemType::password || generated,
          .locked = is_locked(name, option),
          .excluded_from_support = option.item->excluded_from_support};
  if (request_.occasion == Occasion::save && option.item->write_once && !item.value.empty()) {
    auto& kept = outcome_.stored.items[name];
    if (!kept.value && !kept.generated_value) {
      kept.value = item.value;
    }
    item.locked = true;
  }
  check_required(name, option);
}

bool Resolver::is_locked(const std::string& name, const Option& option) const {
  const auto* stored = stored_item(name);
  const bool set = stored != nullptr && (stored->value || stored->data || stored->generated_value ||
                                         !stored->multi_value.empty());
  return option.item->readonly || (option.item->write_once && set);
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
  if (!stored->data && !stored->multi_data.empty()) {
    return stored->multi_data.front();
  }
  return stored->data.value_or(stored->generated_data.value_or(""));
}

std::vector<std::string> Resolver::multiple_values(const std::string& name, const Option& option) {
  const auto* stored = stored_item(name);
  if (stored != nullptr && !stored->multi_value.empty()) {
    return stored->multi_value;
  }
  std::vector<std::string> values;
  if (option.child == nullptr) {
    for (const auto& text : option.item->multi_value) {
      auto value = expand(text);
      if (!value) {
        fail("template", name, value.error().message);
        continue;
      }
      values.push_back(*std::move(value));
    }
  }
  return values;
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
  auto& origin = origins_[name];
  if (stored != nullptr && !option.item->readonly) {
    if (stored->value || !stored->multi_value.empty()) {
      origin = Origin::admin;
      return stored->value ? *stored->value : stored->multi_value.front();
    }
  }
  if (stored != nullptr && stored->generated_value) {
    origin = Origin::generated;
    return *stored->generated_value;
  }
  if (!option.value().empty()) {
    origin = Origin::manifest;
    return expand(option.value());
  }
  auto value = fallback_of(name, option);
  origin = value && value->empty() ? Origin::none : Origin::fallback;
  return value;
}

Result<std::string> Resolver::fallback_of(const std::string& name, const Option& option) {
  const auto* stored = stored_item(name);
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
  const auto verdict =
      condition ? config::holds(*condition, [this](const auto& item) { return value_of(item); })
                : Result<bool>(condition.error());
  if (!verdict) {
    fail("template", name, verdict.error().message);
    return true;
  }
  return *verdict;
}

void Resolver::check_required(const std::string& name, const Option& option) {
  if (option.child != nullptr || !option.item->required || !can_have_value(option.type())) {
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
