#include "agent/render/origins.hpp"

#include "agent/manifest/container_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace agent::render {
namespace {

using base::Result;

// A place, `*` for an index, and all below it; and the keys that decide it, `*` for the element of
// the manifest's list, `^` for a key of the component. The first rule that fits counts.
struct Rule {
  std::string_view place;
  std::string_view keys;
};

constexpr auto k_container_rules = std::to_array<Rule>({
    {"component", "^name"},
    {"key", "name image_name"},
    {"service", "name image_name"},
    {"display_name", "display_name name image_name"},
    {"docker_name", "name"},
    {"image.source", "source"},
    {"image.name", "image_name"},
    {"image.tag", "version"},
    {"image.config_digest", "slipway.image.config"},
    {"cmd", "cmd"},
    {"entrypoint", "entrypoint"},
    {"env.*.name", "env_vars[*].name"},
    {"env.*.value", "env_vars[*].value env_vars[*].static_val"},
    {"env.*.excluded_from_support", "env_vars[*].is_excluded_from_support"},
    {"env", "env_vars"},
    {"labels", "labels"},
    {"ports.*.container_port", "ports[*].private_port"},
    {"ports.*.host_port", "ports[*].public_port ports[*].public_port_initial"},
    {"ports.*.host_address", "ports[*].interface"},
    {"ports.*.protocol", "ports[*].port_type"},
    {"ports", "ports"},
    {"publish_all_ports", "disable_publish_all_ports"},
    {"mounts.*.kind", "volumes[*].host_path"},
    {"mounts.*.source", "volumes[*].host_path"},
    {"mounts.*.target", "volumes[*].container_path"},
    {"mounts.*", "volumes[*].options"},
    {"mounts", "volumes"},
    {"tmpfs", "slipway.tmpfs"},
    {"volumes_from", "volumes_from"},
    {"config.*.files.*.name", "config_files[*].filename"},
    {"config.*.files.*.content", "config_files[*].contents"},
    {"config.*.files.*.content_base64", "config_files[*].contents"},
    {"config.*.files.*.mode", "config_files[*].file_mode"},
    {"config.*.files.*.uid", "config_files[*].file_owner"},
    {"config.*.files.*.gid", "config_files[*].file_owner"},
    {"config", "config_files customer_files"},
    {"user", "user"},
    {"hostname", "hostname"},
    {"stop_signal", "slipway.stop_signal"},
    {"stop_timeout_s", "stop_timeout"},
    {"read_only_root", "readonly_rootfs slipway.read_only"},
    {"privileged", "privileged"},
    {"tty", "allocate_tty"},
    {"init", "slipway.init"},
    {"oom_kill_disable", "oom_kill_disable"},
    {"cap_add", "security_cap_add"},
    {"cap_drop", "slipway.cap_drop"},
    {"security_options", "security_options"},
    {"ulimits", "ulimits"},
    {"shm_bytes", "shm_size"},
    {"memory_bytes", "memory_limit"},
    {"memory_swap_bytes", "memory_swap_limit"},
    {"cpu_shares", "cpu_shares"},
    {"pids_limit", "slipway.pids_limit"},
    {"extra_hosts.*.hostname", "extra_hosts[*].hostname"},
    {"extra_hosts.*.address", "extra_hosts[*].address"},
    {"extra_hosts", "extra_hosts"},
    {"links", "links"},
    {"network_mode", "network_mode"},
    {"networks", "network network_aliases ipv4_address ipv6_address name image_name"},
    {"pid_mode", "pid_mode"},
    {"log", "log_config ^log_config logs ^logs"},
    {"restart.policy", "restart.policy"},
    {"restart.max_retries", "restart.max"},
    {"ephemeral", "ephemeral"},
    {"health.path", "slipway.health.http.path"},
    {"health.port", "slipway.health.http.port slipway.health.tcp.port"},
    {"health.argv", "slipway.health.exec"},
    {"health.interval_ms", "slipway.health.interval"},
    {"health.timeout_ms", "slipway.health.timeout"},
    {"health.retries", "slipway.health.retries"},
    {"health.start_period_ms", "slipway.health.start_period"},
    {"health", "slipway.health"},
    {"depends_on", "slipway.depends_on"},
    {"publish_events.*.name", "publish_events[*].name"},
    {"publish_events.*.trigger", "publish_events[*].trigger"},
    {"publish_events.*.data", "publish_events[*].data"},
    {"publish_events.*.args", "publish_events[*].args"},
    {"publish_events.*.timeout_s", "publish_events[*].timeout"},
    {"publish_events.*.subscribers", "publish_events[*].subscriptions"},
    {"publish_events", "publish_events"},
    {"update.order", "slipway.update.order"},
    {"update.min_healthy_time_ms", "slipway.update.min_healthy_time"},
    {"update.healthy_deadline_ms", "slipway.update.healthy_deadline"},
    {"update", "slipway.update"},
});

constexpr auto k_root_rules = std::to_array<Rule>({
    {"app", "name"},
    {"name", "name"},
    {"version", "version"},
    {"app_url", "properties.app_url"},
    {"logo_url", "properties.logo_url"},
    {"networks.0", "name"},
    {"ready.kind", "state.ready.command"},
    {"ready.url", "state.ready.args[0]"},
    {"ready.host", "state.ready.args[0]"},
    {"ready.port", "state.ready.args[1]"},
    {"ready.expected_code", "state.ready.args[1]"},
    {"ready.attempt_timeout_s", "state.ready.args[2]"},
    {"ready.timeout_s", "state.ready.timeout"},
    {"ready", "state.ready"},
    {"rollback", "slipway.rollback.data"},
});

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(at), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

bool fits(std::string_view rule, const Place& place, std::size_t from) {
  const auto words = split(rule, '.');
  return place.size() - from >= words.size() &&
         std::equal(words.begin(),
                    words.end(),
                    place.begin() + static_cast<std::ptrdiff_t>(from),
                    [](std::string_view word, const std::string& other) {
                      return word == "*" || word == other;
                    });
}

template <typename Rules>
const Rule* rule_for(const Rules& rules, const Place& place, std::size_t from) {
  const auto* const found = std::find_if(
      rules.begin(), rules.end(), [&](const Rule& rule) { return fits(rule.place, place, from); });
  return found == rules.end() ? nullptr : found;
}

std::size_t number_of(const std::string& word) {
  return manifest::parse_unsigned(word).value_or(0);
}

// The position in `list` of its n-th element whose `when` holds.
template <typename Element>
Result<std::optional<std::size_t>> kept(const Expander& expand,
                                        const std::vector<Element>& list,
                                        std::size_t wanted) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    BASE_TRY_ASSIGN(const bool holds, expand.holds(list[i].when));
    if (holds && wanted-- == 0) {
      return std::optional(i);
    }
  }
  return std::optional<std::size_t>();
}

