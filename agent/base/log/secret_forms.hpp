#pragma once
// How a secret looks in the places where text of ours is carried. Internal to this folder.

#include <string>
#include <string_view>
#include <vector>

namespace base::log::internal {

// As it is, percent-encoded (upper and lower case digits, space as %20 or +), escaped for JSON.
std::vector<std::string> plain_forms(std::string_view secret);

// The characters that appear in base64 of any text that holds the secret, for each of the three
// offsets it can have, in both alphabets. At both ends up to three characters depend on the
// neighbours and are left out. Those too short to be telling are left out as well.
std::vector<std::string> base64_forms(std::string_view secret);

}  // namespace base::log::internal
