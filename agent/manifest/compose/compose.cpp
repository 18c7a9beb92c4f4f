#include "agent/manifest/compose/compose.hpp"

#include "agent/manifest/compose/service.hpp"
#include "agent/manifest/container_index.hpp"
#include "agent/manifest/scalars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

namespace agent::manifest::compose {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr const char* k_api_version = "2.56.0";

void drop_section(std::string_view section,
                  std::string_view kept,
                  std::string_view reason,
                  Context& context) {
  const auto* const node = context.file.find(section);
  for (const auto& entry : node == nullptr ? std::vector<base::data::YamlEntry>() : node->entries) {
    for (const auto& option : entry.value.entries) {
      const bool external = option.key == "external" || option.key == "name";
      if (option.key != kept && !(section == "networks" && external) &&
          !option.key.starts_with("x-")) {
        context.drop(fmt::format("{}.{}.{}", section, entry.key, option.key),
                     option.value,
                     std::string(reason));
      }
    }
  }
}

// What the file says beside its services.
void drop_top(Context& context) {
  drop_section("networks", "", "the application has one network, which the agent makes", context);
  drop_section("volumes", "", "volumes are Docker's own, which the agent makes", context);
  static const std::set<std::string_view> k_known = {
      "configs", "name", "networks", "secrets", "services", "version", "volumes"};
  for (const auto& entry : context.file.entries) {
    if (!k_known.contains(entry.key) && !entry.key.starts_with("x-")) {
      context.drop(entry.key,
                   entry.value,
                   entry.key == "include"
                       ? "other files are not taken in: `docker compose config` writes them out"
                       : "is no key of a Compose file that is known here");
    }
  }
}

bool is_on_demand(const base::data::YamlEntry& service, Context& context) {
  const auto* const profiles = service.value.find("profiles");
  if (profiles == nullptr || profiles->items.empty()) {
    return false;
  }
  context.drop("services." + service.key + ".profiles",
               *profiles,
               "the service runs on demand only, so it is left out: use `when` with a setting");
  return true;
}

Service converted(const base::data::YamlEntry& entry, Context& context) {
  Service service{.name = entry.key, .path = "services." + entry.key, .node = entry.value};
  convert_process(service, context);
  convert_storage(service, context);
  convert_files(service, context);
  convert_network(service, context);
  convert_life(service, context);
  drop_rest(service, context);
  if (slug(service.name) != service.name) {
    context.drop(service.path,
                 entry.value,
                 fmt::format("others reach it as '{}': names of hosts have no other characters",
                             slug(service.name)));
  }
  return service;
}

Service* find_service(std::vector<Service>& services, std::string_view name) {
  const auto found = std::find_if(services.begin(), services.end(), [&](const Service& service) {
    return service.name == name;
  });
  return found == services.end() ? nullptr : &*found;
}

Out subscription_of(const Service& waiting) {
  auto subscription = map();
  subscription.set_text("component", waiting.name);
  subscription.set_text("container", waiting.image);
  subscription.set_text("action", "start");
  return subscription;
}

// Compose waits for all; the manifest's events start a container with the first of them.
void subscribe(Service& waiting, std::vector<Service>& services, Context& context) {
  const Service* publisher = nullptr;
  for (const auto& name : waiting.after_completion) {
    auto* const other = find_service(services, name);
    if (other == nullptr) {
      continue;  // Left out, and told of.
    }
    if (publisher != nullptr) {
      context.drop(waiting.path_of("depends_on.") + name,
                   waiting.node,
                   fmt::format("a container waits for the end of one other: it waits for '{}'",
                               publisher->name));
      continue;
    }
    publisher = other;
    other->started_after.add(subscription_of(waiting));
  }
  auto* const owner = find_service(services, waiting.volumes_of);
  if (owner == nullptr || owner == &waiting) {
    return;
  }
  if (publisher != nullptr && publisher != owner) {
    context.drop(
        waiting.path_of("volumes_from"),
        waiting.node,
        fmt::format("'{}' starts it, and only who does can lend volumes", publisher->name));
    return;
  }
  auto names = list();
  names.add(text(owner->name));
  waiting.container.set("volumes_from", std::move(names));
  if (publisher == nullptr) {
    owner->started_with.add(subscription_of(waiting));
  }
}

void keep_known(Service& service, std::vector<Service>& services) {
  auto& names = service.depends_on;
  std::erase_if(names, [&](const std::string& name) {
    return find_service(services, name) == nullptr || name == service.name;
  });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

void add_event(const std::string& name, const char* trigger, Out subscriptions, Out& events) {
  if (subscriptions.is_empty()) {
    return;
  }
  auto event = map();
  event.set_text("name", name);
  event.set_text("trigger", trigger);
  event.set("subscriptions", std::move(subscriptions));
  events.add(std::move(event));
}

void finish(Service& service) {
  auto events = list();
  if (!service.started_after.is_empty()) {
    service.container.set("ephemeral", word("true"));
  }
  add_event(service.name + "-up", "container-start", std::move(service.started_with), events);
  add_event(service.name + "-done", "container-stop", std::move(service.started_after), events);
  service.container.set("publish_events", std::move(events));
  auto names = list();
  for (const auto& name : service.depends_on) {
    names.add(text(name));
  }
  service.slipway.set("depends_on", std::move(names));
  service.container.set("slipway", std::move(service.slipway));
}

Out component_of(Service service) {
  auto containers = list();
  containers.add(std::move(service.container));
  auto component = map();
  component.set_text("name", service.name);
  component.set("containers", std::move(containers));
  return component;
}

// References name a container by its component and image, so its own name may stay Docker's; but
// `volumes_from` and `network_mode` go by name.
void name_those_referred_to(std::vector<Service>& services) {
  std::set<std::string> wanted;
  for (const auto& service : services) {
    for (const auto& [key, value] : service.container.entries) {
      if (key == "network_mode" && value.text.starts_with("container:")) {
        wanted.insert(value.text.substr(std::string_view("container:").size()));
      }
      for (const auto& item : value.items) {
        if (key == "volumes_from") {
          wanted.insert(item.text);
        }
      }
    }
  }
  for (auto& service : services) {
    const bool named = std::any_of(service.container.entries.begin(),
                                   service.container.entries.end(),
                                   [](const auto& entry) { return entry.key == "name"; });
    if (wanted.contains(service.name) && !named) {
      service.container.set_text("name", service.name);
    }
  }
}

std::vector<Service> all_services(const YamlNode& services, Context& context) {
  std::vector<Service> converted_ones;
  for (const auto& entry : services.entries) {
    if (!is_on_demand(entry, context)) {
      converted_ones.push_back(converted(entry, context));
    }
  }
  for (auto& service : converted_ones) {
    subscribe(service, converted_ones, context);
    keep_known(service, converted_ones);
  }
  name_those_referred_to(converted_ones);
  return converted_ones;
}

std::string write(std::vector<Service> services, const Context& context) {
  auto components = list();
  for (auto& service : services) {
    finish(service);
    components.add(component_of(std::move(service)));
  }
  const auto name = text_at(context.file, "name");
  auto root = map();
  root.set_text("replicated_api_version", k_api_version);
  root.set_text("name", name.empty() ? "app" : name);
  root.set_text("version", "0.1.0");
  root.set("config", context.variables.config());
  root.set("components", std::move(components));
  return "---\n" + to_yaml(root);
}

}  // namespace

Result<Import> import_compose(std::string_view text, const ReadFile& read_file) {
  BASE_TRY_ASSIGN(const auto parsed, base::data::parse_first_yaml(text, base::data::YamlLimits{}));
  const auto* const services = parsed.document.find("services");
  if (services == nullptr || services->entries.empty()) {
    return Error{ErrorCode::invalid_input, "the file has no services: it is no Compose file"};
  }
  Context context{.file = parsed.document, .read_file = read_file};
  drop_top(context);
  auto converted_ones = all_services(*services, context);
  Import import;
  import.manifest = write(std::move(converted_ones), context);
  import.not_carried = std::move(context.not_carried);
  std::stable_sort(import.not_carried.begin(),
                   import.not_carried.end(),
                   [](const NotCarried& left, const NotCarried& right) {
                     return std::tie(left.at.line, left.at.column) <
                            std::tie(right.at.line, right.at.column);
                   });
  return import;
}

}  // namespace agent::manifest::compose
