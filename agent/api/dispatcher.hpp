#pragma once
// Every request of the socket comes through here: who asks, what for, may they, then the handler.

#include "agent/access/access_store.hpp"
#include "agent/api/route.hpp"
#include "agent/base/core/clock.hpp"
#include "agent/base/http/local_handler.hpp"
#include "agent/base/http/router.hpp"

#include <optional>
#include <string>
#include <vector>

namespace agent::api {

class Dispatcher final : public base::http::LocalHandler {
 public:
  // `console_uid`: whose requests are forwarded ones; absent where there is no console. References
  // outlive the dispatcher.
  Dispatcher(std::vector<Route> routes,
             std::optional<uid_t> console_uid,
             access::AccessStore& access,
             const base::Clock& clock);

  base::http::LocalResponse handle(const base::http::LocalRequest& request,
                                   base::http::RequestBody& body) override;

 private:
  base::Result<base::http::LocalResponse> dispatch(const base::http::LocalRequest& request,
                                                   base::http::RequestBody& body,
                                                   std::string& who);

  std::vector<Route> routes_;
  base::http::RouteTable table_;
  std::optional<uid_t> console_uid_;
  access::AccessStore& access_;
  const base::Clock& clock_;
};

// The answer to a failed request, as documented.
base::http::LocalResponse answer_of(const base::Error& error);

}  // namespace agent::api
