#include "agent/manifest/lint/references.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace agent::manifest::lint {
namespace {

using Paths = std::vector<std::string>;

const Match k_broken{false, std::nullopt, true};

Match found(Paths paths) {
  const bool matched = !paths.empty();
  return {matched, std::move(paths)};
}

bool same(const Value& a, const Value& b) {
  if (a.kind != b.kind) {
    return a.is_nothing() && a.kind == b.kind;
  }
  return a.kind == Value::Kind::boolean ? a.boolean == b.boolean
         : a.is_number()                ? a.number == b.number
                                        : a.string == b.string;
}

// The path of what is missing: the components, or the one without that container.
std::optional<std::string> missing_container(const Value& components,
                                             const Value& component,
                                             const Value& container) {
  const auto match = [](const Value& item, std::string_view key, const Value& wanted) {
    return item.has(key) && same(item.at(key), wanted);
  };
  for (std::size_t i = 0; i < components.items.size(); ++i) {
    const auto& candidate = *components.items[i];
    if (!match(candidate, "name", component)) {
      continue;
    }
    const auto& containers = candidate.at("containers").items;
    const bool there = std::any_of(containers.begin(), containers.end(), [&](const ValuePtr& each) {
      return match(*each, "image_name", container);
    });
    return there ? std::nullopt : std::optional(fmt::format("components.{}", i));
  }
  return "components";
}

// Calls `visit` for every container, with its component and path.
template <typename Visit>
void each_container(const Value& root, Visit visit) {
  const auto& components = root.at("components").items;
  for (std::size_t i = 0; i < components.size(); ++i) {
    const auto& containers = components[i]->at("containers").items;
    for (std::size_t j = 0; j < containers.size(); ++j) {
      visit(*components[i], *containers[j], fmt::format("components.{}.containers.{}", i, j));
    }
  }
}

bool has_nothing_in(const Value& list) {
  return std::any_of(list.items.begin(), list.items.end(), [](const ValuePtr& item) {
    return item->is_nothing();
  });
}

bool any_command_has(const Value& commands, std::string_view key) {
  return std::any_of(commands.items.begin(), commands.items.end(), [&](const ValuePtr& command) {
    return command->at(key).truthy();
  });
}

// Where an admin command says its container is; the later shapes win over the earlier.
std::pair<const Value*, const Value*> target_of(const Value& command) {
  std::pair<const Value*, const Value*> target{&command.at("component"), &command.at("container")};
  if (!command.at("image").empty()) {
    target.second = &command.at("image").at("image_name");
  }
  for (const auto* const locator :
       {&command.at("replicated"), &command.at("source").at("replicated")}) {
    if (!locator->empty()) {
      target = {&locator->at("component"), &locator->at("container")};
    }
  }
  return target;
}

}  // namespace

Predicate admin_command_target_missing() {
  return [](const Value& root) {
    const auto& commands = root.at("admin_commands");
    if (commands.empty()) {
      return Match{};
    }
    if (has_nothing_in(commands)) {
      return k_broken;
    }
    for (const std::string_view key : {"selector", "selectors", "service"}) {
      if (any_command_has(commands, key)) {
        return Match{};
      }
    }
    const auto& components = root.at("components");
    if (components.empty()) {
      return found({"admin_commands"});
    }
    Paths paths;
    for (std::size_t i = 0; i < commands.items.size(); ++i) {
      const auto& command = *commands.items[i];
      const bool elsewhere = !command.at("kubernetes").empty() || !command.at("swarm").empty();
      if (elsewhere && command.at("replicated").empty()) {
        continue;
      }
      const auto [component, container] = target_of(command);
      if (auto missing = missing_container(components, *component, *container)) {
        paths.push_back(fmt::format("admin_commands.{}", i));
        paths.push_back(std::move(*missing));
      }
    }
    return found(std::move(paths));
  };
}

Predicate monitor_target_missing(std::string path) {
  auto steps = steps_of(path);
  return [steps = std::move(steps), path = std::move(path)](const Value& root) {
    const auto& monitors = value_at(root, steps);
    if (monitors.empty()) {
      return Match{};
    }
    const auto& components = root.at("components");
    if (components.empty()) {
      return found({path});
    }
    Paths entries;
    Paths missing;
    for (std::size_t i = 0; i < monitors.items.size(); ++i) {
      if (!monitors.items[i]->is_string()) {
        return k_broken;
      }
      const auto& text = monitors.items[i]->string;
      const auto comma = text.find(',');
      const auto component = Value::of(text.substr(0, comma));
      const auto container =
          comma == std::string::npos
              ? Value::of(Value::Kind::undefined)
              : Value::of(text.substr(comma + 1, text.find(',', comma + 1) - comma - 1));
      if (auto place = missing_container(components, *component, *container)) {
        entries.push_back(fmt::format("{}.{}", path, i));
        missing.push_back(std::move(*place));
      }
    }
    entries.insert(entries.end(), missing.begin(), missing.end());
    return found(std::move(entries));
  };
}