Result<std::optional<std::size_t>> kept_variable(const Expander& expand,
                                                 const manifest::Container& from,
                                                 const std::string& name) {
  std::optional<std::size_t> last;  // Docker takes the last of two with one name.
  for (std::size_t i = 0; i < from.env_vars.size(); ++i) {
    BASE_TRY_ASSIGN(const bool holds, expand.holds(from.env_vars[i].when));
    BASE_TRY_ASSIGN(const auto other, expand.word(from.env_vars[i].name));
    last = holds && other == name ? i : last;
  }
  return last;
}

// An element of a list of the manifest.
struct Element {
  std::string list;
  std::size_t at = 0;
};

template <typename File>
Result<std::optional<std::size_t>> file_called(const Expander& expand,
                                               const std::vector<File>& files,
                                               const std::string& path) {
  for (std::size_t i = 0; i < files.size(); ++i) {
    BASE_TRY_ASSIGN(const auto name, expand.word(files[i].filename));
    const auto clean = clean_path(files[i].filename, name);
    if (clean && *clean == path) {
      return std::optional(i);
    }
  }
  return std::optional<std::size_t>();
}

// A file that the admin uploaded has no contents in the manifest: the item's name decides.
Result<std::optional<Element>> file_element(const Expander& expand,
                                            const manifest::Container& from,
                                            const Container& to,
                                            const Place& place) {
  const auto& directory = to.config[number_of(place[3])];
  const auto& file = directory.files[number_of(place[5])];
  const auto path = (directory.target == "/" ? "" : directory.target) + "/" + file.name;
  BASE_TRY_ASSIGN(const auto own, file_called(expand, from.config_files, path));
  if (own) {
    return std::optional(Element{"config_files", *own});
  }
  BASE_TRY_ASSIGN(const auto uploaded, file_called(expand, from.customer_files, path));
  return uploaded ? std::optional(Element{"customer_files", *uploaded}) : std::nullopt;
}

Result<std::optional<std::size_t>> position_in_list(const Expander& expand,
                                                    const manifest::Container& from,
                                                    const Container& to,
                                                    const Place& place) {
  const auto& list = place[2];
  const auto at = number_of(place[3]);
  if (list == "env") {
    return kept_variable(expand, from, to.env[at].name);
  }
  if (list == "ports") {
    return kept(expand, from.ports, at);
  }
  if (list == "mounts") {
    return kept(expand, from.volumes, at);
  }
  if (list == "extra_hosts") {
    return kept(expand, from.extra_hosts, at);
  }
  if (list == "publish_events") {
    for (std::size_t i = 0; i < from.publish_events.size(); ++i) {
      if (from.publish_events[i].name.value == to.publish_events[at].name) {
        return std::optional(i);
      }
    }
  }
  return std::optional(at);
}

