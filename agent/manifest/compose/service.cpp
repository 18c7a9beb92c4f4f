#include "agent/manifest/compose/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace agent::manifest::compose {

const YamlNode* Context::top(std::string_view section, std::string_view name) const {
  const auto* const found = file.find(section);
  return found == nullptr ? nullptr : found->find(name);
}

const YamlNode* Service::find(std::string_view key) const {
  const auto* const found = node.find(key);
  return found == nullptr || found->kind == YamlNode::Kind::null ? nullptr : found;
}

std::vector<std::string> texts_of(const YamlNode& node) {
  std::vector<std::string> texts;
  if (node.kind == YamlNode::Kind::scalar) {
    texts.push_back(node.text);
  }
  for (const auto& item : node.items) {
    texts.push_back(item.text);
  }
  return texts;
}

std::string text_at(const YamlNode& node, std::string_view key) {
  const auto* const found = node.find(key);
  return found == nullptr ? std::string() : found->text;
}

std::vector<std::pair<std::string, const YamlNode*>> named_values(const YamlNode& node) {
  std::vector<std::pair<std::string, const YamlNode*>> values;
  for (const auto& entry : node.entries) {
    values.emplace_back(entry.key, &entry.value);
  }
  for (const auto& item : node.items) {
    values.emplace_back(item.text.substr(0, item.text.find('=')), &item);
  }
  return values;
}

namespace {

bool is_of_list(const std::pair<std::string, const YamlNode*>& named) {
  return named.second->text.starts_with(named.first + "=");
}

}  // namespace

bool has_value(const std::pair<std::string, const YamlNode*>& named) {
  return named.second->kind == YamlNode::Kind::scalar &&
         (is_of_list(named) || named.second->text != named.first);
}

std::string value_of(const std::pair<std::string, const YamlNode*>& named) {
  return is_of_list(named) ? named.second->text.substr(named.first.size() + 1) : named.second->text;
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (true) {
    const auto end = text.find(at);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

namespace {

using Reasons = std::map<std::string_view, std::string_view>;

constexpr std::string_view k_no_word = "the manifest has no word for it";

const Reasons& reasons() {
  static const Reasons k_reasons = {
      {"annotations", k_no_word},
      {"attach", "it says how `docker compose up` shows logs, which the agent does not"},
      {"blkio_config", k_no_word},
      {"build", "images are built by the vendor: push it and name it in `image_name`"},
      {"cgroup", k_no_word},
      {"cgroup_parent", k_no_word},
      {"cpu_count", k_no_word},
      {"cpu_percent", k_no_word},
      {"cpu_period", "the manifest has a weight for the processor only, cpu_shares"},
      {"cpu_quota", "the manifest has a weight for the processor only, cpu_shares"},
      {"cpu_rt_period", k_no_word},
      {"cpu_rt_runtime", k_no_word},
      {"cpus", "the manifest has a weight for the processor only, cpu_shares"},
      {"cpuset", k_no_word},
      {"credential_spec", "it is for Windows"},
      {"develop", "it is for development"},
      {"device_cgroup_rules", k_no_word},
      {"devices", "the manifest has no word for devices of the host"},
      {"dns", "the engine's own resolver is used"},
      {"dns_opt", "the engine's own resolver is used"},
      {"dns_search", "the engine's own resolver is used"},
      {"domainname", "the manifest has hostname only: write the whole name there"},
      {"extends", "what it extends is not taken in: `docker compose config` writes it out"},
      {"external_links", "containers of other applications cannot be named"},
      {"gpus", "the manifest has no word for devices of the host"},
      {"group_add", k_no_word},
      {"ipc", k_no_word},
      {"isolation", "it is for Windows"},
      {"mac_address", k_no_word},
      {"mem_reservation", "the manifest has a limit only, memory_limit"},
      {"mem_swappiness", k_no_word},
      {"models", k_no_word},
      {"oom_score_adj", k_no_word},
      {"platform", "the image of the host's own platform is taken"},
      {"post_start", "the manifest has events and admin commands instead"},
      {"pre_stop", k_no_word},
      {"provider", k_no_word},
      {"pull_policy", "images are pulled before anything is touched"},
      {"runtime", k_no_word},
      {"scale", "one of each container runs on a host: use cluster_instance_count"},
      {"storage_opt", k_no_word},
      {"sysctls", k_no_word},
      {"userns_mode", k_no_word},
      {"uts", k_no_word},
      {"working_dir", "the manifest has no word for it: set it in the image"},
  };
  return k_reasons;
}

// Handled by the parts of a service.
const std::set<std::string_view>& carried() {
  static const std::set<std::string_view> k_carried = {"cap_add",
                                                       "cap_drop",
                                                       "command",
                                                       "configs",
                                                       "container_name",
                                                       "cpu_shares",
                                                       "depends_on",
                                                       "deploy",
                                                       "entrypoint",
                                                       "env_file",
                                                       "environment",
                                                       "expose",
                                                       "extra_hosts",
                                                       "healthcheck",
                                                       "hostname",
                                                       "image",
                                                       "init",
                                                       "label_file",
                                                       "labels",
                                                       "links",
                                                       "logging",
                                                       "mem_limit",
                                                       "memswap_limit",
                                                       "network_mode",
                                                       "networks",
                                                       "oom_kill_disable",
                                                       "pid",
                                                       "pids_limit",
                                                       "ports",
                                                       "privileged",
                                                       "profiles",
                                                       "read_only",
                                                       "restart",
                                                       "secrets",
                                                       "security_opt",
                                                       "shm_size",
                                                       "stdin_open",
                                                       "stop_grace_period",
                                                       "stop_signal",
                                                       "tmpfs",
                                                       "tty",
                                                       "ulimits",
                                                       "user",
                                                       "volumes",
                                                       "volumes_from"};
  return k_carried;
}

}  // namespace

void drop_rest(const Service& service, Context& context) {
  for (const auto& entry : service.node.entries) {
    if (carried().contains(entry.key) || entry.key.starts_with("x-")) {
      continue;
    }
    const auto known = reasons().find(entry.key);
    context.not_carried.push_back(
        {service.path_of(entry.key),
         entry.key_position,
         std::string(known == reasons().end() ? "is no key of a service that is known here"
                                              : known->second)});
  }
}

}  // namespace agent::manifest::compose
