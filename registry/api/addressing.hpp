#pragma once
// Under which address a client reaches the registry, and which address the client has.
//
// Documents name tarballs by complete addresses, and clients refuse those of another host than the
// one they asked. So an address that nobody configured is taken from each request.

#include "agent/base/http/request.hpp"
#include "registry/api/trusted_proxies.hpp"

#include <string>
#include <string_view>

namespace registry::api {

class Addressing {
 public:
  // `public_url` without a slash at its end is every request's address; empty: each has its own.
  Addressing(std::string public_url, TrustedProxies proxies);

  [[nodiscard]] const std::string& public_url() const { return public_url_; }

  // "https://npm.example.org/npm": scheme and host of the request, or as a trusted proxy names them
  // in X-Forwarded-Proto, -Host, -Port and -Prefix. In lower case and without the scheme's own
  // port, so that one address has one spelling. Empty when the host is none: only what RFC 3986
  // allows as a host and port goes into a document.
  [[nodiscard]] std::string registry(const base::http::Request& request) const;

  // The client's address; behind a trusted proxy the one that the proxy saw, which is the last of
  // X-Forwarded-For: what stands before it the client may have made up.
  [[nodiscard]] std::string client(const base::http::Request& request) const;

 private:
  std::string public_url_;
  TrustedProxies proxies_;
};

// "/npm" of "https://host/npm"; empty when the address has no path.
std::string_view path_of_url(std::string_view url);

}  // namespace registry::api
