#include "registry/api/trusted_proxies.hpp"

#include "agent/base/http/headers.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

namespace registry::api {
namespace {

using Bytes = std::array<unsigned char, 16>;

constexpr unsigned k_bits = 128;
constexpr unsigned k_mapped_bits = 96;  // ::ffff:0:0/96 holds the IPv4 addresses.

struct Parsed {
  Bytes bytes{};
  bool is_v4 = false;
};

std::optional<Parsed> parse_address(std::string_view text) {
  const std::string terminated(text);
  Parsed parsed;
  in_addr v4{};
  if (::inet_pton(AF_INET, terminated.c_str(), &v4) == 1) {
    parsed.is_v4 = true;
    parsed.bytes[10] = parsed.bytes[11] = 0xFF;
    std::memcpy(parsed.bytes.data() + 12, &v4, sizeof v4);
    return parsed;
  }
  if (::inet_pton(AF_INET6, terminated.c_str(), parsed.bytes.data()) == 1) {
    return parsed;
  }
  return std::nullopt;
}

bool same_beginning(const Bytes& left, const Bytes& right, unsigned bits) {
  const auto whole = static_cast<std::ptrdiff_t>(bits / 8);
  if (!std::equal(left.begin(), left.begin() + whole, right.begin())) {
    return false;
  }
  const unsigned rest = bits % 8;
  const auto at = static_cast<std::size_t>(whole);
  return rest == 0 || (left.at(at) >> (8 - rest)) == (right.at(at) >> (8 - rest));
}

}  // namespace

base::Status TrustedProxies::add(std::string_view entry) {
  const auto refused = [&] {
    return base::Error{base::ErrorCode::invalid_input,
                       fmt::format("'{:.60}' is no trusted proxy; expected an address, a network"
                                   " such as 10.0.0.0/8, `loopback` or `private`",
                                   entry)};
  };
  const auto slash = entry.find('/');
  const auto parsed = parse_address(entry.substr(0, slash));
  if (!parsed) {
    return refused();
  }
  unsigned prefix = k_bits;
  if (slash != std::string_view::npos) {
    const auto text = entry.substr(slash + 1);
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, prefix);
    if (read.ec != std::errc() || read.ptr != end || prefix > (parsed->is_v4 ? 32U : k_bits)) {
      return refused();
    }
    prefix += parsed->is_v4 ? k_mapped_bits : 0;
  }
  networks_.push_back({.address = parsed->bytes, .prefix = prefix});
  return base::ok();
}

base::Result<TrustedProxies> TrustedProxies::parse(std::string_view text) {
  constexpr std::array<std::string_view, 2> k_loopback = {"127.0.0.0/8", "::1"};
  constexpr std::array<std::string_view, 4> k_private = {
      "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"};
  TrustedProxies proxies;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const auto entry = base::http::trimmed(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (entry == "loopback") {
      for (const auto network : k_loopback) {
        BASE_TRY(proxies.add(network));
      }
    } else if (entry == "private") {
      for (const auto network : k_private) {
        BASE_TRY(proxies.add(network));
      }
    } else {
      BASE_TRY(proxies.add(entry));
    }
  }
  return proxies;
}

bool TrustedProxies::contains(const std::string& address) const {
  if (networks_.empty()) {
    return false;
  }
  const auto parsed = parse_address(address);
  return parsed && std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
           return same_beginning(network.address, parsed->bytes, network.prefix);
         });
}

}  // namespace registry::api
