// registryd: the npm registry.

#include "agent/base/fs/files.hpp"
#include "agent/base/http/client.hpp"
#include "agent/base/log/log.hpp"
#include "registry/server/configuration.hpp"
#include "registry/server/features.hpp"
#include "registry/server/serve.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <utility>

namespace {

using registry::server::Configuration;

constexpr int k_failed = 1;
constexpr int k_wrong_usage = 2;
constexpr int k_bug = 70;

struct Options {
  Configuration configuration;
  std::string registration = "off";
  std::string anonymous_read = "on";
  std::string restricted_scopes = "off";
  std::string features;
  std::string log_level = "info";
  std::string log_format = "text";
  std::string health_url = "http://127.0.0.1:8080/-/health";
  std::string user;
  std::string administrator = "on";
  std::string email;
};

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

int report(const base::Error& error) {
  base::log::error("registryd failed", error);
  if (!error.hint.empty()) {
    base::log::info(error.hint);
  }
  return k_failed;
}

void add_store_options(CLI::App& command, Options& options) {
  command.add_option("--data", options.configuration.data, "Folder for everything that is kept")
      ->envname("REGISTRYD_DATA")
      ->required();
}

void add_serve(CLI::App& app, Options& options) {
  auto* serve = app.add_subcommand("serve", "Serve the registry");
  add_store_options(*serve, options);
  auto& configuration = options.configuration;
  serve->add_option("--listen", configuration.listen, "ADDRESS:PORT to listen on")
      ->envname("REGISTRYD_LISTEN")
      ->capture_default_str();
  serve
      ->add_option("--public-url",
                   configuration.public_url,
                   "Where clients reach the registry; without it, where each request came to")
      ->envname("REGISTRYD_PUBLIC_URL");
  serve
      ->add_option("--trusted-proxies",
                   configuration.trusted_proxies,
                   "Whose X-Forwarded-… fields are believed: addresses, networks, `loopback`, "
                   "`private`, between commas")
      ->envname("REGISTRYD_TRUSTED_PROXIES");
  serve->add_option("--registration", options.registration, "Let strangers create accounts")
      ->envname("REGISTRYD_REGISTRATION")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  serve
      ->add_option(
          "--anonymous-read", options.anonymous_read, "Let packages be read without an account")
      ->envname("REGISTRYD_ANONYMOUS_READ")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  serve
      ->add_option("--restricted-scopes",
                   options.restricted_scopes,
                   "Make new packages with a scope restricted unless their publisher says public")
      ->envname("REGISTRYD_RESTRICTED_SCOPES")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  auto* certificate =
      serve->add_option("--tls-cert", configuration.tls_certificate, "Certificate chain, PEM")
          ->envname("REGISTRYD_TLS_CERT");
  auto* key = serve->add_option("--tls-key", configuration.tls_key, "Private key, PEM")
                  ->envname("REGISTRYD_TLS_KEY");
  certificate->needs(key);
  key->needs(certificate);
  serve->add_option("--max-tarball", configuration.max_tarball, "Largest tarball, with unit")
      ->envname("REGISTRYD_MAX_TARBALL")
      ->transform(CLI::AsSizeValue(/*kb_is_1000=*/false));
  serve
      ->add_option("--features",
                   options.features,
                   "YAML file of settings beyond these; what this version lacks is logged")
      ->envname("REGISTRYD_FEATURES");
  serve->footer(
      "Metadata is kept in SQLite unless REGISTRYD_DATABASE (or the file REGISTRYD_DATABASE_FILE) "
      "has a PostgreSQL address; its password may come apart, in REGISTRYD_DATABASE_PASSWORD or "
      "the file REGISTRYD_DATABASE_PASSWORD_FILE.");
}

base::Status complete_configuration(Options& options) {
  auto& configuration = options.configuration;
  BASE_TRY_ASSIGN(configuration.registration,
                  registry::server::parse_switch("registration", options.registration));
  BASE_TRY_ASSIGN(configuration.anonymous_read,
                  registry::server::parse_switch("anonymous-read", options.anonymous_read));
  BASE_TRY_ASSIGN(configuration.restricted_scopes,
                  registry::server::parse_switch("restricted-scopes", options.restricted_scopes));
  BASE_TRY_ASSIGN(configuration.database,
                  registry::server::secret_from(environment, "REGISTRYD_DATABASE"));
  BASE_TRY_ASSIGN(configuration.database_password,
                  registry::server::secret_from(environment, "REGISTRYD_DATABASE_PASSWORD"));
  base::log::Options log;
  BASE_TRY_ASSIGN(log.level, base::log::parse_level(options.log_level));
  BASE_TRY_ASSIGN(log.format, base::log::parse_format(options.log_format));
  return base::log::configure(log);
}

// A setting that does nothing must not look as if it did; that is no reason to serve nobody.
base::Status warn_of_unmet_features(const std::string& file) {
  constexpr std::size_t k_largest = std::size_t{1} << 20U;
  BASE_TRY_ASSIGN(const auto text, base::fs::read_file(file, k_largest));
  BASE_TRY_ASSIGN(const auto unmet, registry::server::unmet_features(text));
  for (const auto& key : unmet) {
    base::log::warn("a setting has no effect in this version", {{"setting", key}});
  }
  return base::ok();
}

// For the health check of a container that has no other HTTP client.
int check_health(const std::string& url) {
  base::http::Client client;
  const auto answer = client.send({.url = url, .deadline = std::chrono::seconds(5)});
  if (!answer) {
    return report(answer.error());
  }
  return answer->status == 200 ? 0 : k_failed;
}

// The password is the first line of standard input, so that it stands in no process list.
int add_user(const Options& options) {
  std::string password;
  std::getline(std::cin, password);
  const auto added = registry::server::add_user(
      options.configuration, options.user, base::Secret(std::move(password)), options.email);
  return added ? 0 : report(added.error());
}

int set_administrator(const Options& options) {
  const auto set = registry::server::set_administrator(
      options.configuration, options.user, options.administrator == "on");
  return set ? 0 : report(set.error());
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app("A private npm registry", "registryd");
  app.require_subcommand(1);
  app.add_option("--log-level", options.log_level, "debug, info, warn or error")
      ->envname("REGISTRYD_LOG_LEVEL");
  app.add_option("--log-format", options.log_format, "text or json")
      ->envname("REGISTRYD_LOG_FORMAT");
  add_serve(app, options);
  auto* user = app.add_subcommand("add-user", "Create a user; the password is read from stdin");
  add_store_options(*user, options);
  user->add_option("name", options.user)->required();
  user->add_option("--email", options.email);
  auto* administrator = app.add_subcommand(
      "administrator",
      "Let a user administer the registry: all packages, organizations, the audit log");
  add_store_options(*administrator, options);
  administrator->add_option("name", options.user)->required();
  administrator->add_option("state", options.administrator, "on or off")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  auto* health = app.add_subcommand("health", "Succeed when the registry answers");
  health->add_option("--url", options.health_url)->capture_default_str();
  app.add_subcommand("version", "Print the version");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : k_wrong_usage;
  }

  if (app.got_subcommand("version")) {
    std::puts(REGISTRYD_VERSION);  // NOLINT(cert-err33-c)
    return 0;
  }
  if (app.got_subcommand("health")) {
    return check_health(options.health_url);
  }
  if (const auto completed = complete_configuration(options); !completed) {
    report(completed.error());
    return k_wrong_usage;
  }
  if (app.got_subcommand("add-user")) {
    return add_user(options);
  }
  if (app.got_subcommand("administrator")) {
    return set_administrator(options);
  }
  if (!options.features.empty()) {
    if (auto read = warn_of_unmet_features(options.features); !read) {
      report(std::move(read).error().with_context(options.features));
      return k_wrong_usage;
    }
  }
  const auto served = registry::server::serve(options.configuration);
  return served ? 0 : report(served.error());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    static_cast<void>(std::fputs(fmt::format("registryd: {}\n", error.what()).c_str(), stderr));
    return k_bug;
  }
}