std::string key_path(const std::string& key, const std::optional<Element>& element) {
  const auto star = key.find("[*]");
  if (star == std::string::npos || !element) {
    return star == std::string::npos ? key : key.substr(0, star);
  }
  const auto rest = key.substr(star + 3);
  const bool upload = element->list == "customer_files" && rest == ".contents";
  return fmt::format("{}[{}]{}", element->list, element->at, upload ? ".name" : rest);
}

Result<std::vector<std::string>> container_origins(const Place& place,
                                                   const manifest::IndexedContainer& from,
                                                   const Container& to,
                                                   const Expander& expand) {
  const auto* const rule = rule_for(k_container_rules, place, 2);
  if (rule == nullptr) {
    return std::vector<std::string>{from.container->path};
  }
  std::optional<Element> element;
  if (rule->keys.find("[*]") != std::string_view::npos) {
    if (place[2] == "config") {
      BASE_TRY_ASSIGN(element, file_element(expand, *from.container, to, place));
    } else {
      BASE_TRY_ASSIGN(const auto at, position_in_list(expand, *from.container, to, place));
      const auto list = std::string(rule->keys.substr(0, rule->keys.find('[')));
      element = at ? std::optional(Element{list, *at}) : std::nullopt;
    }
  }
  const auto& path = from.container->path;
  const auto component = path.substr(0, path.find(".containers"));
  std::vector<std::string> origins;
  for (const auto key : split(rule->keys, ' ')) {
    origins.push_back(key[0] == '^' ? component + "." + std::string(key.substr(1))
                                    : path + "." + key_path(std::string(key), element));
  }
  return origins;
}

// What several containers may mount: each of them decides.
std::vector<std::string> shared_origins(const manifest::ContainerIndex& index,
                                        const Deployment& deployment,
                                        const std::string& source) {
  std::vector<std::string> origins;
  for (const auto& indexed : index.all()) {
    const auto* const container = deployment.find(indexed.key);
    const bool mounts = container != nullptr &&
                        std::any_of(container->mounts.begin(),
                                    container->mounts.end(),
                                    [&](const Mount& mount) { return mount.source == source; });
    if (mounts) {
      origins.push_back(indexed.container->path + ".volumes");
    }
  }
  return origins;
}

std::vector<std::string> network_origins(const manifest::ContainerIndex& index,
                                         const Deployment& deployment,
                                         const std::string& network) {
  std::vector<std::string> origins;
  for (const auto& indexed : index.all()) {
    const auto* const container = deployment.find(indexed.key);
    const bool joins = container != nullptr && std::any_of(container->networks.begin(),
                                                           container->networks.end(),
                                                           [&](const Attachment& other) {
                                                             return other.network == network;
                                                           });
    if (joins) {
      origins.push_back(indexed.container->path + ".network");
    }
  }
  return origins;
}

}  // namespace

Result<std::vector<std::string>> origins_of(const Place& place,
                                            const manifest::Manifest& manifest,
                                            const Deployment& deployment,
                                            const Expander& expand) {
  const manifest::ContainerIndex index(manifest);
  const auto at = place.size() > 1 ? number_of(place[1]) : 0;
  if (place[0] == "containers" && place.size() > 1) {
    const auto& to = deployment.containers[at];
    const auto from = std::find_if(index.all().begin(),
                                   index.all().end(),
                                   [&](const auto& indexed) { return indexed.key == to.key; });
    return container_origins(place, *from, to, expand);
  }
  if (place[0] == "volumes" && place.size() > 1) {
    return shared_origins(index, deployment, deployment.volumes[at].name);
  }
  if (place[0] == "host_directories" && place.size() > 1) {
    return shared_origins(index, deployment, deployment.host_directories[at].path);
  }
  if (place[0] == "networks" && at > 0) {
    return network_origins(index, deployment, deployment.networks[at].name);
  }
  if (place[0] == "consents" && place.size() > 1) {
    const auto& key = deployment.consents[at].container;
    for (const auto& indexed : index.all()) {
      if (indexed.key == key) {
        return std::vector<std::string>{indexed.container->path};
      }
    }
  }
  std::vector<std::string> origins;
  if (const auto* const rule = rule_for(k_root_rules, place, 0)) {
    for (const auto key : split(rule->keys, ' ')) {
      origins.emplace_back(key);
    }
  }
  return origins;
}

}  // namespace agent::render
