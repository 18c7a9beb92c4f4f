#include "agent/daemon/serve.hpp"

#include "agent/access/access_store.hpp"
#include "agent/api/dispatcher.hpp"
#include "agent/api/routes.hpp"
#include "agent/base/crypto/sealing.hpp"
#include "agent/base/fs/files.hpp"
#include "agent/base/fs/lock_file.hpp"
#include "agent/base/http/local_server.hpp"
#include "agent/base/log/log.hpp"
#include "agent/daemon/accounts.hpp"
#include "agent/daemon/command_world.hpp"
#include "agent/daemon/keeper.hpp"
#include "agent/daemon/manifest_renderer.hpp"
#include "agent/daemon/supervise.hpp"
#include "agent/daemon/template_facts.hpp"
#include "agent/daemon/version.hpp"
#include "agent/docker/engine.hpp"
#include "agent/engine/agent_lifecycle.hpp"
#include "agent/journal/journal.hpp"
#include "agent/release/image_source.hpp"
#include "agent/snapshot/unconfigured_snapshots.hpp"
#include "agent/support/host.hpp"

#include <optional>

namespace agent::daemon {
namespace {

constexpr std::chrono::seconds k_console_grace{10};

std::filesystem::path first_existing(const std::filesystem::path& path,
                                     const std::filesystem::path& otherwise) {
  std::error_code failure;
  return std::filesystem::exists(path, failure) ? path : otherwise;
}

// A console with root's rights would make every visitor root.
base::Result<std::optional<Account>> console_account(const Settings& settings) {
  BASE_TRY_ASSIGN(auto account, account_named(settings.console.user));
  if (account && account->user == 0) {
    return base::Error{base::ErrorCode::invalid_input,
                       "console.user: the console never runs as root",
                       "Name an account without rights."};
  }
  return account;
}

base::Status check_console(const Settings& settings, const std::optional<Account>& account) {
  if (settings.console.start && !account) {
    return base::Error{base::ErrorCode::not_found,
                       "console.user: there is no account " + settings.console.user,
                       "Create it, name another one, or set console.start: false."};
  }
  return base::ok();
}

base::Status hand_over_console_folder(const Settings& settings, const Account& account) {
  BASE_TRY(base::fs::make_directories(settings.console.state_dir, 0700));
  if (::lchown(settings.console.state_dir.c_str(), account.user, account.group) != 0) {
    return base::fs::system_error("chown", settings.console.state_dir);
  }
  return base::ok();
}

KeptProgram console_program(const ServeOptions& options, const Account& account) {
  KeptProgram console{
      .name = "slipway-console",
      .command =
          {.argv = {options.console_program.string(), "serve", "--config", options.config.string()},
           .environment = inherited_environment(),
           .identity = base::process::Identity{.user = account.user, .group = account.group}},
      .grace = k_console_grace};
  // Nothing of the console needs to know how the agent was started.
  console.command.environment->erase("SLIPWAY_CRASH_POINT");
  if (!options.log_dir.empty()) {
    console.log_file = options.log_dir / "console.log";
  }
  return console;
}

// Whoever restarts us sees by it whether we read the files as they are.
base::Status publish_settings(const Settings& settings) {
  return base::fs::write_atomically(
      settings.run_dir / "settings", describe_settings(settings), 0640);
}

base::Result<base::crypto::SealingKey> sealing_key(const Settings& settings) {
  const auto keys = settings.state_dir / "keys";
  BASE_TRY(base::fs::make_directories(keys, 0700));
  return base::crypto::SealingKey::load_or_create(keys / "seal");
}

// The authority's certificate is among the console's settings, as manifests hand it to programs
// that are to trust certificates of `cert`.
render::HostFacts host_facts(InstallationAuthority& authority) {
  auto facts = look_for_templates();
  const auto certificate = authority.get();
  if (certificate) {
    facts.console_settings["tls.authority.cert"] = certificate->certificate_pem;
  } else {
    base::log::warn("the installation's authority cannot be read",
                    {{"reason", certificate.error().message}});
  }
  return facts;
}

// The console comes after the socket that it forwards to and goes before it.
base::Status answer_until_told(base::http::LocalServer& server,
                               const Settings& settings,
                               const ServeOptions& options,
                               const std::optional<Account>& account,
                               const base::process::Termination& termination) {
  BASE_TRY(server.start());
  std::optional<Keeper> console;
  if (settings.console.start) {
    BASE_TRY(hand_over_console_folder(settings, *account));
    console.emplace(console_program(options, *account));
  }
  base::log::info("the agent is ready",
                  {{"version", k_version}, {"socket", settings.agent_socket().string()}});
  base::log::info("the agent was told to end", {{"signal", termination.wait()}});
  console.reset();
  server.stop();
  return base::ok();
}

}  // namespace

base::Status serve(const Settings& settings,
                   const ServeOptions& options,
                   engine::CrashPoints& crash_points,
                   const base::process::Termination& termination) {
  const base::SystemClock clock;
  BASE_TRY(prepare_directories(settings));
  BASE_TRY_ASSIGN(const auto account, console_account(settings));
  BASE_TRY(check_console(settings, account));
  // Before the database is touched: two agents would work against each other.
  BASE_TRY_ASSIGN(const auto only_one, base::fs::LockFile::acquire(settings.state_dir / "lock"));

  BASE_TRY(publish_settings(settings));
  BASE_TRY_ASSIGN(const auto key, sealing_key(settings));
  const auto database = settings.state_dir / "state.db";
  BASE_TRY_ASSIGN(const auto journal, journal::Journal::open(database, key, clock));
  BASE_TRY_ASSIGN(const auto access, access::AccessStore::open(database, clock));

  const auto engine = docker::make_engine({.socket = settings.engine_socket.string()});
  const auto images = release::make_engine_image_source(*engine);
  const auto probes = engine::make_socket_probes();
  const auto host = engine::make_host_facts();
  const auto snapshots = snapshot::make_unconfigured_snapshots();
  InstallationAuthority authority(settings.state_dir / "keys" / "authority", key);
  const auto facts = [&authority] { return host_facts(authority); };
  HelperContainers helpers(*engine, settings.commands.image, settings.state_dir.string());
  AgentCommandWorld commands(
      authority, helpers, look_for_templates, settings.commands.address_service);
  const auto renderer = make_manifest_renderer(facts, commands);

  api::EventBroker events;
  BASE_TRY_ASSIGN(const auto lifecycle,
                  engine::make_lifecycle({.engine = *engine,
                                          .images = *images,
                                          .journal = *journal,
                                          .probes = *probes,
                                          .clock = clock,
                                          .host = *host,
                                          .snapshots = *snapshots,
                                          .renderer = *renderer,
                                          .crash_points = crash_points,
                                          .label_key = key.derive("spec label"),
                                          .state_dir = settings.state_dir}));
  const auto listening = lifecycle->subscribe(events);

  api::ExecSessions executions(*engine, clock);
  const auto disk = first_existing("/var/lib/docker", settings.state_dir);
  base::process::SystemRunner runner;
  AgentTestWorld tests(clock, runner, helpers);
  api::SettingsDesk settings_desk({.lifecycle = *lifecycle,
                                   .journal = *journal,
                                   .renderer = *renderer,
                                   .world = commands,
                                   .tests = tests,
                                   .facts = facts});
  api::StatusReport status(
      {.version = k_version,
       .started = clock.wall_time(),
       .console_listen = settings.console.listen,
       .console_fingerprint = settings.console.state_dir / console::k_fingerprint_file},
      [disk] { return support::look_at_host({.disk = disk}); },
      clock);
  api::Dispatcher dispatcher(api::make_routes({.lifecycle = *lifecycle,
                                               .containers = *engine,
                                               .images = *engine,
                                               .access = *access,
                                               .status = status,
                                               .events = events,
                                               .executions = executions,
                                               .settings = settings_desk}),
                             account ? std::optional(account->user) : std::nullopt,
                             *access,
                             clock);
  base::http::LocalServer server({.path = settings.agent_socket().string(),
                                  .mode = 0660,
                                  .group = account ? std::optional(account->group) : std::nullopt},
                                 dispatcher);
  return answer_until_told(server, settings, options, account, termination);
}

}  // namespace agent::daemon
