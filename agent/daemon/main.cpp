#include "agent/base/log/log.hpp"
#include "agent/base/process/termination.hpp"
#include "agent/daemon/serve.hpp"
#include "agent/daemon/settings.hpp"
#include "agent/daemon/supervise.hpp"
#include "agent/daemon/version.hpp"
#include "agent/engine/crash_points.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>

namespace {

using namespace agent::daemon;

constexpr int k_failed = 1;
constexpr int k_wrong_usage = 2;
constexpr int k_bug = 70;

struct Arguments {
  std::filesystem::path config = agent::console::k_default_config;
  std::filesystem::path log_dir;
  bool serve = false;
  bool supervise = false;
  bool settings = false;
  bool version = false;
};

int parse(int argc, char** argv, Arguments& arguments) {
  CLI::App app("The Slipway agent: runs the appliance on this machine.");
  app.require_subcommand(1);
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread runs yet.
  if (const char* config = std::getenv("SLIPWAY_CONFIG"); config != nullptr) {
    arguments.config = config;
  }
  std::string config = arguments.config.string();
  std::string log_dir;
  auto* serve = app.add_subcommand("serve", "Run the agent in the foreground");
  auto* supervise = app.add_subcommand(
      "supervise", "Run the agent and start it again when it ends; for machines without systemd");
  auto* settings = app.add_subcommand(
      "settings", "Check the settings and print those in force, a line KEY=VALUE each");
  auto* version = app.add_subcommand("version", "Print the version");
  for (auto* each : {serve, supervise, settings}) {
    each->add_option("--config", config, "Settings of the agent, also SLIPWAY_CONFIG")
        ->capture_default_str();
  }
  for (auto* each : {serve, supervise}) {
    each->add_option("--log-dir",
                     log_dir,
                     each == serve ? "Where the console's log goes; standard error by default"
                                   : "Where logs go; /var/log/slipway by default");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? -1 : k_wrong_usage;
  }
  arguments.config = config;
  arguments.log_dir = log_dir;
  arguments.serve = serve->parsed();
  arguments.supervise = supervise->parsed();
  arguments.settings = settings->parsed();
  arguments.version = version->parsed();
  return 0;
}

int fail(const base::Error& error) {
  static_cast<void>(std::fputs(
      fmt::format("slipwayd: {}{}{}\n", error.message, error.hint.empty() ? "" : "\n  ", error.hint)
          .c_str(),
      stderr));
  return k_failed;
}

// Doors for tests, not in a release: they end the agent at a chosen moment.
base::Result<std::unique_ptr<agent::engine::CrashPoints>> crash_points() {
#ifdef SLIPWAY_TESTING
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread runs yet.
  if (const char* text = std::getenv("SLIPWAY_CRASH_POINT"); text != nullptr) {
    return agent::engine::crash_points_of(text);
  }
#endif
  return std::make_unique<agent::engine::CrashPoints>();
}

base::Status print_settings(const std::filesystem::path& config) {
  BASE_TRY_ASSIGN(const auto settings, load_settings(config));
  static_cast<void>(std::fputs(describe_settings(settings).c_str(), stdout));
  return base::ok();
}

base::Status run(const Arguments& arguments, const base::process::Termination& termination) {
  BASE_TRY_ASSIGN(const auto settings, load_settings(arguments.config));
  BASE_TRY(base::log::configure({.format = settings.log_format, .level = settings.log_level}));
  const auto own = std::filesystem::read_symlink("/proc/self/exe");
  if (arguments.supervise) {
    SuperviseOptions options{.program = own, .config = arguments.config};
    if (!arguments.log_dir.empty()) {
      options.log_dir = arguments.log_dir;
    }
    return supervise(settings, options, termination);
  }
  BASE_TRY_ASSIGN(const auto points, crash_points());
  return serve(settings,
               {.config = arguments.config,
                .console_program = own.parent_path() / "slipway-console",
                .log_dir = arguments.log_dir},
               *points,
               termination);
}

}  // namespace

int main(int argc, char** argv) {
  // Many short-lived threads would else leave as many arenas, each with freed memory of its own.
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread runs yet.
  static_cast<void>(::mallopt(M_ARENA_MAX, 2));
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread runs yet.
  static_cast<void>(::mallopt(M_TRIM_THRESHOLD, 128 * 1024));
  ::umask(0027);
  try {
    Arguments arguments;
    if (const int code = parse(argc, argv, arguments); code != 0) {
      return code < 0 ? 0 : code;
    }
    if (arguments.version) {
      static_cast<void>(std::puts(k_version));
      return 0;
    }
    if (arguments.settings) {
      const auto status = print_settings(arguments.config);
      return status ? 0 : fail(status.error());
    }
    if (::geteuid() != 0) {
      return fail({base::ErrorCode::forbidden, "the agent must be run as root"});
    }
    const base::process::Termination termination;
    const auto status = run(arguments, termination);
    return status ? 0 : fail(status.error());
  } catch (const std::exception& exception) {
    static_cast<void>(std::fputs(fmt::format("slipwayd: {}\n", exception.what()).c_str(), stderr));
    return k_bug;
  }
}
