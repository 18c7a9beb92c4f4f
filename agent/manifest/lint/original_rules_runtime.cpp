#include "agent/manifest/lint/original_rules.hpp"
#include "agent/manifest/lint/references.hpp"
#include "agent/manifest/patterns.hpp"

namespace agent::manifest::lint {
namespace {

constexpr const char* k_fingerprint_rule =
    " must be a valid RFC4716 fingerprint, e.g. `cb:69:19:cd:76:1f:17:54:92:a4:fc:a9:6f:a5:57:72`";

Predicate conflicting_options() {
  return inside("options",
                first_of({more_than_one_of({"rw", "ro"}),
                          more_than_one_of({"z", "Z"}),
                          more_than_one_of({"nocopy"}),
                          more_than_one_of(
                              {"shared", "slave", "private", "rshared", "rslave", "rprivate"})}));
}

Predicate bad_fingerprint(Pattern pattern) {
  const std::string path = "content_trust.public_key_fingerprint";
  return all_of({truthy(path), lacks(path, pattern)});
}

Predicate bad_color(const std::string& path) {
  return all_of({truthy(path),
                 lacks(path, patterns::color_hex),
                 lacks(path, patterns::color_rgb),
                 lacks(path, patterns::color_rgba)});
}

Predicate bad_port() {
  return all_of({truthy("port"), first_of({greater("port", 65535), less("port", 0)})});
}

// The second of the rule's three terms only ever adds a path at which nothing is found.
Predicate monitor_without_container(const std::string& path, Scheduler scheduler) {
  if (scheduler == Scheduler::swarm) {
    return [](const Value&) { return Match{}; };
  }
  return all_of({monitor_target_missing(path), negation(exists("swarm"))});
}

Predicate lacks_name_or_value() {
  return first_of(
      {is_empty("name"), is_empty("value"), equals_text("name", ""), equals_text("value", "")});
}

Predicate test_without_save() {
  return all_of({truthy("test_proc"), falsy("test_proc.run_on_save")});
}

Predicate unknown_test() {
  return all_of({truthy("test_proc.command"), lacks("test_proc.command", patterns::test_command)});
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): a list in the order of the original.
void add_container_rules(std::vector<OriginalRule>& rules) {
  const auto put =
      [&](std::string id, std::string_view type, std::string message, Predicate predicate) {
        rules.push_back({"prop-component-container-" + std::move(id),
                         type,
                         std::move(message),
                         std::move(predicate)});
      };
  const auto add = [&](std::string id, std::string message, Predicate container) {
    put(std::move(id),
        "error",
        std::move(message),
        some("components", some("containers", std::move(container))));
  };
  const auto flag = [](const std::string& key) {
    return all_of({exists(key), is_no_bool_text(key)});
  };
  const auto count = [&](const std::string& id, const std::string& key) {
    const auto path = "cluster_instance_count." + key;
    add("instance-count-" + id + "-uint",
        "Container's cluster_instance_count property `" + key +
            "` must be an unsigned integer or a template",
        all_of({is_no_unsigned(path), exists(path)}));
  };
  const std::string flag_rule = " must be a bool string, boolean literal, or template function";
  put("names-unique",
      "error",
      "Custom requirements must have unique ids",
      requirement_ids_repeat());
  // What is compared with a number is a mapping, so that the comparison always holds.
  put("unnamed-when-cluster-true",
      "warn",
      "With clustering turned on, setting `container.name` will prevent multiple instances of the "
      "container from being scheduled on a single node",
      some(
          "components",
          some("containers",
               all_of({greater("cluster_instance_count", 1), exists("name"), truthy("cluster")}))));
  put("event-subscription-container-exists",
      "error",
      "Container event subscriptions must reference an existing component/container",
      subscription_target_missing());
  add("volume-modes-valid",
      "Container volume must not specify conflicting options",
      some("volumes", conflicting_options()));
  add("volume-path-absolute",
      "Container volume's `container_path` must be absolute",
      some("volumes",
           all_of({lacks("container_path", patterns::absolute),
                   lacks("container_path", patterns::template_start)})));
  add("contenttrust-fingerprint-valid",
      std::string("A container's content_trust.`public_key_fingerprint`") + k_fingerprint_rule,
      bad_fingerprint(patterns::fingerprint));
  put("volumesfrom-exists",
      "error",
      "A container's `volumes_from` must reference an existing container's `name` field",
      volumes_from_missing());
  put("names-unique",
      "error",
      "A component's container's must have unique `name` entries",
      container_names_repeat());
  count("initial", "initial");
  count("max", "max");
  count("degraded", "threshold_degraded");
  count("healthy", "threshold_healthy");
  put("volumesfrom-subscription-exists",
      "error",
      "A container's `volumes_from` must reference a container that subscribes to it",
      volumes_from_not_subscribed());
  add("volume-ephemeral-type-check",
      "is_ephemeral" + flag_rule,
      some("volumes", flag("is_ephemeral")));
  add("volume-excluded-type-check",
      "is_excluded_from_backup" + flag_rule,
      some("volumes", flag("is_excluded_from_backup")));
  put("envvars-staticval-deprecated",
      "warn",
      "`static_val` is deprecated, use `value` instead",
      some("components", some("containers", some("env_vars", exists("static_val")))));
  add("envvars-excluded-type-check",
      "is_excluded_from_support" + flag_rule,
      some("env_vars", flag("is_excluded_from_support")));
  add("shm-size-uint",
      "Container's shm_size property must be an unsigned integer or a template",
      all_of({is_no_unsigned("shm_size"), exists("shm_size")}));
}

void add_monitor_rules(std::vector<OriginalRule>& rules, Scheduler scheduler) {
  const auto add = [&](std::string id, std::string message, Predicate predicate) {
    rules.push_back({"prop-" + std::move(id), "error", std::move(message), std::move(predicate)});
  };
  for (const std::string key : {"cpuacct", "memory"}) {
    add("monitors-" + key + "-container-exists",
        "Entries in `monitors." + key +
            "` must have matching component+container or the scheduler must be swarm",
        monitor_without_container("monitors." + key, scheduler));
  }
  add("monitors-custom-has-target",
      "Entries in `monitors.custom` must have at least one target",
      some("monitors.custom", all_of({is_empty("targets"), is_empty("target")})));
  add("monitors-custom-has-target",
      "Entries in `monitors.custom` have valid color specifications",
      some("monitors.custom",
           inside("display", first_of({bad_color("fill_color"), bad_color("stroke_color")}))));
  for (const std::string key : {"statsd", "graphite"}) {
    add(key + "-port-valid",
        "If specified, `" + key + ".port` must be a valid TCP port",
        inside(key, bad_port()));
  }
  add("custommetric-retention-valid",
      "If specified, a custom_metric's `retention` must be in a valid format, "
      "e.g.`15s:7d,1m:21d,15m:5y`",
      some("custom_metrics",
           all_of({truthy("retention"), lacks("retention", patterns::retention)})));
  add("custommetric-aggregation-valid",
      "If specified, a `custom_metric`'s aggregation must one of `average`, `sum`, `min`, `max`, "
      "`last`",
      some("custom_metrics",
           all_of({truthy("aggregation_method"),
                   lacks("aggregation_method", patterns::aggregation)})));
  add("monitors-custom-display-labelscale-valid",
      "If specified, a custom monitor's `display.label_scale` must be one of `metric`, `none` or a "
      "parseable `float`",
      some("monitors.custom",
           all_of({truthy("display.label_scale"),
                   lacks("display.label_scale", patterns::label_scale)})));
}

void add_root_rules(std::vector<OriginalRule>& rules) {
  const auto add =
      [&](std::string id, std::string_view type, std::string message, Predicate predicate) {
        rules.push_back({"prop-" + std::move(id), type, std::move(message), std::move(predicate)});
      };
  add("replicated-api-version-present",
      "error",
      "`replicated_api_version` must be present and be a valid Semver specification",
      is_no_version("replicated_api_version"));
  add("image-contenttrust-fingerprint-valid",
      "error",
      std::string("An image's `content_trust.public_key_fingerprint`") + k_fingerprint_rule,
      some("images", bad_fingerprint(patterns::image_fingerprint)));
  add("properties-shellalias-valid",
      "error",
      "`properties.shell_alias` must be a valid shell alias",
      all_of({truthy("properties.shell_alias"),
              lacks("properties.shell_alias", patterns::shell_alias)}));
  add("properties-logourl-valid",
      "error",
      "Logo URL must be a valid http or https URL",
      all_of({truthy("properties.logo_url"), is_no_url("properties.logo_url")}));
  add("support-bundle",
      "info",
      "For customers using Version 2 of the support bundle, custom files and commands can be "
      "configured in Replicated Console.",
      exists("support"));
  for (const std::string kind : {"secret", "config"}) {
    add("swarm-" + kind + "-name-value",
        "error",
        "Swarm " + kind + "s require both a `name` and a `value` to function.",
        some("swarm." + kind + "s", lacks_name_or_value()));
    add("swarm-" + kind + "-label-key",
        "error",
        "Labels within a swarm " + kind + " must have keys.",
        some("swarm." + kind + "s", exists("labels.")));
  }
  add("configitem-testproc-run-on-save",
      "info",
      "If a config item's `test_proc.run_on_save` is not set to `true`, test_proc's will not be "
      "checked automatically. Consider setting to `true` to automatically validate inputs",
      some("config", first_of({test_without_save(), some("items", test_without_save())})));
  add("configitem-testproc-command-valid",
      "error",
      "A `test_proc`'s command entry must be a valid command.",
      some("config", first_of({unknown_test(), some("items", unknown_test())})));
}

}  // namespace agent::manifest::lint