Predicate subscription_target_missing() {
  return [](const Value& root) {
    Paths all;
    bool wrong = false;
    bool broken = false;
    each_container(root, [&](const Value&, const Value& container, const std::string& path) {
      const auto& events = container.at("publish_events").items;
      for (std::size_t i = 0; i < events.size(); ++i) {
        broken = broken || events[i]->is_nothing();
        const auto& subscriptions = events[i]->at("subscriptions").items;
        for (std::size_t j = 0; j < subscriptions.size(); ++j) {
          const auto& each = *subscriptions[j];
          broken = broken || each.is_nothing();
          all.push_back(fmt::format("{}.publish_events.{}.subscriptions.{}", path, i, j));
          wrong = wrong || missing_container(
                               root.at("components"), each.at("component"), each.at("container"));
        }
      }
    });
    return broken ? k_broken : wrong ? found(std::move(all)) : Match{};
  };
}

Predicate volumes_from_missing() {
  return [](const Value& root) {
    std::vector<const Value*> names;
    each_container(root, [&](const Value&, const Value& container, const std::string&) {
      names.push_back(&container.at("name"));
    });
    const auto exists = [&](const Value& wanted) {
      return std::any_of(
          names.begin(), names.end(), [&](const Value* name) { return same(*name, wanted); });
    };
    Paths paths;
    each_container(root, [&](const Value&, const Value& container, const std::string& path) {
      const auto& sources = container.at("volumes_from").items;
      for (std::size_t i = 0; i < sources.size(); ++i) {
        if (same(container.at("name"), *sources[i]) || !exists(*sources[i])) {
          paths.push_back(fmt::format("{}.volumes_from.{}", path, i));
        }
      }
    });
    return found(std::move(paths));
  };
}

namespace {

// Who starts whom, one parent each: a later subscription takes the place of an earlier one.
std::map<std::string, std::string> starters(const Value& root) {
  std::map<std::string, std::string> parents;
  each_container(root, [&](const Value& component, const Value& container, const std::string&) {
    for (const auto& event : container.at("publish_events").items) {
      for (const auto& each : event->at("subscriptions").items) {
        parents[each->at("component").text() + ":" + each->at("container").text()] =
            component.at("name").text() + ":" + container.at("image_name").text();
      }
    }
  });
  return parents;
}

bool is_started_by(const std::map<std::string, std::string>& parents,
                   std::string child,
                   const std::string& parent) {
  std::set<std::string> seen;
  while (seen.insert(child).second) {
    const auto above = parents.find(child);
    if (above == parents.end()) {
      return false;
    }
    if (above->second == parent) {
      return true;
    }
    child = above->second;
  }
  return false;
}

struct Source {
  const Value* component = nullptr;
  const Value* container = nullptr;
};

// The last container of that name.
Source source_called(const Value& root, const Value& name) {
  Source source;
  each_container(root, [&](const Value& component, const Value& container, const std::string&) {
    if (same(container.at("name"), name)) {
      source = {&component, &container};
    }
  });
  return source;
}

}  // namespace

Predicate volumes_from_not_subscribed() {
  return [](const Value& root) {
    bool asked = false;
    Paths paths;
    const auto parents = starters(root);
    each_container(
        root, [&](const Value& component, const Value& container, const std::string& path) {
          const auto& names = container.at("volumes_from").items;
          for (std::size_t i = 0; i < names.size(); ++i) {
            asked = true;
            const auto source = source_called(root, *names[i]);
            const auto of = source.component == nullptr ? "" : source.component->at("name").text();
            const auto image =
                source.container == nullptr ? "" : source.container->at("image_name").text();
            const bool own = same(container.at("image_name"), *names[i]) &&
                             source.component != nullptr &&
                             same(component.at("name"), source.component->at("name"));
            const auto child =
                component.at("name").text() + ":" + container.at("image_name").text();
            if (own || !is_started_by(parents, child, fmt::format("{}:{}", of, image))) {
              paths.push_back(fmt::format("{}.volumes_from.{}", path, i));
            }
          }
        });
    const auto& components = root.at("components").items;
    const bool lists = std::all_of(components.begin(), components.end(), [](const ValuePtr& each) {
      return each->at("containers").is_array();
    });
    // The original looked into every component, and stumbled over one without containers.
    return asked && !lists ? k_broken : found(std::move(paths));
  };
}

Predicate container_names_repeat() {
  return [](const Value& root) {
    std::map<std::string, std::string> seen;
    Paths paths;
    each_container(root, [&](const Value&, const Value& container, const std::string& path) {
      const auto& name = container.at("name");
      if (name.empty()) {
        return;
      }
      const auto [first, added] = seen.emplace(name.text(), path + ".name");
      if (!added) {
        paths.push_back(path + ".name");
        paths.push_back(first->second);
      }
    });
    return found(std::move(paths));
  };
}

Predicate requirement_ids_repeat() {
  return [](const Value& root) {
    std::map<std::string, std::string> seen;
    Paths paths;
    const auto& requirements = root.at("custom_requirements").items;
    for (std::size_t i = 0; i < requirements.size(); ++i) {
      if (requirements[i]->is_nothing()) {
        return k_broken;
      }
      if (!requirements[i]->has("id")) {
        continue;
      }
      // Not where they stand: nothing is ever found at this path.
      auto path = fmt::format("requirements.{}.id", i);
      const auto [first, added] = seen.emplace(requirements[i]->at("id").text(), path);
      if (!added) {
        paths.push_back(std::move(path));
        paths.push_back(first->second);
      }
    }
    return found(std::move(paths));
  };
}

}  // namespace agent::manifest::lint
