#include "agent/daemon/command_world.hpp"

#include "agent/base/core/scope_exit.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "agent/base/crypto/random.hpp"
#include "agent/base/data/json.hpp"
#include "agent/base/data/json_reader.hpp"
#include "agent/base/fs/files.hpp"
#include "agent/base/log/log.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>

#include <array>
#include <utility>

namespace agent::daemon {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr const char* k_authority_context = "installation authority";
constexpr const char* k_owner = "io.slipway.helper";
constexpr std::chrono::seconds k_address_time{15};
constexpr std::size_t k_most_output = std::size_t{1} << 20U;

docker::ContainerSpec spec_of(const config::ContainerProgram& program, const std::string& image) {
  docker::ContainerSpec spec{
      .name = "slipway-helper-" + base::crypto::hex_encode(base::crypto::random_bytes(6)),
      .image = program.image.empty() ? image : program.image};
  if (!program.command.empty()) {
    spec.command = program.command;
  }
  spec.entrypoint = program.entrypoint;
  for (const auto& variable : program.environment) {
    const auto equals = variable.find('=');
    spec.environment[variable.substr(0, equals)] = variable.substr(equals + 1);
  }
  spec.security_options = {"no-new-privileges"};
  spec.memory = std::int64_t{512} << 20U;
  spec.pids_limit = 256;
  spec.readonly_rootfs = program.readonly_root;
  spec.init = true;  // What the program leaves behind ends with it.
  return spec;
}

Error without_image(Error error, const std::string& image) {
  if (error.code == ErrorCode::not_found) {
    error.message = fmt::format("the engine does not have the image {}", image);
    error.hint = "Load it: slipway images load, or docker pull.";
  }
  return error;
}

Error too_slow(const config::TestLimits& limits) {
  return {ErrorCode::timed_out,
          fmt::format("the program did not end within {} s",
                      std::chrono::floor<std::chrono::seconds>(limits.time).count())};
}

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

}  // namespace

Result<base::crypto::Certificate> InstallationAuthority::get() {
  const std::lock_guard lock(making_);
  auto sealed = base::fs::read_file(file_, std::size_t{64} << 10U);
  if (!sealed && sealed.error().code != ErrorCode::not_found) {
    return std::move(sealed).error();
  }
  if (!sealed) {
    auto made = base::crypto::make_authority("Slipway installation authority");
    const auto text = base::data::canonical(
        {{"key", made.key_pem.reveal()}, {"certificate", made.certificate_pem}});
    BASE_TRY(base::fs::write_atomically(file_, key_.seal(text, k_authority_context), 0600));
    return made;
  }
  auto text = key_.open(*sealed, k_authority_context);
  if (!text) {
    return std::move(text).error().with_context(file_.string());
  }
  BASE_TRY_ASSIGN(const auto json, base::data::parse_json(*text));
  base::data::JsonReader reader(json, "$");
  base::crypto::Certificate authority{.key_pem = base::Secret(reader.string("key")),
                                      .certificate_pem = reader.string("certificate")};
  BASE_TRY(reader.finish());
  return authority;
}

// A killed agent leaves the container that it waited for.
void HelperContainers::remove_leftovers() {
  const auto left = containers_.list_containers({.labels = {fmt::format("{}={}", k_owner, owner_)}},
                                                docker::Call{});
  if (!left) {
    return;
  }
  for (const auto& container : *left) {
    remove(container.id);
  }
}

void HelperContainers::remove(const std::string& id) {
  const auto removed = containers_.remove_container(
      id, docker::Force::yes, docker::VolumeRemoval::anonymous, docker::Call{});
  if (!removed && removed.error().code != ErrorCode::not_found) {
    base::log::warn("a helper container stays",
                    {{"container", id}, {"reason", removed.error().message}});
  }
}

Result<config::ProgramOutput> HelperContainers::run(const config::ContainerProgram& program,
                                                    const config::TestLimits& limits) {
  std::call_once(swept_, [this] { remove_leftovers(); });
  auto spec = spec_of(program, image_);
  spec.labels = {{"io.slipway.role", "helper"}, {k_owner, owner_}};
  docker::Call call{.stop = limits.stop};
  auto id = containers_.create_container(spec, call);
  if (!id) {
    return without_image(std::move(id).error(), spec.image);
  }
  // With a call of its own: a cancelled test leaves nothing behind either.
  const base::ScopeExit gone([&] { remove(*id); });
  BASE_TRY(containers_.start_container(*id, call));
  docker::Call waiting = call;
  waiting.deadline = limits.time.count() > 0 ? limits.time : std::chrono::hours(24);
  const auto exit_code =
      containers_.wait_container(*id, docker::WaitCondition::not_running, waiting);
  if (!exit_code) {
    return exit_code.error().code == ErrorCode::timed_out ? too_slow(limits) : exit_code.error();
  }
  config::ProgramOutput output{.exit_code = *exit_code, .text = ""};
  const auto add = [&](const docker::LogLine& line) {
    if (line.stream == docker::OutputStream::out) {
      output.text += (output.text.empty() ? "" : "\n") + line.text;
    }
    return output.text.size() < k_most_output;
  };
  BASE_TRY(containers_.read_logs(*id, {}, add, call));
  return output;
}

std::string AgentCommandWorld::random_text(std::string_view alphabet, std::size_t count) {
  return base::crypto::random_text(alphabet, count);
}

Result<config::CertificateFiles> AgentCommandWorld::certificate(
    const std::vector<std::string>& names, const std::vector<std::string>& addresses) {
  BASE_TRY_ASSIGN(const auto authority, authority_.get());
  BASE_TRY_ASSIGN(
      const auto made,
      base::crypto::issue_certificate(
          {.names = names,
           .addresses = addresses.empty() ? std::vector{facts_().private_address} : addresses},
          authority));
  return config::CertificateFiles{
      made.key_pem.reveal(), made.certificate_pem, authority.certificate_pem};
}

Result<std::string> AgentCommandWorld::public_address() {
  if (address_service_.empty()) {
    return Error{ErrorCode::unavailable,
                 "the public address of this host is not known",
                 "Enter the value in the settings, or name a service in commands.address_service."};
  }
  BASE_TRY_ASSIGN(
      auto response,
      client_.send({.url = address_service_, .deadline = k_address_time, .max_body = 1024}));
  auto text = std::move(response.body);
  text.erase(text.find_last_not_of(" \r\n") + 1);
  if (response.status != 200 || !is_address(text)) {
    return Error{ErrorCode::unavailable,
                 fmt::format("{} does not answer with an address", address_service_),
                 "Enter the value in the settings."};
  }
  return text;
}

Result<std::string> AgentCommandWorld::run_raw(const config::RawCommand& command) {
  BASE_TRY_ASSIGN(auto output,
                  helpers_.run({.command = command.words, .readonly_root = command.readonly_root},
                               {.time = command.time}));
  if (output.exit_code != 0) {
    return Error{ErrorCode::unavailable,
                 fmt::format("the raw command ended with {}", output.exit_code),
                 "Enter the value in the settings."};
  }
  return std::move(output.text);
}

}  // namespace agent::daemon
