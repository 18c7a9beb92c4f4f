#include "agent/config/builtin_tests.hpp"

#include "agent/base/data/json.hpp"
#include "agent/base/data/regex.hpp"
#include "agent/manifest/scalars.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace agent::config {
namespace {

using base::Error;
using base::ErrorCode;
using base::Status;

struct Builtin {
  std::string_view name;
  Status (*run)(const TestCall&);
};

constexpr std::array<Builtin, 10> k_builtins = {
    {{"resolve_host", test_host_name},
     {"regex_match", test_pattern},
     {"validate_json", test_json},
     {"file_exists", test_file},
     {"certificate_verify", test_certificate},
     {"smtp_auth", test_mail},
     {"aws_auth", test_amazon},
     {"github_app_auth", test_github},
     {"ldap_auth", test_directory},
     {"ldap_config_validate", test_directory_description}}};

base::Result<bool> matches(const std::string& pattern, const std::string& text) {
  auto regex = base::data::Regex::compile(pattern);
  if (!regex) {
    return std::move(regex).error().with_context("the test's own pattern");
  }
  return regex->find(text, 0).has_value();
}

}  // namespace

Error wrong(std::string message, std::string hint) {
  return {ErrorCode::invalid_input, std::move(message), std::move(hint), ""};
}

bool is_on(std::string_view text) {
  return manifest::parse_boolean(text).value_or(false);
}

Status run_builtin_test(std::string_view command, const TestCall& call) {
  for (const auto& builtin : k_builtins) {
    if (builtin.name == command) {
      return builtin.run(call);
    }
  }
  return Error{ErrorCode::not_found,
               fmt::format("there is no test '{:.80}'", command),
               "The manifest asks for it; ask its vendor."};
}

Status test_host_name(const TestCall& call) {
  const auto host = call.argument(0);
  if (host.empty()) {
    return wrong("there is no host name to look up", "Give one.");
  }
  auto addresses = call.world.addresses_of(host, call.limits);
  if (!addresses && addresses.error().code == ErrorCode::not_found) {
    return wrong(fmt::format("{} has no address", host),
                 "Check the spelling, and the name servers of this machine.");
  }
  return addresses ? base::ok() : Status(std::move(addresses).error());
}

Status test_pattern(const TestCall& call) {
  BASE_TRY_ASSIGN(const bool good, matches(call.argument(1), call.argument(0)));
  if (good) {
    return base::ok();
  }
  const auto message = call.argument(2);
  return message.empty() ? wrong("the value does not have the expected form",
                                 fmt::format("It must match {}", call.argument(1)))
                         : wrong(message);
}

Status test_json(const TestCall& call) {
  constexpr base::data::JsonLimits k_limits{.max_bytes = std::size_t{8} << 20U};
  auto json = base::data::parse_json(call.argument(0), k_limits);
  return json ? base::ok()
              : Status(wrong("this is not JSON: " + json.error().message, "Mend it there."));
}

Status test_file(const TestCall& call) {
  const auto path = call.argument(0);
  if (!path.starts_with('/')) {
    return wrong("the path must begin with a slash", "Give the whole path.");
  }
  if (const auto pattern = call.argument(1); !pattern.empty()) {
    BASE_TRY_ASSIGN(const bool good, matches(pattern, path));
    if (!good) {
      return wrong(fmt::format("the path does not match {}", pattern), "Give another one.");
    }
  }
  auto file = call.world.file(path);
  if (!file) {
    return file.error().code == ErrorCode::not_found
               ? wrong(fmt::format("there is no file {} on this machine", path),
                       "Check the path, or put the file there.")
               : Status(std::move(file).error());
  }
  const auto text = call.argument(2);
  if (text.empty()) {
    return base::ok();
  }
  const auto mode = manifest::parse_mode(text);
  if (!mode) {
    return wrong(fmt::format("the test's own file mode {} is none", text));
  }
  const bool least = is_on(call.argument(3));
  const bool good = least ? (file->mode & *mode) == *mode : file->mode == *mode;
  return good ? base::ok()
              : Status(wrong(fmt::format("{} has the mode {:04o}, not {}{:04o}",
                                         path,
                                         file->mode,
                                         least ? "at least " : "",
                                         *mode),
                             fmt::format("Run: chmod {:04o} {}", *mode, path)));
}

}  // namespace agent::config
