// Values that commands make, and when they are made again.
#include "agent/config/resolver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace agent::config {

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

}  // namespace agent::config
