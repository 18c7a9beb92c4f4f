#include "registry/api/addressing.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace registry::api {
namespace {

using base::http::Request;

constexpr std::size_t k_max_name = 253;  // Of RFC 1035.
constexpr std::size_t k_max_label = 63;
constexpr std::size_t k_max_prefix = 200;
constexpr std::size_t k_max_address = 45;  // Of the longest form of an IPv6 address.

struct Authority {
  std::string host;  // In lower case; an IPv6 address with its brackets.
  std::optional<std::uint16_t> port;
};

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Underscores are no part of a host name by the book, and of many container's names.
bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= k_max_label && label.front() != '-' &&
         label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
           return is_alphanumeric(c) || c == '-' || c == '_';
         });
}

// A name or an IPv4 address, which fits the same grammar.
bool is_name(std::string_view host) {
  if (host.ends_with('.')) {
    host.remove_suffix(1);  // A name may end at the root.
  }
  if (host.empty() || host.size() > k_max_name) {
    return false;
  }
  while (true) {
    const auto dot = host.find('.');
    if (!is_label(host.substr(0, dot))) {
      return false;
    }
    if (dot == std::string_view::npos) {
      return true;
    }
    host.remove_prefix(dot + 1);
  }
}

bool is_bracketed_v6(std::string_view host) {
  if (host.size() < 4 || host.front() != '[' || host.back() != ']') {
    return false;
  }
  in6_addr unused{};
  return ::inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(), &unused) == 1;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, port);
  return read.ec == std::errc() && read.ptr == end && port != 0 ? std::optional(port)
                                                                : std::nullopt;
}

std::string lowered(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

// "host", "host:port", "[::1]:port"; a colon without a port after it is allowed and means none.
std::optional<Authority> parse_authority(std::string_view text) {
  const auto end_of_address = text.starts_with('[') ? text.find(']') : 0;
  const auto colon = text.find(':', std::min(end_of_address, text.size()));
  const auto host = text.substr(0, colon);
  if (!(text.starts_with('[') ? is_bracketed_v6(host) : is_name(host))) {
    return std::nullopt;
  }
  Authority authority{.host = lowered(host), .port = {}};
  if (colon != std::string_view::npos && colon + 1 < text.size()) {
    authority.port = parse_port(text.substr(colon + 1));
    if (!authority.port) {
      return std::nullopt;
    }
  }
  return authority;
}

// Proxies in a row append to a field that is there; the first entry is what the client used.
std::string_view first_of(const Request& request, std::string_view field) {
  const auto value = request.headers.get(field).value_or("");
  return base::http::trimmed(value.substr(0, value.find(',')));
}

// A path that can be put before another one: "/npm", "/a/b". Anything else counts as none.
std::string_view prefix_in(std::string_view text) {
  while (text.ends_with('/')) {
    text.remove_suffix(1);
  }
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || std::string_view("/-._~").find(c) != std::string_view::npos;
  });
  const bool usable = plain && text.starts_with('/') && text.size() <= k_max_prefix &&
                      text.find("//") == std::string_view::npos &&
                      text.find("/.") == std::string_view::npos;
  return usable ? text : std::string_view();
}

}  // namespace

Addressing::Addressing(std::string public_url, TrustedProxies proxies)
    : public_url_(std::move(public_url)), proxies_(std::move(proxies)) {}

std::string Addressing::registry(const Request& request) const {
  if (!public_url_.empty()) {
    return public_url_;
  }
  bool secure = request.tls;
  std::string_view host = request.host;
  std::string_view prefix;
  std::optional<std::uint16_t> port;
  if (proxies_.contains(request.remote_address)) {
    const auto scheme = lowered(first_of(request, "x-forwarded-proto"));
    secure = scheme == "https" || (secure && scheme != "http");
    if (const auto forwarded = first_of(request, "x-forwarded-host"); !forwarded.empty()) {
      host = forwarded;
    }
    port = parse_port(first_of(request, "x-forwarded-port"));
    prefix = prefix_in(first_of(request, "x-forwarded-prefix"));
  }
  const auto authority = parse_authority(host);
  if (!authority) {
    return {};
  }
  port = authority->port ? authority->port : port;
  const bool own_port = !port || *port == (secure ? 443 : 80);
  std::string address = secure ? "https://" : "http://";
  address.append(authority->host);
  if (!own_port) {
    address.append(":").append(std::to_string(*port));
  }
  return address.append(prefix);
}

std::string Addressing::client(const Request& request) const {
  if (proxies_.contains(request.remote_address)) {
    const auto chain = request.headers.get("x-forwarded-for").value_or("");
    const auto last = base::http::trimmed(chain.substr(chain.rfind(',') + 1));
    if (!last.empty() && last.size() <= k_max_address) {
      return std::string(last);
    }
  }
  return request.remote_address;
}

std::string_view path_of_url(std::string_view url) {
  const auto scheme = url.find("://");
  const auto slash = scheme == std::string_view::npos ? scheme : url.find('/', scheme + 3);
  return slash == std::string_view::npos ? std::string_view() : url.substr(slash);
}

}  // namespace registry::api
