#pragma once

#include <string>

namespace base {

// What a client's address stands for when attempts are counted: the /64 of an IPv6 address (its
// first eight bytes), since its owner has all of that network; any other text as it is.
std::string network_of(const std::string& address);

}  // namespace base
