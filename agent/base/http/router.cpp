#include "agent/base/http/router.hpp"

#include "agent/base/core/assert.hpp"
#include "agent/base/http/headers.hpp"

#include <algorithm>
#include <optional>

namespace base::http {
namespace {

bool is_rest(std::string_view part) {
  return part.size() > 5 && part.front() == '{' && part.ends_with("...}");
}

bool is_parameter(std::string_view part) {
  return part.size() > 2 && part.front() == '{' && part.back() == '}';
}

// 0 literal, 1 parameter, 2 rest: the order in which alternatives are tried.
int rank(std::string_view part) {
  if (is_rest(part)) {
    return 2;
  }
  return is_parameter(part) ? 1 : 0;
}

bool more_specific(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  const auto shared = std::min(left.size(), right.size());
  for (std::size_t i = 0; i < shared; ++i) {
    if (rank(left[i]) != rank(right[i])) {
      return rank(left[i]) < rank(right[i]);
    }
  }
  return false;
}

std::vector<std::string> split_pattern(std::string_view pattern) {
  BASE_ASSERT(!pattern.empty() && pattern.front() == '/');
  std::vector<std::string> parts;
  pattern.remove_prefix(1);
  while (!pattern.empty()) {
    const auto part = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(std::min(part.size() + 1, pattern.size()));
    BASE_ASSERT(!part.empty());
    // The rest swallows what follows it, and a brace within a segment would be taken literally.
    BASE_ASSERT(!is_rest(part) || pattern.empty());
    BASE_ASSERT(is_parameter(part) || part.find_first_of("{}") == std::string_view::npos);
    parts.emplace_back(part);
  }
  return parts;
}

bool matches(const std::vector<std::string>& parts, const std::vector<std::string>& segments) {
  const bool rest = !parts.empty() && is_rest(parts.back());
  if (rest ? segments.size() < parts.size() : segments.size() != parts.size()) {
    return false;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (rank(parts[i]) == 0 && parts[i] != segments[i]) {
      return false;
    }
    if (rank(parts[i]) == 1 && segments[i].empty()) {
      return false;
    }
  }
  return true;
}

std::string_view name_in(std::string_view part, std::string_view end) {
  return part.substr(1, part.size() - 1 - end.size());
}

PathParameters captured(const std::vector<std::string>& parts,
                        const std::vector<std::string>& segments) {
  PathParameters parameters;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (is_rest(parts[i])) {
      std::string rest = segments[i];
      for (std::size_t next = i + 1; next < segments.size(); ++next) {
        rest.append("/").append(segments[next]);
      }
      parameters.add(name_in(parts[i], "...}"), std::move(rest));
    } else if (is_parameter(parts[i])) {
      parameters.add(name_in(parts[i], "}"), segments[i]);
    }
  }
  return parameters;
}

void list_method(std::string& allow, std::string_view method) {
  if (Headers{{"allow", allow}}.lists("allow", method)) {
    return;
  }
  allow.append(allow.empty() ? "" : ", ").append(method);
}

}  // namespace

void PathParameters::add(std::string_view name, std::string value) {
  parameters_.push_back(PathParameter{name, std::move(value)});
}

const std::string& PathParameters::at(std::string_view name) const {
  const auto found = std::find_if(parameters_.begin(),
                                  parameters_.end(),
                                  [&](const PathParameter& entry) { return entry.name == name; });
  BASE_ASSERT(found != parameters_.end());
  return found->value;
}

std::size_t RouteTable::add(std::string_view method, std::string_view pattern) {
  BASE_ASSERT(is_token(method));
  Pattern added{
      .method = std::string(method), .parts = split_pattern(pattern), .route = patterns_.size()};
  for (const Pattern& other : patterns_) {
    BASE_ASSERT(other.method != added.method || other.parts != added.parts);
  }
  const auto place = std::find_if(patterns_.begin(), patterns_.end(), [&](const Pattern& other) {
    return more_specific(added.parts, other.parts);
  });
  const auto route = added.route;
  patterns_.insert(place, std::move(added));
  return route;
}

RouteTable::Match RouteTable::find(std::string_view method,
                                   const std::vector<std::string>& segments) const {
  const Pattern* substitute = nullptr;  // GET's route for a HEAD.
  std::string allow;
  for (const Pattern& pattern : patterns_) {
    if (!matches(pattern.parts, segments)) {
      continue;
    }
    if (pattern.method == method) {
      return {.outcome = Outcome::found,
              .route = pattern.route,
              .parameters = captured(pattern.parts, segments)};
    }
    if (pattern.method == "GET" && method == "HEAD" && substitute == nullptr) {
      substitute = &pattern;
    }
    list_method(allow, pattern.method);
    if (pattern.method == "GET") {
      list_method(allow, "HEAD");
    }
  }
  if (substitute != nullptr) {
    return {.outcome = Outcome::found,
            .route = substitute->route,
            .parameters = captured(substitute->parts, segments)};
  }
  if (allow.empty()) {
    return {};
  }
  return {.outcome = Outcome::method_not_allowed, .allow = std::move(allow)};
}

}  // namespace base::http
