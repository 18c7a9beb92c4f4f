#include "agent/manifest/rules.hpp"

#include "agent/manifest/patterns.hpp"
#include "agent/manifest/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace agent::manifest {
namespace {

using Message = std::optional<std::string>;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view k_blanks = " \t\r\n\v\f";
  const auto first = std::min(text.find_first_not_of(k_blanks), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(k_blanks) + 1);
}

bool more_than_nothing(std::string_view text) {
  return text.find_first_of("123456789") != std::string_view::npos;
}

bool is_bytes(std::string_view text) {
  return patterns::bytes(trimmed(text)) && more_than_nothing(text);
}

bool is_ram(std::string_view text) {
  return patterns::ram(trimmed(text)) && more_than_nothing(text);
}

bool is_quantity(std::string_view text) {
  return patterns::quantity(trimmed(text));
}

bool is_color(std::string_view text) {
  return text.empty() || patterns::color_hex(text) || patterns::color_rgb(text) ||
         patterns::color_rgba(text);
}

// The original took a template here only at the beginning.
bool is_absolute(std::string_view text) {
  return text.starts_with('/') || text.starts_with("{{repl ");
}

// A rule about text alone. What is empty breaks those that say so only.
struct TextRule {
  std::string_view tag;
  bool (*holds)(std::string_view text);
  bool template_is_right;
  bool empty_is_right;
  std::string_view message;
};

constexpr std::array k_text_rules = std::to_array<TextRule>({
    {"required",
     [](std::string_view text) { return !text.empty(); },
     false,
     false,
     "is required: give it a value"},
    {"apiversion", is_version, false, false, "must be a version MAJOR.MINOR.PATCH, such as 2.8.0"},
    {"absolutepath",
     is_absolute,
     false,
     false,
     "must be an absolute path, beginning with / or with a template"},
    {"isempty",
     [](std::string_view text) { return text.empty(); },
     false,
     true,
     "is filled in by the platform: remove it"},
    {"url",
     is_web_address,
     false,
     true,
     "must be an address that begins with http:// or https:// and names a host"},
    {"shellalias", patterns::shell_alias, false, true, "must be of letters, digits, _ and - only"},
    {"fingerprint",
     is_fingerprint,
     false,
     true,
     "must be sixteen pairs of hexadecimal digits with colons between them"},
    {"dockerversion",
     [](std::string_view text) { return patterns::docker_old(text) || patterns::docker_new(text); },
     false,
     false,
     "must be a version of Docker, such as 1.13.1 or 17.03.1-ce"},
    {"semverrange",
     is_version_range,
     false,
     false,
     "must be a range of versions, such as '>=2.1.0 <3.0.0'"},
    {"bytes", is_bytes, true, false, "must be a size with a unit, such as 10GB"},
    {"bytes|ram",
     [](std::string_view text) { return is_bytes(text) || is_ram(text); },
     true,
     false,
     "must be a size with a unit, such as 10GB or 10GiB"},
    {"bytes|quantity",
     [](std::string_view text) { return is_bytes(text) || is_quantity(text); },
     true,
     false,
     "must be a size, such as 10Gi or 10GB"},
    {"bytes|ram|quantity",
     [](std::string_view text) { return is_bytes(text) || is_ram(text) || is_quantity(text); },
     true,
     false,
     "must be a size, such as 10Gi, 10GB or 10GiB"},
    {"bool",
     [](std::string_view text) { return parse_boolean(text).has_value(); },
     true,
     false,
     "must be true, false, 1, 0 or a template"},
    {"uint",
     [](std::string_view text) { return parse_unsigned(text).has_value(); },
     true,
     false,
     "must be a whole number, not negative, or a template"},
    {"tcpport",
     [](std::string_view text) {
       const auto port = parse_signed(text);
       return !port || (*port >= 0 && *port <= 65'535);
     },
     false,
     true,
     "must be a port from 0 to 65535"},
    {"graphiteretention",
     is_retention,
     false,
     true,
     "must be resolutions and times, such as 15s:7d,1m:21d"},
    {"graphiteaggregation",
     patterns::aggregation,
     false,
     true,
     "must be average, sum, min, max or last"},
    {"monitorlabelscale", is_label_scale, false, true, "must be metric, none or a number"},
    {"hexcolor|rgb|rgba|isempty",
     is_color,
     false,
     true,
     "must be a colour: #rgb, #rrggbb, rgb(r, g, b) or rgba(r, g, b, a)"},
    {"configitemtype",
     [](std::string_view text) { return parse_item_type(text).has_value(); },
     false,
     false,
     "is no type of a setting: use text, textarea, password, bool, select_one, select_many, "
     "select, file, label or heading"},
    {"swarmnoderole",
     [](std::string_view text) { return text == "manager" || text == "worker"; },
     false,
     false,
     "must be manager or worker"},
    {"clusterstrategy",
     [](std::string_view text) { return text == "autoscale" || text == "random"; },
     false,
     false,
     "must be autoscale or random"},
});

Message unknown_item(std::string_view when, const RuleContext& context) {
  if (when.empty() || has_template(when) || parse_boolean(when)) {
    return std::nullopt;
  }
  const bool negated = when.find("!=") != std::string_view::npos;
  const auto name = when.substr(0, when.find(negated ? "!=" : "="));
  if (context.items.find(name) != context.items.end()) {
    return std::nullopt;
  }
  return fmt::format(
      "there is no setting '{:.80}': write item=value with an item's name, or a template", name);
}

// "component,image_name" of a monitor.
struct Pair {
  std::string_view component;
  std::optional<std::string_view> container;
};

Pair pair_of(std::string_view text) {
  const auto comma = text.find(',');
  if (comma == std::string_view::npos) {
    return {text, std::nullopt};
  }
  return {text.substr(0, comma), text.substr(comma + 1)};
}

}  // namespace

