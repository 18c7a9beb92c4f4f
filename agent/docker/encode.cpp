#include "agent/docker/encode.hpp"

#include "agent/docker/encode_json.hpp"
#include "agent/docker/json_fields.hpp"

#include <fmt/format.h>

namespace agent::docker {
namespace {

// With padding, as Go's base64.URLEncoding reads it.
std::string base64url(std::string_view bytes) {
  static constexpr std::string_view k_alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const auto count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8U | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text.push_back(j <= count ? k_alphabet[group >> (18U - 6U * j) & 63U] : '=');
    }
  }
  return text;
}

}  // namespace

std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::string> assignments(const std::map<std::string, std::string>& environment) {
  std::vector<std::string> list;
  list.reserve(environment.size());
  for (const auto& [name, value] : environment) {
    list.push_back(fmt::format("{}={}", name, value));
  }
  return list;
}

Json encoded_endpoint(const NetworkAttachment& attachment) {
  Json json = Json::object();
  set_if(json, "Aliases", attachment.aliases);
  set_if(json, "Links", attachment.links);
  Json addresses = Json::object();
  set_if(addresses, "IPv4Address", attachment.ipv4);
  set_if(addresses, "IPv6Address", attachment.ipv6);
  if (!addresses.empty()) {
    json["IPAMConfig"] = addresses;
  }
  return json;
}

std::string encode_restart_update(const RestartPolicy& policy) {
  return dumped({{"RestartPolicy", encoded_policy(policy)}});
}

std::string encode_exec(const ExecSpec& spec) {
  Json json = {{"AttachStdout", true}, {"AttachStderr", true}, {"Cmd", spec.argv}};
  set_if(json, "AttachStdin", spec.with_stdin);
  set_if(json, "Tty", spec.tty);
  set_if(json, "Env", assignments(spec.environment));
  set_if(json, "User", spec.user);
  set_if(json, "WorkingDir", spec.working_dir);
  set_if(json, "Privileged", spec.privileged);
  return dumped(json);
}

std::string encode_exec_start(const ExecSpec& spec) {
  return dumped({{"Detach", false}, {"Tty", spec.tty}});
}

std::string encode_network(const NetworkSpec& spec, ApiVersion version) {
  Json json = {{"Name", spec.name}, {"Driver", spec.driver}};
  // Later engines always check, and their specification no longer has the field.
  set_if(json, "CheckDuplicate", version < ApiVersion{1, 44});
  set_if(json, "Labels", spec.labels);
  set_if(json, "Options", spec.options);
  set_if(json, "Internal", spec.internal);
  if (!spec.subnet.empty()) {
    json["IPAM"] = {{"Config", Json::array({{{"Subnet", spec.subnet}}})}};
  }
  return dumped(json);
}

std::string encode_connect(const std::string& container, const NetworkAttachment& attachment) {
  return dumped({{"Container", container}, {"EndpointConfig", encoded_endpoint(attachment)}});
}

std::string encode_disconnect(const std::string& container) {
  return dumped({{"Container", container}, {"Force", true}});
}

std::string encode_volume(const VolumeSpec& spec) {
  Json json = {{"Name", spec.name}, {"Driver", spec.driver}};
  set_if(json, "Labels", spec.labels);
  set_if(json, "DriverOpts", spec.options);
  return dumped(json);
}

std::string encode_filters(const std::map<std::string, std::vector<std::string>>& filters) {
  Json json = Json::object();
  for (const auto& [name, values] : filters) {
    set_if(json, name.c_str(), values);
  }
  return json.empty() ? std::string() : dumped(json);
}

std::string encode_credentials(const RegistryCredentials& credentials) {
  Json json = {{"serveraddress", credentials.server}};
  if (!credentials.identity_token.empty()) {
    json["identitytoken"] = credentials.identity_token.reveal();
  } else {
    json["username"] = credentials.username;
    json["password"] = credentials.password.reveal();
  }
  return base64url(dumped(json));
}

}  // namespace agent::docker
