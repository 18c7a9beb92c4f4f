#pragma once
// What a token is limited to, as the store keeps it.

#include "registry/access/identity.hpp"
#include "registry/store/metadata_store.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace registry::access {

// "no-access", "read-only", "read-write-stage-only" and "read-write", as clients say it.
std::string_view word_of(TokenPower power);
std::optional<TokenPower> power_named(std::string_view word);

// The part of the limits that has no column of its own, as JSON; empty when there is none.
std::string limits_text(const TokenLimits& limits);

// Null for a token without any limit. A text that cannot be read allows nothing.
std::shared_ptr<const TokenLimits> limits_of(const store::TokenRecord& token);

}  // namespace registry::access
