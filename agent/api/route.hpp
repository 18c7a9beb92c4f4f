#pragma once

#include "agent/access/permission.hpp"
#include "agent/api/caller.hpp"
#include "agent/base/core/result.hpp"
#include "agent/base/http/local_handler.hpp"
#include "agent/base/http/router.hpp"

#include <functional>
#include <string>
#include <utility>

namespace agent::api {

// One request on its way through a handler.
struct Incoming {
  const base::http::LocalRequest& request;
  base::http::RequestBody& body;
  const base::http::PathParameters& parameters;
  const Caller& caller;
};

// Called after the permission was checked. From many threads at once; may block.
using RouteHandler =
    std::function<base::Result<base::http::LocalResponse>(const Incoming& incoming)>;

// A route cannot be made without saying who may use it.
class Route {
 public:
  Route(std::string method,
        std::string pattern,
        access::Permission permission,
        RouteHandler handler)
      : method_(std::move(method)),
        pattern_(std::move(pattern)),
        permission_(permission),
        handler_(std::move(handler)) {}

  [[nodiscard]] const std::string& method() const noexcept { return method_; }
  [[nodiscard]] const std::string& pattern() const noexcept { return pattern_; }
  [[nodiscard]] access::Permission permission() const noexcept { return permission_; }
  [[nodiscard]] const RouteHandler& handler() const noexcept { return handler_; }

 private:
  std::string method_;
  std::string pattern_;
  access::Permission permission_;
  RouteHandler handler_;
};

}  // namespace agent::api
