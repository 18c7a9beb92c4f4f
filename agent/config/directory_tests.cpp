// ldap_auth and ldap_config_validate: finds a user in a directory and signs in as him.
#include "agent/base/data/json.hpp"
#include "agent/config/builtin_tests.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <utility>

namespace agent::config {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using base::Status;
using base::http::DirectoryEntry;
using base::http::DirectoryProtection;
using base::http::DirectoryQuery;
using base::http::escaped_for_filter;

enum Argument : std::size_t {
  k_type,
  k_host,
  k_port,
  k_protection,
  k_search_user,
  k_search_password,
  k_base,
  k_users,
  k_group,
  k_name_field,
  k_test_user,
  k_test_password,
  k_advanced,
  k_user_query,
  k_group_query,
};

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return text;
}

// "ou=people" under "dc=example"; a name that is whole already stays as it is.
std::string below(const std::string& name, const std::string& base) {
  if (name.empty() || base.empty()) {
    return name.empty() ? base : name;
  }
  return lower_case(name).ends_with(lower_case(base)) ? name : name + "," + base;
}

// What vendors write where the user's name or distinguished name comes in.
std::string filled_in(std::string query, const std::string& value) {
  for (const std::string place : {"%s", "{0}", "{{username}}", "{{user_dn}}"}) {
    for (auto at = query.find(place); at != std::string::npos;
         at = query.find(place, at + value.size())) {
      query.replace(at, place.size(), value);
    }
  }
  return query;
}

DirectoryQuery connection(const TestCall& call) {
  const auto protection = call.argument(k_protection);
  return {.host = call.argument(k_host),
          .port = call.argument(k_port),
          .protection = protection.ends_with("starttls") ? DirectoryProtection::start_tls
                        : protection.ends_with("ldaps")  ? DirectoryProtection::tls
                                                         : DirectoryProtection::none,
          .user = call.argument(k_search_user),
          .password = base::Secret(call.argument(k_search_password))};
}

// What went wrong, said for the step in which it did.
Error explained(Error error, std::string_view step, std::string_view hint) {
  const bool ours = error.code == ErrorCode::timed_out || error.code == ErrorCode::cancelled;
  error.message = fmt::format("{}: {}", step, error.message);
  if (!ours) {
    error.hint = hint;
  }
  return error;
}

Result<DirectoryEntry> find_user(const TestCall& call) {
  auto query = connection(call);
  query.base = below(call.argument(k_users), call.argument(k_base));
  query.attributes = {"dn"};
  const auto user = escaped_for_filter(call.argument(k_test_user));
  const bool advanced = is_on(call.argument(k_advanced));
  query.filter = advanced ? filled_in(call.argument(k_user_query), user)
                          : fmt::format("({}={})", call.argument(k_name_field), user);
  auto found = call.world.search_directory(query, call.limits);
  if (!found && found.error().code == ErrorCode::unauthorized) {
    return explained(std::move(found).error(),
                     "the search user",
                     "Check its distinguished name and its password.");
  }
  if (!found && found.error().code == ErrorCode::not_found) {
    return wrong(fmt::format("there is nothing to search under {}", query.base),
                 "Check the base and where the users are.");
  }
  if (!found) {
    return explained(std::move(found).error(),
                     "the directory cannot be searched",
                     "Check host, port and encryption.");
  }
  if (found->empty()) {
    return wrong(fmt::format("the test user is not found under {}", query.base),
                 "Check its name, the field with user names and where the users are.");
  }
  if (found->size() > 1) {
    return wrong("more than one user has the test user's name",
                 "Choose another field for names, or a narrower place for the users.");
  }
  return found->front();
}

Status check_group(const TestCall& call, const DirectoryEntry& user) {
  const auto group = call.argument(k_group);
  const bool advanced = is_on(call.argument(k_advanced)) && !call.argument(k_group_query).empty();
  if (group.empty() && !advanced) {
    return base::ok();
  }
  auto query = connection(call);
  query.base = below(group, call.argument(k_base));
  query.attributes = {"dn"};
  const auto member = escaped_for_filter(user.name);
  query.filter = advanced ? filled_in(call.argument(k_group_query), member)
                          : fmt::format("(|(member={0})(uniqueMember={0})(memberUid={1}))",
                                        member,
                                        escaped_for_filter(call.argument(k_test_user)));
  const auto found = call.world.search_directory(query, call.limits);
  if (!found && found.error().code != ErrorCode::not_found) {
    return explained(found.error(), "the group cannot be searched", "Check the group.");
  }
  return found && !found->empty()
             ? base::ok()
             : Status(wrong(fmt::format("the test user is not in the group {}", query.base),
                            "Put him in, or choose another group."));
}

Status sign_in(const TestCall& call, const DirectoryEntry& user) {
  auto query = connection(call);
  query.user = user.name;
  query.password = base::Secret(call.argument(k_test_password));
  query.base = user.name;
  query.attributes = {"dn"};
  // A directory takes a name without a password for nobody, and lets nobody in.
  if (query.password.empty()) {
    return wrong("the test user has no password", "Give it.");
  }
  auto found = call.world.search_directory(query, call.limits);
  // Not everybody may read his own entry; he is signed in all the same.
  if (found || found.error().code == ErrorCode::not_found) {
    return base::ok();
  }
  return explained(
      std::move(found).error(), "the test user cannot sign in", "Check the test user's password.");
}

}  // namespace

Status test_directory(const TestCall& call) {
  if (call.argument(k_host).empty()) {
    return wrong("the directory's host is missing", "Give it.");
  }
  if (call.argument(k_test_user).empty()) {
    return wrong("there is no user to try", "Give a test user and its password.");
  }
  BASE_TRY_ASSIGN(const auto user, find_user(call));
  BASE_TRY(check_group(call, user));
  return sign_in(call, user);
}

Status test_directory_description(const TestCall& call) {
  const auto json = base::data::parse_json(call.argument(0));
  if (!json) {
    return wrong("the file is not JSON: " + json.error().message, "Mend it there.");
  }
  // One directory, or a list of them.
  const auto list = json->is_array() ? *json : base::data::Json::array({*json});
  for (std::size_t at = 0; at < list.size(); ++at) {
    if (!list[at].is_object()) {
      return wrong(fmt::format("entry {} is not an object", at + 1), "Describe a directory in it.");
    }
    const auto names_host =
        std::any_of(list[at].items().begin(), list[at].items().end(), [](const auto& field) {
          const auto key = lower_case(field.key());
          return (key == "hostname" || key == "host") && field.value().is_string() &&
                 !field.value().template get_ref<const std::string&>().empty();
        });
    if (!names_host) {
      return wrong(fmt::format("entry {} names no Hostname", at + 1), "Add it.");
    }
  }
  return list.empty() ? Status(wrong("the list is empty", "Describe a directory in it."))
                      : base::ok();
}

}  // namespace agent::config
