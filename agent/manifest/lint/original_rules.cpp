#include "agent/manifest/lint/original_rules.hpp"

#include "agent/manifest/lint/references.hpp"
#include "agent/manifest/patterns.hpp"

namespace agent::manifest::lint {
namespace {

// A locator that is there but lacks one of its two keys.
Predicate locator_lacks(const std::string& locator, std::vector<Predicate> there) {
  auto without = [&](const std::string& key) {
    auto all = there;
    all.push_back(negation(exists(locator + "." + key)));
    return all_of(std::move(all));
  };
  return first_of({without("component"), without("container")});
}

Predicate names_no_container() {
  std::vector<Predicate> shapes{all_of({exists("component"), exists("container")})};
  for (const std::string key : {"image",
                                "service",
                                "selector",
                                "selectors",
                                "replicated",
                                "kubernetes",
                                "swarm",
                                "source"}) {
    shapes.push_back(exists(key));
  }
  return negation(first_of(std::move(shapes)));
}

}  // namespace

void add_command_rules(std::vector<OriginalRule>& rules) {
  const auto add = [&](std::string id, std::string message, Predicate command) {
    rules.push_back({"prop-admincommand-" + std::move(id),
                     "error",
                     std::move(message),
                     some("admin_commands", std::move(command))});
  };
  rules.push_back({"prop-admincommand-component-exists",
                   "error",
                   "Admin commands must reference an existing component and container",
                   admin_command_target_missing()});
  add("shellalias-valid",
      "An admin command's `alias` must be a valid shell alias",
      all_of({truthy("alias"), lacks("alias", patterns::shell_alias)}));
  add("requirements-present",
      "Basic requirements for an admin command must be present - an `alias` and a `command`",
      first_of({negation(exists("alias")), negation(exists("command"))}));
  add("old-style-requirements-present",
      "`image_name` must be present within `admin_commands.image` and `admin_commands.component` "
      "must exist if `admin_commands.image` is present",
      first_of({all_of({exists("image"), negation(exists("image.image_name"))}),
                all_of({exists("image"), negation(exists("component"))})}));
  add("multi-requirements-present",
      "`container` and `component` must both be present within `admin_commands.replicated` if it "
      "is present",
      locator_lacks("replicated", {exists("replicated")}));
  add("verbose-requirements-present",
      "`container` and `component` must both be present within "
      "`admin_commands.source.replicated` if it is present",
      locator_lacks("source.replicated", {exists("source"), exists("source.replicated")}));
  add("one-present",
      "Admin command must use one of several methods to identify the relevant container",
      names_no_container());
}

void add_component_rules(std::vector<OriginalRule>& rules) {
  const auto add =
      [&](std::string id, std::string_view type, std::string message, Predicate component) {
        rules.push_back({"prop-component-" + std::move(id),
                         type,
                         std::move(message),
                         some("components", std::move(component))});
      };
  add("cluster-count",
      "info",
      "If `cluster_host_count.min` and `cluster_host_count.max` are both set to 1, then it will be "
      "impossible to run multiple instances of this container anywhere in the cluster.",
      all_of({truthy("cluster"),
              exists("cluster_host_count"),
              equals_number("cluster_host_count.min", 1),
              equals_number("cluster_host_count.max", 1)}));
  add("cluster-strategy",
      "error",
      "A component's cluster `strategy` must be either `random` or `autoscale`",
      all_of({truthy("cluster"),
              truthy("cluster_host_count"),
              truthy("cluster_host_count.strategy"),
              differs_from("cluster_host_count.strategy", "autoscale"),
              differs_from("cluster_host_count.strategy", "random")}));
  add("volume-path-absolute",
      "error",
      "Component volume's `host_path` must be absolute",
      some("host_volumes",
           all_of({lacks("host_path", patterns::absolute),
                   lacks("host_path", patterns::template_start)})));
  add("cluster-boolstring",
      "error",
      "`component.cluster` must be a template or a boolean",
      all_of({truthy("cluster"), is_no_bool_text("cluster")}));
  for (const auto& [id, key] : {std::pair{"min", "min"},
                                {"max", "max"},
                                {"healthy", "threshold_healthy"},
                                {"degraded", "threshold_degraded"}}) {
    const auto path = std::string("cluster_host_count.") + key;
    add(std::string("container-host-count-") + id + "-uint",
        "error",
        std::string("Container's cluster_host_count property `") + key +
            (std::string_view(id) == "degraded" ? "` must be an unsigned integer"
                                                : "` must be an unsigned integer or template"),
        all_of({is_no_unsigned(path), exists(path)}));
  }
}

void add_setting_rules(std::vector<OriginalRule>& rules) {
  const auto each_item = [](Predicate item) {
    return some("config", some("items", std::move(item)));
  };
  rules.push_back(
      {"tmpl-configoption-exists",
       "warn",
       "Options referenced with `{{repl ConfigOption }}` must be present in the `config` section",
       option_missing()});
  rules.push_back({"prop-configitem-type-password",
                   "warn",
                   "It looks like this Config Option may contain sensitive data -- consider "
                   "setting `type: password`",
                   each_item(all_of({differs_from("type", "password"),
                                     matches("name", patterns::secret_name)}))});
  rules.push_back({"tmpl-configoption-not-circular",
                   "error",
                   "A Config Options's fields may not reference the Config Option they describe",
                   each_item(refers_to_itself())});
  rules.push_back({"prop-configitem-type-valid",
                   "error",
                   "A Config Item must have a valid type",
                   each_item(lacks("type", patterns::item_type))});
  rules.push_back({"prop-configitem-when-valid",
                   "error",
                   "A Config Item's when clause must be either empty, a template, a boolean "
                   "literal, or reference a valid config option with `=` or `!=`",
                   when_option_missing()});
}

void add_requirement_rules(std::vector<OriginalRule>& rules) {
  const auto add = [&](std::string id, std::string message, Predicate predicate) {
    rules.push_back({std::move(id), "error", std::move(message), std::move(predicate)});
  };
  const auto size = [](const std::string& path, std::vector<Predicate> wrong) {
    wrong.push_back(exists(path));
    return all_of(std::move(wrong));
  };
  const std::string quantity_rule =
      " must be expressed as a plain integer, a fixed-point integer, or the power-of-two "
      "equivalent (e.g. 128974848, 129e6, 129M, 123Mi)";
  add("prop-hostreq-docker-version-valid",
      "`host_requirements.docker_version` must be a valid docker version specification",
      all_of({truthy("host_requirements.docker_version"),
              lacks("host_requirements.docker_version", patterns::docker_old),
              lacks("host_requirements.docker_version", patterns::docker_new)}));
  add("prop-hostreq-replicated-version-semver-valid",
      "`host_requirements.replicated_version` must be a semver range specification",
      is_no_range("host_requirements.replicated_version"));
  add("prop-hostreq-system-ram-specs-valid",
      "`host_requirements.memory` must be a positive decimal with a unit of measurement like M, "
      "MB, G, or GB",
      size("host_requirements.memory",
           {is_no("host_requirements.memory", patterns::bytes),
            is_no("host_requirements.memory", patterns::ram)}));
  for (const auto& [id, key] : {std::pair{"system", "disk_space"}, {"docker", "docker_space"}}) {
    const auto path = std::string("host_requirements.") + key;
    add(std::string("prop-hostreq-") + id + "-storage-specs-valid",
        "`" + path + "` be a positive decimal with a unit of measurement like M, MB, G, or GB",
        size(path, {is_no(path, patterns::bytes)}));
  }
  add("prop-kubernetes-requirements-version-valid",
      "`kubernetes.requirements.server_version` must be a valid semver specification",
      is_no_range("kubernetes.requirements.server_version"));
  const std::string memory = "kubernetes.requirements.total_memory";
  add("prop-kubernetes-total-memory-valid",
      "`" + memory + "`" + quantity_rule,
      size(memory,
           {is_no(memory, patterns::bytes), is_no(memory, patterns::ram), is_no_quantity(memory)}));
  add("prop-kubernetes-persistent-storage-valid",
      "`kubernetes.persistent_volume_claims.storage`" + quantity_rule,
      some("kubernetes.persistent_volume_claims",
           size("storage",
                {is_no("storage", patterns::bytes),
                 is_no("storage", patterns::ram),
                 is_no_quantity("storage")})));
  const std::string shared = "kubernetes.shared_fs.enabled";
  add("prop-kubernetes-shared-fs-enabled-valid",
      "`" + shared + "` must be a bool string, boolean literal, or template function",
      all_of({exists(shared), is_no_bool_text(shared)}));
}

std::vector<OriginalRule> original_rules(Scheduler scheduler) {
  std::vector<OriginalRule> rules;
  add_command_rules(rules);
  add_component_rules(rules);
  add_setting_rules(rules);
  add_container_rules(rules);
  add_requirement_rules(rules);
  add_monitor_rules(rules, scheduler);
  add_root_rules(rules);
  return rules;
}

}  // namespace agent::manifest::lint
