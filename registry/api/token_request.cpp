#include "registry/api/token_request.hpp"

#include "agent/base/core/network.hpp"
#include "registry/access/token_limits.hpp"
#include "registry/api/json_body.hpp"
#include "registry/core/package_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

namespace registry::api {
namespace {

using access::TokenLimits;
using access::TokenPower;
using base::Error;
using base::ErrorCode;
using nlohmann::json;

constexpr std::size_t k_max_names = 100;
constexpr std::size_t k_max_label = 200;
// How long a granular token lives that does not say: those that write less long.
constexpr std::chrono::hours k_writer_lifetime{7 * 24};
constexpr std::chrono::hours k_reader_lifetime{30 * 24};

constexpr std::array<const char*, 6> k_granular = {"packages",
                                                   "packages_all",
                                                   "scopes",
                                                   "orgs",
                                                   "packages_and_scopes_permission",
                                                   "orgs_permission"};

bool is_set(const json& body, const char* key) {
  const auto found = body.find(key);
  return found != body.end() && !found->is_null() && !(found->is_array() && found->empty()) &&
         *found != json(false) && *found != json("");
}

// A number of days, as a number or its text, or a moment.
base::Result<std::optional<base::WallTime>> expiry_in(const json& body, base::WallTime now) {
  const auto found = body.find("expires");
  if (found == body.end() || found->is_null() || *found == json("")) {
    return std::optional<base::WallTime>();
  }
  const Error wrong{ErrorCode::invalid_input,
                    "`expires` is a number of days, 1 to 3650, or a time"};
  std::int64_t days = 0;
  if (found->is_number_integer()) {
    days = found->get<std::int64_t>();
  } else if (found->is_string()) {
    const auto& text = found->get_ref<const std::string&>();
    const auto* const end = text.data() + text.size();
    if (const auto read = std::from_chars(text.data(), end, days);
        read.ec != std::errc() || read.ptr != end) {
      const auto time = base::parse_time(text);
      if (!time || *time <= now) {
        return wrong;
      }
      return std::optional(*time);
    }
  }
  if (days < 1 || days > 3650) {
    return wrong;
  }
  return std::optional(now + std::chrono::hours(24 * days));
}

using Accepts = std::function<bool(const std::string& text)>;

base::Result<std::vector<std::string>> names_in(const json& body,
                                                const char* key,
                                                const Accepts& accepts) {
  std::vector<std::string> names;
  if (!is_set(body, key)) {
    return names;
  }
  const auto& list = body.at(key);
  if (!list.is_array() || list.size() > k_max_names) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("`{}` is a list of at most {} texts", key, k_max_names)};
  }
  for (const auto& each : list) {
    if (!each.is_string() || !accepts(each.get_ref<const std::string&>())) {
      return Error{ErrorCode::invalid_input,
                   fmt::format("`{}` has an entry that cannot be one: {:.80}",
                               key,
                               each.dump(-1, ' ', false, json::error_handler_t::replace))};
    }
    names.push_back(each.get<std::string>());
  }
  return names;
}

base::Result<TokenPower> power_in(const json& body, const char* key, TokenPower fallback) {
  if (!is_set(body, key)) {
    return fallback;
  }
  const auto word = text_or_empty(body, key);
  const auto power = access::power_named(word);
  if (!power) {
    return Error{
        ErrorCode::invalid_input,
        fmt::format("`{}` is read-only, read-write, read-write-stage-only or no-access", key)};
  }
  return *power;
}

std::vector<std::string> with_prefix(std::vector<std::string> names, bool at) {
  for (auto& name : names) {
    const bool has = name.starts_with('@');
    if (at && !has) {
      name.insert(0, "@");
    } else if (!at && has) {
      name.erase(0, 1);
    }
  }
  return names;
}

base::Status read_granular(const json& body, TokenLimits& limits) {
  const auto any = [](const std::string& text) { return !text.empty() && text.size() <= 214; };
  limits.granular = true;
  limits.all_packages = is_set(body, "packages_all");
  BASE_TRY_ASSIGN(limits.packages, names_in(body, "packages", core::is_readable_name));
  BASE_TRY_ASSIGN(auto scopes, names_in(body, "scopes", any));
  limits.scopes = with_prefix(std::move(scopes), /*at=*/true);
  BASE_TRY_ASSIGN(auto organizations, names_in(body, "orgs", any));
  limits.organizations = with_prefix(std::move(organizations), /*at=*/false);
  BASE_TRY_ASSIGN(limits.on_packages,
                  power_in(body, "packages_and_scopes_permission", TokenPower::read));
  BASE_TRY_ASSIGN(limits.on_organizations,
                  power_in(body,
                           "orgs_permission",
                           limits.organizations.empty() ? TokenPower::none : TokenPower::read));
  const bool names_packages =
      limits.all_packages || !limits.packages.empty() || !limits.scopes.empty();
  if (!names_packages && limits.on_packages == TokenPower::read) {
    limits.all_packages = true;
  } else if (!names_packages && limits.on_packages != TokenPower::none) {
    return Error{ErrorCode::invalid_input,
                 "a token that may write names its `packages` or `scopes`, or sets `packages_all`"};
  }
  return base::ok();
}

}  // namespace

base::Result<access::TokenRequest> read_token_request(const json& body, base::WallTime now) {
  access::TokenRequest request;
  auto& limits = request.limits;
  request.label = text_or_empty(body, "name").substr(0, k_max_label);
  request.description = text_or_empty(body, "token_description");
  if (request.description.empty()) {
    request.description = text_or_empty(body, "description");
  }
  request.description = request.description.substr(0, k_max_label);
  limits.read_only = is_set(body, "readonly");
  limits.bypasses_second_factor = is_set(body, "bypass_2fa");
  const auto is_network = [](const std::string& text) {
    return base::Network::parse(text).has_value();
  };
  BASE_TRY_ASSIGN(limits.networks,
                  names_in(body, is_set(body, "cidr") ? "cidr" : "cidr_whitelist", is_network));
  BASE_TRY_ASSIGN(limits.expires, expiry_in(body, now));
  if (std::any_of(k_granular.begin(), k_granular.end(), [&](const char* key) {
        return is_set(body, key);
      })) {
    if (request.label.empty()) {
      return Error{ErrorCode::invalid_input, "Token name is required"};
    }
    BASE_TRY(read_granular(body, limits));
    const bool writes = limits.on_packages > TokenPower::read;
    if (!limits.expires) {
      limits.expires = now + (writes ? k_writer_lifetime : k_reader_lifetime);
    }
  }
  return request;
}

}  // namespace registry::api
