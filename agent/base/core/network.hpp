#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace base {

// What a client's address stands for when attempts are counted: the /64 of an IPv6 address (its
// first eight bytes), since its owner has all of that network; any other text as it is.
std::string network_of(const std::string& address);

// An address or a network of them. An IPv4 address in IPv6 form counts as the IPv4 address that it
// is.
class Network {
 public:
  // "192.0.2.7", "10.0.0.0/8", "fd00::/8". Nothing for other text.
  static std::optional<Network> parse(std::string_view text);

  // `address` is numeric; what is no address is in no network.
  [[nodiscard]] bool contains(const std::string& address) const;

 private:
  std::array<unsigned char, 16> address_{};
  unsigned prefix_ = 0;  // In bits.
};

}  // namespace base
