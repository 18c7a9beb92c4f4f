#include "agent/manifest/compose/service.hpp"
#include "agent/manifest/scalars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace agent::manifest::compose {
namespace {

bool is_true(const YamlNode& node, std::string_view key) {
  return parse_yaml_boolean(text_at(node, key)).value_or(false);
}

// The program of a probe. Nothing for NONE.
Out probe_of(const YamlNode& test, Variables& variables) {
  auto words = texts_of(test);
  auto probe = list();
  if (test.kind == YamlNode::Kind::scalar || (!words.empty() && words[0] == "CMD-SHELL")) {
    words = {"/bin/sh", "-c", words.empty() ? "" : words.back()};
  } else if (words.empty() || words[0] == "NONE") {
    return probe;
  } else if (words[0] == "CMD") {
    words.erase(words.begin());
  }
  for (const auto& each : words) {
    probe.add(text(variables.as_template(each)));
  }
  return probe;
}

void set_duration(
    Out& health, const char* key, const YamlNode& node, const std::string& path, Context& context) {
  const auto value = text_at(node, key);
  if (!value.empty() && !parse_duration(value)) {
    context.drop(path + "." + key, *node.find(key), "must be a duration such as 30s here");
  } else {
    health.set_text(key, value);
  }
}

void convert_health(Service& service, Context& context) {
  const auto* const node = service.find("healthcheck");
  if (node == nullptr || is_true(*node, "disable")) {
    return;
  }
  const auto path = service.path_of("healthcheck");
  const auto* const test = node->find("test");
  if (test == nullptr) {
    context.drop(path, *node, "it names no program, and that of the image is not known");
    return;
  }
  auto probe = probe_of(*test, context.variables);
  if (probe.is_empty()) {
    return;
  }
  auto health = map();
  health.set("exec", std::move(probe));
  for (const char* const key : {"interval", "timeout", "start_period"}) {
    set_duration(health, key, *node, path, context);
  }
  if (const auto retries = text_at(*node, "retries"); parse_unsigned(retries)) {
    health.set("retries", word(retries));
  }
  if (const auto* const interval = node->find("start_interval")) {
    context.drop(path + ".start_interval", *interval, "probes have one interval");
  }
  service.slipway.set("health", std::move(health));
}

void convert_restart(Service& service, Context& context) {
  const auto* const node = service.find("restart");
  const auto* const deploy = service.find("deploy");
  const auto* const policy = deploy == nullptr ? nullptr : deploy->find("restart_policy");
  std::string word_of = node == nullptr ? "" : node->text;
  std::string most;
  if (policy != nullptr) {
    const auto condition = text_at(*policy, "condition");
    word_of = condition == "none" ? "no" : condition == "on-failure" ? condition : "always";
    most = text_at(*policy, "max_attempts");
    for (const char* const key : {"delay", "window"}) {
      if (const auto* const unused = policy->find(key)) {
        context.drop(service.path_of("deploy.restart_policy.") + key,
                     *unused,
                     "Docker's own policy has no word for it");
      }
    }
  }
  if (const auto colon = word_of.find(':'); colon != std::string::npos) {
    most = word_of.substr(colon + 1);
    word_of.resize(colon);
  }
  if (word_of.empty() || word_of == "no") {
    return;
  }
  auto restart = map();
  restart.set_text("policy", word_of == "unless-stopped" ? "always" : word_of);
  if (parse_unsigned(most)) {
    restart.set("max", word(most));
  }
  service.container.set("restart", std::move(restart));
}

void convert_limits(Service& service, Context& context) {
  const auto* const deploy = service.find("deploy");
  const auto* const resources = deploy == nullptr ? nullptr : deploy->find("resources");
  const auto* const limits = resources == nullptr ? nullptr : resources->find("limits");
  const auto limit = [&](std::string_view own, std::string_view deployed) {
    const auto* const node = service.find(own);
    const auto value = limits == nullptr ? std::string() : text_at(*limits, deployed);
    return context.variables.as_template(value.empty() && node != nullptr ? node->text : value);
  };
  service.container.set_text("memory_limit", limit("mem_limit", "memory"));
  service.container.set_text("memory_swap_limit", limit("memswap_limit", ""));
  if (const auto processes = limit("pids_limit", "pids"); processes != "-1") {
    service.slipway.set_text("pids_limit", processes);
  }
  if (const auto* const cpus = limits == nullptr ? nullptr : limits->find("cpus")) {
    context.drop(service.path_of("deploy.resources.limits.cpus"),
                 *cpus,
                 "the manifest has a weight for the processor only, cpu_shares");
  }
  if (const auto* const kept = resources == nullptr ? nullptr : resources->find("reservations")) {
    context.drop(service.path_of("deploy.resources.reservations"),
                 *kept,
                 "one host runs everything: use host_requirements");
  }
}

void convert_update(const YamlNode& config, Service& service, Context& context) {
  for (const auto& entry : config.entries) {
    if (entry.key == "order") {
      auto update = map();
      update.set_text("order", entry.value.text);
      service.slipway.set("update", std::move(update));
    } else {
      context.drop(service.path_of("deploy.update_config.") + entry.key,
                   entry.value,
                   "one of each container runs: an update that is not healthy is rolled back");
    }
  }
}

void convert_deploy(Service& service, Context& context) {
  const auto* const deploy = service.find("deploy");
  for (const auto& entry :
       deploy == nullptr ? std::vector<base::data::YamlEntry>() : deploy->entries) {
    const auto path = service.path_of("deploy.") + entry.key;
    if (entry.key == "update_config") {
      convert_update(entry.value, service, context);
    } else if (entry.key == "replicas" && entry.value.text == "1") {
      continue;
    } else if (entry.key == "replicas") {
      context.drop(path, entry.value, "one of each container runs: use cluster_instance_count");
    } else if (entry.key == "placement") {
      context.drop(path, entry.value, "there is one host: use tags and conflicts of a component");
    } else if (entry.key != "resources" && entry.key != "restart_policy") {
      context.drop(path, entry.value, "the manifest has no word for it");
    }
  }
}

void convert_shared_memory(Service& service, Context& context) {
  const auto* const node = service.find("shm_size");
  if (node == nullptr) {
    return;
  }
  const auto bytes = parse_memory(node->text);
  if (bytes || node->text.find('$') != std::string::npos) {
    service.container.set_text(
        "shm_size", bytes ? std::to_string(*bytes) : context.variables.as_template(node->text));
  } else {
    context.drop(service.path_of("shm_size"), *node, "must be a size such as 64m");
  }
}

void convert_ulimits(Service& service, Context& context) {
  auto ulimits = list();
  const auto* const node = service.find("ulimits");
  for (const auto& entry : node == nullptr ? std::vector<base::data::YamlEntry>() : node->entries) {
    const bool both = entry.value.kind == YamlNode::Kind::mapping;
    auto ulimit = map();
    ulimit.set_text("name", entry.key);
    for (const char* const key : {"soft", "hard"}) {
      ulimit.set_text(
          key, context.variables.as_template(both ? text_at(entry.value, key) : entry.value.text));
    }
    ulimits.add(std::move(ulimit));
  }
  service.container.set("ulimits", std::move(ulimits));
}

void convert_stop(Service& service, Context& context) {
  if (const auto* const node = service.find("stop_signal")) {
    service.slipway.set_text("stop_signal", context.variables.as_template(node->text));
  }
  const auto* const node = service.find("stop_grace_period");
  if (node == nullptr) {
    return;
  }
  if (const auto time = parse_duration(node->text)) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*time);
    service.container.set_text("stop_timeout", std::to_string(seconds.count()));
  } else {
    context.drop(service.path_of("stop_grace_period"), *node, "must be a duration such as 30s");
  }
}

