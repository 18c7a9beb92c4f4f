#include "agent/base/http/server.hpp"
#include "agent/base/log/log.hpp"
#include "agent/base/process/termination.hpp"
#include "agent/console/certificate.hpp"
#include "agent/console/console.hpp"
#include "agent/console/settings.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

namespace {

using namespace agent::console;

constexpr int k_failed = 1;
constexpr int k_wrong_usage = 2;
constexpr int k_bug = 70;
constexpr std::chrono::seconds k_grace{5};

struct Arguments {
  std::string config = k_default_config;
  std::string pages;
};

// -1: everything was said, end well.
int parse(int argc, char** argv, Arguments& arguments) {
  CLI::App app("The Slipway console: HTTPS for browsers, in front of the agent's socket.");
  app.require_subcommand(1);
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread runs yet.
  if (const char* config = std::getenv("SLIPWAY_CONFIG"); config != nullptr) {
    arguments.config = config;
  }
  const auto own = std::filesystem::read_symlink("/proc/self/exe");
  arguments.pages = (own.parent_path().parent_path() / "share" / "web-admin").string();
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread runs yet.
  if (const char* pages = std::getenv("SLIPWAY_CONSOLE_STATIC"); pages != nullptr) {
    arguments.pages = pages;
  }
  auto* serve = app.add_subcommand("serve", "Run the console in the foreground");
  serve->add_option("--config", arguments.config, "Settings, also SLIPWAY_CONFIG")
      ->capture_default_str();
  serve
      ->add_option(
          "--static", arguments.pages, "Folder of the web console, also SLIPWAY_CONSOLE_STATIC")
      ->capture_default_str();
  auto* version = app.add_subcommand("version", "Print the version");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? -1 : k_wrong_usage;
  }
  if (version->parsed()) {
    static_cast<void>(std::puts(SLIPWAY_VERSION));
    return -1;
  }
  return 0;
}

std::string own_hostname() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "localhost";
}

std::optional<StaticFiles> load_pages(const std::string& folder) {
  auto files = StaticFiles::load(folder);
  if (!files) {
    base::log::error("the console has no pages", files.error(), {{"folder", folder}});
    return std::nullopt;
  }
  base::log::info("pages are in memory", {{"folder", folder}, {"bytes", files->bytes()}});
  return *std::move(files);
}

base::Status serve(const Arguments& arguments, const base::process::Termination& termination) {
  BASE_TRY_ASSIGN(const auto configuration, load_console_configuration(arguments.config));
  BASE_TRY_ASSIGN(const auto certificate,
                  load_or_create_certificate(configuration.console.state_dir, own_hostname()));
  Console console(configuration.socket, load_pages(arguments.pages));
  base::http::ServerOptions options{.listen = {configuration.console.listen},
                                    .tls = certificate.tls};
  options.limits.connections = 2'048;
  options.limits.connections_per_address = 256;
  options.limits.progress_bytes = 1;  // A stream of events may say little for long.
  options.methods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
  base::http::Server server(std::move(options), console);
  BASE_TRY(server.start());
  ::malloc_trim(0);  // What compressing the pages took.
  base::log::info("the console is ready",
                  {{"listen", configuration.console.listen},
                   {"port", server.ports().front()},
                   {"fingerprint", certificate.fingerprint}});
  base::log::info("the console was told to end", {{"signal", termination.wait()}});
  server.stop(k_grace);
  return base::ok();
}

int fail(const base::Error& error) {
  base::log::error("the console cannot go on", error);
  return k_failed;
}

}  // namespace

int main(int argc, char** argv) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): no thread runs yet.
  static_cast<void>(::mallopt(M_ARENA_MAX, 1));
  ::umask(0022);
  try {
    Arguments arguments;
    if (const int code = parse(argc, argv, arguments); code != 0) {
      return code < 0 ? 0 : code;
    }
    // The agent takes root on its socket for the local administrator.
    if (::geteuid() == 0) {
      return fail({base::ErrorCode::forbidden,
                   "the console never runs as root",
                   "Start it as the user slipway-console."});
    }
    const base::process::Termination termination;
    const auto status = serve(arguments, termination);
    return status ? 0 : fail(status.error());
  } catch (const std::exception& exception) {
    static_cast<void>(
        std::fputs(fmt::format("slipway-console: {}\n", exception.what()).c_str(), stderr));
    return k_bug;
  }
}
