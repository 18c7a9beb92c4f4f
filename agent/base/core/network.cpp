#include "agent/base/core/network.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <iterator>

namespace base {
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

std::string network_of(const std::string& address) {
  constexpr std::size_t k_network_bytes = 8;
  in6_addr bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), &bytes) != 1 || IN6_IS_ADDR_V4MAPPED(&bytes)) {
    return address;
  }
  return {std::begin(bytes.s6_addr), std::begin(bytes.s6_addr) + k_network_bytes};
}

std::optional<Network> Network::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto parsed = parse_address(text.substr(0, slash));
  if (!parsed) {
    return std::nullopt;
  }
  Network network;
  network.address_ = parsed->bytes;
  network.prefix_ = k_bits;
  if (slash == std::string_view::npos) {
    return network;
  }
  const auto bits = text.substr(slash + 1);
  const auto* const end = bits.data() + bits.size();
  const auto read = std::from_chars(bits.data(), end, network.prefix_);
  if (read.ec != std::errc() || read.ptr != end ||
      network.prefix_ > (parsed->is_v4 ? k_bits - k_mapped_bits : k_bits)) {
    return std::nullopt;
  }
  network.prefix_ += parsed->is_v4 ? k_mapped_bits : 0;
  return network;
}

bool Network::contains(const std::string& address) const {
  const auto parsed = parse_address(address);
  return parsed && same_beginning(address_, parsed->bytes, prefix_);
}

}  // namespace base
