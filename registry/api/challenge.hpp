#pragma once
// How a client is told that a second factor is needed.

#include "registry/api/application.hpp"

namespace registry::api {

// The answer to an error of SecondFactors::check(): a client that can show a browser, and says so
// by `npm-auth-type: web`, gets a page to prove it on; others ask for a code at the terminal.
base::http::Response challenge(const Services& services,
                               const Call& call,
                               const std::string& user,
                               const base::Error& error);

// Begins a request that is answered on a page; `subject` as in store::WebRequest. Errors: those of
// the store, invalid_input when the client names no host.
struct WebAddresses {
  std::string page;
  std::string done;
};
base::Result<WebAddresses> begin_web_request(const Services& services,
                                             const Call& call,
                                             const std::string& subject);

}  // namespace registry::api
