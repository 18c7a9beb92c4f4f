#pragma once
// From method and path to a route, and its permission with it.

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace base::http {

struct PathParameter {
  std::string_view name;  // Lives with the route.
  std::string value;
};

class PathParameters {
 public:
  void add(std::string_view name, std::string value);
  // Asserts that the route's pattern has such a parameter.
  [[nodiscard]] const std::string& at(std::string_view name) const;

 private:
  std::vector<PathParameter> parameters_;
};

// The untyped part of Router: patterns and their numbers.
class RouteTable {
 public:
  enum class Outcome { found, not_found, method_not_allowed };
  struct Match {
    Outcome outcome = Outcome::not_found;
    std::size_t route = 0;
    PathParameters parameters;
    std::string allow;  // With method_not_allowed: the value of the Allow field.
  };

  // Returns the number of the route: 0, 1, … in order of addition. Asserts on a malformed pattern
  // and on one that is there already.
  std::size_t add(std::string_view method, std::string_view pattern);
  [[nodiscard]] Match find(std::string_view method, const std::vector<std::string>& segments) const;

 private:
  struct Pattern {
    std::string method;
    std::vector<std::string> parts;  // Literals as they are, parameters as "{name}".
    std::size_t route = 0;
  };
  std::vector<Pattern> patterns_;  // Most specific first.
};

// Patterns are "/api/v1/exec/{id}/output": a literal or one whole parameter a segment, and
// "{rest...}" at the end for all that is left, at least one segment, joined by slashes. A literal
// beats a parameter, and a parameter beats the rest. HEAD finds the route of GET where it has none
// of its own.
//
// Nothing is reachable by omission: `permission` is a scoped enumeration without default, so a
// route that names none does not compile.
template <typename Permission, typename Action>
class Router {
  static_assert(std::is_enum_v<Permission> && !std::is_convertible_v<Permission, int>,
                "a permission is a scoped enumeration");

 public:
  struct Route {
    Permission permission;
    Action action;
  };
  struct Match {
    const Route* route = nullptr;  // Null: not found, or `allow` says which methods there are.
    PathParameters parameters;
    std::string allow;
  };

  Router& add(std::string_view method,
              std::string_view pattern,
              Permission permission,
              Action action) {
    table_.add(method, pattern);
    routes_.push_back(Route{permission, std::move(action)});
    return *this;
  }

  // `segments` as split_path gives them.
  [[nodiscard]] Match find(std::string_view method,
                           const std::vector<std::string>& segments) const {
    auto match = table_.find(method, segments);
    const bool found = match.outcome == RouteTable::Outcome::found;
    return {.route = found ? &routes_[match.route] : nullptr,
            .parameters = std::move(match.parameters),
            .allow = std::move(match.allow)};
  }

 private:
  RouteTable table_;
  std::vector<Route> routes_;
};

}  // namespace base::http
