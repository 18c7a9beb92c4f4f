#include "registry/access/token_limits.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace registry::access {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<TokenPower, std::string_view>, 4> k_powers = {{
    {TokenPower::none, "no-access"},
    {TokenPower::read, "read-only"},
    {TokenPower::stage, "read-write-stage-only"},
    {TokenPower::write, "read-write"},
}};

TokenPower power_in(const json& text, const char* key) {
  return power_named(text.at(key).get<std::string>()).value_or(TokenPower::none);
}

TokenLimits read_limits(const std::string& text) {
  // What is damaged must not become a token without limits.
  TokenLimits limits{.read_only = true, .granular = true, .on_packages = TokenPower::none};
  const auto stored = json::parse(text, nullptr, /*allow_exceptions=*/false);
  try {
    TokenLimits read;
    stored.at("networks").get_to(read.networks);
    stored.at("granular").get_to(read.granular);
    stored.at("all_packages").get_to(read.all_packages);
    stored.at("packages").get_to(read.packages);
    stored.at("scopes").get_to(read.scopes);
    stored.at("organizations").get_to(read.organizations);
    stored.at("bypasses_second_factor").get_to(read.bypasses_second_factor);
    read.on_packages = power_in(stored, "on_packages");
    read.on_organizations = power_in(stored, "on_organizations");
    limits = std::move(read);
  } catch (const json::exception&) {
    return limits;
  }
  return limits;
}

}  // namespace

std::string_view word_of(TokenPower power) {
  for (const auto& [known, word] : k_powers) {
    if (known == power) {
      return word;
    }
  }
  return {};
}

std::optional<TokenPower> power_named(std::string_view word) {
  for (const auto& [power, known] : k_powers) {
    if (known == word) {
      return power;
    }
  }
  return std::nullopt;
}

std::string limits_text(const TokenLimits& limits) {
  if (!limits.granular && limits.networks.empty() && !limits.bypasses_second_factor) {
    return {};
  }
  const json text = {{"networks", limits.networks},
                     {"granular", limits.granular},
                     {"all_packages", limits.all_packages},
                     {"packages", limits.packages},
                     {"scopes", limits.scopes},
                     {"on_packages", word_of(limits.on_packages)},
                     {"organizations", limits.organizations},
                     {"on_organizations", word_of(limits.on_organizations)},
                     {"bypasses_second_factor", limits.bypasses_second_factor}};
  return text.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::shared_ptr<const TokenLimits> limits_of(const store::TokenRecord& token) {
  if (!token.read_only && !token.expires && token.limits.empty()) {
    return nullptr;
  }
  auto limits = token.limits.empty() ? TokenLimits{} : read_limits(token.limits);
  limits.read_only = limits.read_only || token.read_only;
  limits.expires = token.expires;
  return std::make_shared<const TokenLimits>(std::move(limits));
}

}  // namespace registry::access
