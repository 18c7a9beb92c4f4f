#include "agent/manifest/container_index.hpp"
#include "agent/manifest/template.hpp"
#include "agent/render/arguments.hpp"
#include "agent/render/functions.hpp"
#include "agent/render/sprig/functions.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace agent::render {
namespace {

using base::Result;
using manifest::argument_error;
using manifest::FunctionCall;
using manifest::Value;

std::string text_in(const std::map<std::string, std::string>& texts, const std::string& name) {
  const auto found = texts.find(name);
  return found == texts.end() ? std::string() : found->second;
}

// Shared by the functions, so that a template that calls them often stays cheap.
using Index = std::shared_ptr<const manifest::ContainerIndex>;

Result<const manifest::Container*> container_of(const Index& index, const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto component, text_argument(call, 0));
  BASE_TRY_ASSIGN(const auto container, text_argument(call, 1));
  const auto found = index->in_component(component, container);
  if (found.empty()) {
    return argument_error(
        fmt::format("there is no container '{:.80}' in component '{:.80}'", container, component));
  }
  return index->all()[found.front()].container;
}

// There is one host, so every container runs on it, started or not.
manifest::TemplateFunction address_of_container(const Index& index, Value address) {
  return {2, 2, [index, address = std::move(address)](const FunctionCall& call) -> Result<Value> {
            BASE_TRY(container_of(index, call));
            return address;
          }};
}

// The host port of a container's port is known in advance when the manifest fixes it.
Result<Value> exposed_port(const Index& index, const HostFacts& facts, const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto* container, container_of(index, call));
  BASE_TRY_ASSIGN(const auto wanted, text_argument(call, 2));
  for (const auto& port : container->ports) {
    const auto& fixed = port.public_port.empty() ? port.public_port_initial : port.public_port;
    if (port.private_port.value == wanted && !fixed.empty() &&
        !manifest::has_template(fixed.value)) {
      return Value::text(fixed.value);
    }
  }
  if (facts.assumed_port) {
    return Value::text(std::to_string(*facts.assumed_port));
  }
  return base::Error{
      base::ErrorCode::invalid_input,
      fmt::format("the host port of port {:.10} is chosen only when the container starts", wanted),
      "Give that port a fixed public_port, or use the container's name on the application's "
      "network.",
      "needs_started_container"};
}

void add_addresses(manifest::FunctionTable& table,
                   const Index& index,
                   const std::string& kind,
                   const std::string& deprecated,
                   const std::string& address) {
  const auto one = Value::text(address);
  const auto all = Value::list_of_text({address});
  table["Node" + kind + "IPAddress"] = address_of_container(index, one);
  table["Node" + kind + "IPAddressFirst"] = address_of_container(index, one);
  table["Node" + kind + "IPAddressAll"] = address_of_container(index, all);
  table["ThisNode" + kind + "IPAddress"] = constant(one);
  table["Host" + deprecated] = address_of_container(index, one);
  table["Host" + deprecated + "All"] = address_of_container(index, all);
  table["ThisHost" + deprecated] = constant(one);
}

manifest::TemplateFunction comparing_setting(const HostFacts& facts, bool wanted) {
  return {2, 2, [&facts, wanted](const FunctionCall& call) -> Result<Value> {
            BASE_TRY_ASSIGN(const auto name, text_argument(call, 0));
            BASE_TRY_ASSIGN(const auto value, text_argument(call, 1));
            return Value::boolean((text_in(facts.console_settings, name) == value) == wanted);
          }};
}

// Parameters of the original's daemon that documents were seen to ask for.
std::string parameter(const HostFacts& facts, std::string_view name) {
  return name == "HttpProxy" ? text_in(facts.console_settings, "http.proxy") : std::string();
}

// What only other schedulers know.
void add_refused(manifest::FunctionTable& table) {
  for (const std::string name : {"Namespace",
                                 "ServiceAddress",
                                 "IngressAddress",
                                 "SwarmIngressAddress",
                                 "PremkitAPIAddress",
                                 "StatsdAddress",
                                 "PremkitNetworkName",
                                 "StatsdNetworkName"}) {
    table[name] = {0,
                   manifest::TemplateFunction::k_any_number,
                   [name](const FunctionCall& /*call*/) -> Result<Value> {
                     return base::Error{
                         base::ErrorCode::invalid_input,
                         name + " is known to Kubernetes and Swarm alone",
                         "Containers reach each other by their names on the application's network.",
                         "template"};
                   }};
  }
}

}  // namespace

void add_host_functions(manifest::FunctionTable& table, const FunctionSources& sources) {
  const auto& facts = sources.facts;
  const auto index = std::make_shared<const manifest::ContainerIndex>(sources.manifest);
  add_addresses(table, index, "Private", "PrivateIpAddress", facts.private_address);
  add_addresses(table, index, "Public", "PublicIpAddress", facts.public_address);
  table["ThisNodeDockerAddress"] = constant(Value::text(facts.docker_address));
  table["ThisHostInterfaceAddress"] = text_to_text(
      [&facts](std::string_view name) { return text_in(facts.interfaces, std::string(name)); });
  table["DockerInfo"] = text_to_text(
      [&facts](std::string_view name) { return text_in(facts.docker_info, std::string(name)); });
  table["ConsoleSetting"] = text_to_text([&facts](std::string_view name) {
    return text_in(facts.console_settings, std::string(name));
  });
  table["LdapCopyAuthFrom"] = text_to_text(
      [&facts](std::string_view key) { return text_in(facts.console_ldap, std::string(key)); });
  table["Param"] = text_to_text([&facts](std::string_view name) { return parameter(facts, name); });
  table["ConsoleSettingEquals"] = comparing_setting(facts, true);
  table["ConsoleSettingNotEquals"] = comparing_setting(facts, false);
  const auto port = [index, &facts](const FunctionCall& call) {
    return exposed_port(index, facts, call);
  };
  table["ContainerExposedPort"] = {3, 3, port};
  table["ContainerExposedPortFirst"] = {3, 3, port};
  table["ContainerExposedPortAll"] = {3, 3, [port](const FunctionCall& call) -> Result<Value> {
                                        BASE_TRY_ASSIGN(auto one, port(call));
                                        return Value::list({std::move(one)});
                                      }};
  add_refused(table);
}

manifest::FunctionTable template_functions(const FunctionSources& sources) {
  auto table = manifest::builtin_functions();
  sprig::add_functions(table);  // Those of the same name below win.
  add_text_functions(table);
  add_number_functions(table);
  add_host_functions(table, sources);
  add_release_functions(table, sources);
  return table;
}

}  // namespace agent::render
