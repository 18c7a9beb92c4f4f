#include <CLI/CLI.hpp>

#include <exception>
#include <iostream>

#include "packaging/release/license_verbs.hpp"

namespace {

constexpr int k_wrong_usage = 2;
constexpr int k_failed = 1;
constexpr int k_bug = 70;

int fail(const base::Error& error) {
  std::cerr << "error: " << error.message << '\n';
  if (!error.hint.empty()) {
    std::cerr << "  " << error.hint << '\n';
  }
  return k_failed;
}

int run(int argc, char** argv) {
  CLI::App app("Makes what a vendor hands to customers: keys and licences.");
  app.require_subcommand(1);
  app.set_version_flag("--version", SLIPWAY_VERSION);
  std::string key;
  std::string payload;
  std::string output;
  std::string license;
  auto* keys = app.add_subcommand("key", "Signing keys")->require_subcommand(1);
  auto* create = keys->add_subcommand("new", "Make a key: FILE (secret) and FILE.pub");
  create->add_option("file", key, "Where the secret key goes")->required();
  auto* licenses = app.add_subcommand("license", "Licences")->require_subcommand(1);
  auto* issue = licenses->add_subcommand("issue", "Sign a licence");
  issue->add_option("--key", key, "The secret key")->required();
  issue->add_option("--out", output, "Where the licence goes")->required();
  issue->add_option("fields", payload, "JSON with id, assignee, channel, expires, policy, fields")
      ->required();
  auto* show =
      licenses->add_subcommand("show", "Check a licence's signature and print what it says");
  show->add_option("--public-key", key, "The vendor's public key")->required();
  show->add_option("license", license, "The licence")->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : k_wrong_usage;
  }
  if (show->parsed()) {
    const auto text = packaging::release::show_license(key, license);
    if (!text) {
      return fail(text.error());
    }
    std::cout << *text;
    return 0;
  }
  const auto done = create->parsed() ? packaging::release::create_key(key)
                                     : packaging::release::issue_license(key, payload, output);
  return done ? 0 : fail(done.error());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& exception) {
    std::cerr << "error: " << exception.what() << "\n  This is a bug; please report it.\n";
    return k_bug;
  }
}