void convert_logging(Service& service, Context& context) {
  const auto* const node = service.find("logging");
  if (node == nullptr) {
    return;
  }
  const auto driver = text_at(*node, "driver");
  auto options = map();
  if (const auto* const given = node->find("options")) {
    for (const auto& entry : given->entries) {
      options.set_text(entry.key, context.variables.as_template(entry.value.text));
    }
  }
  auto log = map();
  log.set_text("type", driver.empty() ? "json-file" : driver);
  log.set("config", std::move(options));
  service.container.set("log_config", std::move(log));
}

void convert_depends_on(Service& service, Context& context) {
  const auto* const node = service.find("depends_on");
  if (node == nullptr) {
    return;
  }
  for (const auto& item : node->items) {
    service.depends_on.push_back(item.text);
  }
  for (const auto& entry : node->entries) {
    const auto path = service.path_of("depends_on.") + entry.key;
    const auto condition = text_at(entry.value, "condition");
    auto& others = condition == "service_completed_successfully" ? service.after_completion
                                                                 : service.depends_on;
    others.push_back(entry.key);
    if (is_true(entry.value, "restart")) {
      context.drop(path + ".restart", entry.value, "an update restarts what it changes only");
    }
    if (text_at(entry.value, "required") == "false") {
      context.drop(path + ".required", entry.value, "what is depended on must be there");
    }
  }
}

}  // namespace

void convert_life(Service& service, Context& context) {
  convert_restart(service, context);
  convert_limits(service, context);
  convert_shared_memory(service, context);
  convert_ulimits(service, context);
  convert_stop(service, context);
  convert_logging(service, context);
  if (const auto* const node = service.find("pid")) {
    if (node->text == "host") {
      service.container.set_text("pid_mode", "host");
    } else {
      context.drop(service.path_of("pid"), *node, "must be host here");
    }
  }
  convert_health(service, context);
  convert_deploy(service, context);
  convert_depends_on(service, context);
}

}  // namespace agent::manifest::compose
