#pragma once
// The body of `npm token create`, in its old and its granular form.

#include "registry/access/accounts.hpp"

#include <nlohmann/json_fwd.hpp>

namespace registry::api {

// Errors: invalid_input, naming the member; a limit that would not be enforced is refused, never
// dropped in silence.
base::Result<access::TokenRequest> read_token_request(const nlohmann::json& body,
                                                      base::WallTime now);

}  // namespace registry::api