Message missing_component(std::string_view component, const RuleContext& context) {
  if (context.scheduler != Scheduler::native) {
    return std::nullopt;
  }
  if (has_template(component)) {
    return "must be the name itself: no template here";
  }
  const auto& components = context.manifest.components;
  const bool known = std::any_of(components.begin(), components.end(), [&](const auto& one) {
    return one.name.value == component;
  });
  return known ? std::nullopt
               : Message(fmt::format("there is no component '{:.80}': give its name", component));
}

Message missing_container(std::string_view component,
                          std::string_view container,
                          const RuleContext& context) {
  if (context.scheduler != Scheduler::native || missing_component(component, context) ||
      !context.index.in_component(component, container).empty()) {
    return std::nullopt;
  }
  return fmt::format("component '{:.80}' has no container '{:.80}': give its image_name or name",
                     component,
                     container);
}

Message broken_rule(std::string_view rule, std::string_view text, const RuleContext& context) {
  const auto* const known = std::find_if(k_text_rules.begin(),
                                         k_text_rules.end(),
                                         [&](const TextRule& one) { return one.tag == rule; });
  if (known != k_text_rules.end()) {
    const bool right = (known->empty_is_right && text.empty()) ||
                       (known->template_is_right && has_template(text)) || known->holds(text);
    return right ? std::nullopt : Message(known->message);
  }
  if (rule == "configitemwhen") {
    return unknown_item(text, context);
  }
  if (rule == "customrequirementidunique" && context.requirements.contains(text)) {
    return "another requirement has the same id: choose another";
  }
  const auto [component, container] = pair_of(text);
  const bool of_swarm = !container && context.swarm;
  if (rule == "componentexists" && !of_swarm) {
    return missing_component(component, context);
  }
  if (rule == "containerexists" && container) {
    return missing_container(component, *container, context);
  }
  if (rule == "componentcontainer" && !container && !of_swarm &&
      context.scheduler == Scheduler::native) {
    return "must be a component's name and a container's image_name with a comma between them";
  }
  return std::nullopt;
}

}  // namespace agent::manifest
