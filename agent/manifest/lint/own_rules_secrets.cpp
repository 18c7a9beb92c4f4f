#include "agent/manifest/lint/own_rules.hpp"
#include "agent/manifest/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

namespace agent::manifest::lint {
namespace {

// "DB_PASSWORD", "apiToken", "auth.secret" as words in capitals.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  bool small = false;
  for (const char c : name) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isalnum(letter) == 0 || (small && std::isupper(letter) != 0)) {
      words.emplace_back();
    }
    if (std::isalnum(letter) != 0) {
      words.back() += static_cast<char>(std::toupper(letter));
    }
    small = std::islower(letter) != 0;
  }
  std::erase(words, "");
  return words;
}

// What a name ends in is what its value is: PASSWORD_FILE holds a path.
bool names_a_secret(std::string_view name) {
  static const std::set<std::string_view> secrets = {
      "PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "APIKEY", "CREDENTIAL", "CREDENTIALS"};
  static const std::set<std::string_view> keys = {
      "API", "ACCESS", "SECRET", "PRIVATE", "ENCRYPTION", "SIGNING", "MASTER"};
  const auto words = words_of(name);
  if (words.empty()) {
    return false;
  }
  return secrets.contains(words.back()) ||
         (words.size() > 1 && words.back() == "KEY" && keys.contains(words[words.size() - 2]));
}

// Neither a template, nor a reference to a file or a variable, nor a switch.
bool is_literal_secret(std::string_view value) {
  static const std::set<std::string_view> switches = {
      "true", "false", "yes", "no", "on", "off", "none", "null", "required", "optional"};
  return value.size() >= 4 && !has_template(value) && value.front() != '/' &&
         value.find_first_of("$ <{") == std::string_view::npos && !switches.contains(value);
}

// A private key, or user and password before a host.
bool shows_a_secret(std::string_view value) {
  if (value.find("-----BEGIN ") != std::string_view::npos &&
      value.find("PRIVATE KEY-----") != std::string_view::npos) {
    return true;
  }
  const auto scheme = value.find("://");
  if (scheme == std::string_view::npos) {
    return false;
  }
  auto authority = value.substr(scheme + 3);
  authority = authority.substr(0, authority.find_first_of("/?# \t\"'"));
  const auto host = authority.rfind('@');
  const auto colon = authority.find(':');
  return host != std::string_view::npos && colon < host &&
         is_literal_secret(authority.substr(colon + 1, host - colon - 1));
}

std::string_view trimmed(std::string_view text, std::string_view blanks) {
  const auto start = std::min(text.find_first_not_of(blanks), text.size());
  text.remove_prefix(start);
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

// "password = hunter2", "secret: 'x'"
bool line_sets_a_secret(std::string_view line) {
  const auto separator = line.find_first_of("=:");
  if (separator == std::string_view::npos) {
    return false;
  }
  const auto name = trimmed(line.substr(0, separator), " \t\"'");
  const auto value = trimmed(line.substr(separator + 1), " \t\r\"',;");
  return name.find_first_of(" #") == std::string_view::npos && names_a_secret(name) &&
         is_literal_secret(value);
}

bool any_line_sets_a_secret(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (const auto line = text.substr(0, end); line_sets_a_secret(line) || shows_a_secret(line)) {
      return true;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

void report(const Text& place, std::string_view what, OwnFindings& findings) {
  findings.push_back(
      {"slipway-plain-secret",
       "warn",
       fmt::format("{} looks like a secret in plain sight: make it a setting of type "
                   "password, and ask for it in a template",
                   what),
       {place.path}});
}

}  // namespace

void find_plain_secrets(const Subject& subject, OwnFindings& findings) {
  for (const auto& indexed : subject.containers.all()) {
    for (const auto& variable : indexed.container->env_vars) {
      const auto& value = variable.value.value;
      if ((names_a_secret(variable.name.value) && is_literal_secret(value)) ||
          shows_a_secret(value)) {
        report(variable.value, fmt::format("The value of {}", variable.name.value), findings);
      }
    }
    for (const auto& file : indexed.container->config_files) {
      if (any_line_sets_a_secret(file.contents.value)) {
        report(file.contents, fmt::format("A line of {}", file.filename.value), findings);
      }
    }
  }
}

}  // namespace agent::manifest::lint
