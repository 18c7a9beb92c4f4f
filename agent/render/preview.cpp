#include "agent/render/preview.hpp"

#include "agent/base/core/clock.hpp"
#include "agent/base/data/json.hpp"
#include "agent/base/data/json_reader.hpp"
#include "agent/render/deployment_json.hpp"
#include "agent/render/start_sequence.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace agent::render {
namespace {

using base::Result;
using base::data::Json;
using base::data::JsonReader;

constexpr std::chrono::sys_seconds k_now{std::chrono::seconds(946'684'800)};

void read_text(JsonReader& reader, std::string_view key, std::string& into) {
  into = reader.optional_string(key).value_or(into);
}

void read_number(JsonReader& reader, std::string_view key, std::int64_t& into) {
  into = reader.optional_integer(key).value_or(into);
}

void read_texts(JsonReader& reader,
                const Json& json,
                const std::string& key,
                std::map<std::string, std::string>& into) {
  reader.object(key, [&](JsonReader& inner) {
    into.clear();
    for (const auto& [name, value] : json.at(key).items()) {
      into[name] = inner.string(name);
    }
  });
}

void read_release(JsonReader& reader, ReleaseFacts& release) {
  reader.object("release", [&](JsonReader& inner) {
    inner.allow_only({"app_id",
                      "sequence",
                      "current_sequence",
                      "first_sequence",
                      "release_date",
                      "install_date",
                      "channel"});
    read_text(inner, "app_id", release.app_id);
    read_number(inner, "sequence", release.sequence);
    read_number(inner, "current_sequence", release.current_sequence);
    read_number(inner, "first_sequence", release.first_sequence);
    read_text(inner, "release_date", release.release_date);
    read_text(inner, "install_date", release.install_date);
    read_text(inner, "channel", release.channel);
  });
}

Json triggers_json(const Start& start) {
  auto triggers = Json::array();
  for (const auto& trigger : start.started_by) {
    triggers.push_back({{"container", trigger.container}, {"event", trigger.event->name}});
  }
  return triggers;
}

Json order_json(const Deployment& deployment) {
  auto order = Json::array();
  for (const auto& start : start_sequence(deployment)) {
    order.push_back({{"container", start.container->key},
                     {"rank", start.rank ? Json(*start.rank) : Json(nullptr)},
                     {"after_healthy", start.after_healthy},
                     {"after_started", start.after_started},
                     {"started_by_first_of", triggers_json(start)}});
  }
  return order;
}

std::string placeholder_pem(std::string_view what) {
  return fmt::format("-----BEGIN {0}-----\nplaceholder\n-----END {0}-----\n", what);
}

}  // namespace

PreviewFacts default_facts() {
  PreviewFacts facts;
  facts.host = {.private_address = "192.0.2.10",
                .public_address = "198.51.100.10",
                .docker_address = "172.17.0.1",
                .interfaces = {{"docker0", "172.17.0.1"},
                               {"eth0", "192.0.2.10"},
                               {"eth1", "192.0.2.11"},
                               {"lo", "127.0.0.1"}},
                .docker_info = {{".DockerRootDir", "/var/lib/docker"}},
                .console_settings = {{"tls.hostname", "appliance.example"}},
                .assumed_port = 32'768,
                .now = k_now};
  facts.release = {.app_id = "app", .channel = "Stable"};
  return facts;
}

Result<PreviewFacts> facts_from_json(std::string_view text) {
  BASE_TRY_ASSIGN(const auto json, base::data::parse_json(text));
  auto facts = default_facts();
  auto& host = facts.host;
  JsonReader reader(json, "$");
  reader.allow_only({"private_address",
                     "public_address",
                     "docker_address",
                     "interfaces",
                     "docker_info",
                     "console_settings",
                     "assumed_port",
                     "offline",
                     "now",
                     "release"});
  read_text(reader, "private_address", host.private_address);
  read_text(reader, "public_address", host.public_address);
  read_text(reader, "docker_address", host.docker_address);
  read_texts(reader, json, "interfaces", host.interfaces);
  read_texts(reader, json, "docker_info", host.docker_info);
  read_texts(reader, json, "console_settings", host.console_settings);
  host.offline = reader.optional_boolean("offline").value_or(false);
  if (const auto port = reader.optional_integer("assumed_port")) {
    host.assumed_port = static_cast<std::uint16_t>(std::clamp<std::int64_t>(*port, 1, 65'535));
  }
  if (const auto now = reader.optional_string("now")) {
    if (const auto time = base::parse_time(*now)) {
      host.now = std::chrono::floor<std::chrono::seconds>(*time);
    } else {
      reader.fail("now", "a time such as 2030-01-31T00:00:00Z");
    }
  }
  read_release(reader, facts.release);
  BASE_TRY(reader.finish());
  return facts;
}

// Each text begins at another character, so that two of them differ and none looks random.
std::string PreviewWorld::random_text(std::string_view alphabet, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += alphabet[(texts_ + i) % alphabet.size()];
  }
  ++texts_;
  return text;
}

Result<config::CertificateFiles> PreviewWorld::certificate(
    const std::vector<std::string>& /*names*/, const std::vector<std::string>& /*addresses*/) {
  return config::CertificateFiles{.key_pem = placeholder_pem("PRIVATE KEY"),
                                  .certificate_pem = placeholder_pem("CERTIFICATE"),
                                  .authority_pem = placeholder_pem("CERTIFICATE")};
}

Result<std::string> PreviewWorld::public_address() {
  return facts_.public_address;
}

Result<std::string> PreviewWorld::run_raw(const config::RawCommand& /*command*/) {
  return base::Error{base::ErrorCode::unavailable,
                     "raw commands run on the customer's host only: the value stays empty"};
}

std::string preview_json(const Deployment& deployment) {
  auto json = document_json(deployment);
  json["order"] = order_json(deployment);
  return base::data::pretty(json);
}

}  // namespace agent::render
