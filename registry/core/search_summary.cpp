#include "registry/core/search_summary.hpp"

#include "registry/core/json_slices.hpp"
#include "registry/core/package_name.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace registry::core {
namespace {

using nlohmann::json;

// The results of a search carry short texts; a description may be anything.
constexpr std::size_t k_max_text = 1024;

json people(const std::vector<Person>& owners) {
  json list = json::array();
  for (const auto& owner : owners) {
    // Clients of different ages read either spelling of the name.
    list.push_back({{"username", owner.name}, {"name", owner.name}, {"email", owner.email}});
  }
  return list;
}

json keywords_of(std::string_view raw) {
  json keywords = json::array();
  const auto elements = elements_of(raw.empty() ? "[]" : raw);
  if (!elements) {
    return keywords;
  }
  constexpr std::size_t k_max_keywords = 50;
  for (const auto element : *elements) {
    if (auto keyword = string_of(element); keyword && keywords.size() < k_max_keywords) {
      keywords.push_back(keyword->substr(0, k_max_text));
    }
  }
  return keywords;
}

// `repository` and `bugs` are strings or objects with a `url`.
std::string url_of(std::string_view raw) {
  if (!is_object(raw)) {
    return string_of(raw).value_or("");
  }
  const auto members = members_of(raw);
  return members ? string_of(find(*members, "url")).value_or("") : std::string();
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

}  // namespace

SearchSummary search_summary(const Package& package) {
  const auto latest = package.tags.find("latest");
  const auto* version =
      latest == package.tags.end() ? nullptr : package.find_version(latest->second);
  if (version == nullptr) {
    return {};
  }
  const auto members = members_of(version->content->manifest);
  if (!members) {
    return {};
  }
  const auto description =
      string_of(find(*members, "description")).value_or("").substr(0, k_max_text);
  const json keywords = keywords_of(find(*members, "keywords"));
  json links = json::object();
  for (const char* link : {"homepage", "repository", "bugs"}) {
    if (auto url = url_of(find(*members, link)); !url.empty()) {
      links[link] = std::move(url);
    }
  }
  json publisher = {{"username", ""}, {"email", ""}};
  if (const auto user = members_of(find(*members, "_npmUser"))) {
    publisher = {{"username", string_of(find(*user, "name")).value_or("")},
                 {"email", string_of(find(*user, "email")).value_or("")}};
  }
  std::string sanitized = package.name;
  std::replace(sanitized.begin(), sanitized.end(), '/', '_');
  const auto scope = scope_of(package.name);
  const json document = {{"name", package.name},
                         {"sanitized_name", sanitized},
                         {"scope", scope.empty() ? "unscoped" : std::string(scope.substr(1))},
                         {"version", version->content->version},
                         {"description", description},
                         {"keywords", keywords},
                         {"date", base::format_time(package.modified)},
                         {"license", string_of(find(*members, "license")).value_or("")},
                         {"publisher", publisher},
                         {"maintainers", people(package.owners)},
                         {"links", links},
                         {"deprecated", version->deprecated}};
  std::string text = package.name + " " + description;
  for (const auto& keyword : keywords) {
    text += " " + keyword.get<std::string>();
  }
  return {.text = lower(storable_text(text)),
          .document = document.dump(-1, ' ', false, json::error_handler_t::replace)};
}

}  // namespace registry::core
