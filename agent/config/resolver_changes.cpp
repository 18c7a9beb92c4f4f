// What the admin wants changed, item by item.
#include "agent/config/resolver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace agent::config {
namespace {

using manifest::ItemType;

bool is_choice(ItemType type) {
  return type == ItemType::select_one || type == ItemType::select;
}

// As the original writes a boolean down, whatever it was given as.
std::optional<std::string> normal_value(ItemType type, const Change& change) {
  if (type != ItemType::boolean || !change.value || change.value->empty()) {
    return change.value;
  }
  return *manifest::parse_boolean(*change.value) ? "1" : "0";
}

}  // namespace

void Resolver::apply_changes() {
  for (const auto& [name, change] : request_.changes) {
    const auto found = options_.find(name);
    if (found == options_.end()) {
      misfit("unknown_item", name, "there is no such setting");
    } else {
      apply_change(name, found->second, change);
    }
  }
}

std::string Resolver::change_fault(const Option& option, const Change& change, std::string& code) {
  if (!can_have_value(option.type()) ||
      (option.child == nullptr && option.type() == ItemType::select_many)) {
    code = "no_value_possible";
    return "is not a setting that has a value";
  }
  if (!option.item->multiple && (change.multi_value.size() > 1 || change.multi_data.size() > 1)) {
    code = "one_value";
    return "takes one value only";
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

void Resolver::misfit(std::string code, const std::string& item, std::string message) {
  auto& list = request_.misfit == Misfit::skip ? outcome_.warnings : outcome_.errors;
  list.push_back({std::move(code), item, std::move(message)});
}

void Resolver::apply_change(const std::string& name, const Option& option, const Change& change) {
  std::string code;
  if (const auto fault = change_fault(option, change, code); !fault.empty()) {
    if (code == "no_value_possible") {
      misfit(code, name, fault);
    } else {
      fail(code, name, fault);
    }
    return;
  }
  const auto* before = stored_item(name);
  auto value = normal_value(option.type(), change);
  if (is_locked(name, option)) {
    const bool same = before != nullptr && change.data == before->data &&
                      change.multi_value == before->multi_value &&
                      (value == before->value || value == before->generated_value);
    if (!same && option.item->readonly) {
      misfit("read_only", name, "cannot be changed");
    } else if (!same) {
      misfit("write_once", name, "was set once and cannot be changed");
    }
    return;
  }
  auto& stored = outcome_.stored.items[name];
  stored.value = std::move(value);
  stored.data = change.data;
  stored.multi_value = change.multi_value;
  stored.multi_data = change.multi_data;
}

}  // namespace agent::config
