#pragma once
// JSON as text that is cut, not rebuilt. A package manifest passes through the registry without
// being re-serialised: numbers, escapes and the order of keys stay what the publisher wrote.

#include "agent/base/core/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace registry::core {

struct Member {
  std::string key;       // Unescaped.
  std::string_view raw;  // The value as it stands in the text that was read.
};

using Members = std::vector<Member>;

// Checks that the whole text is one JSON value in valid UTF-8, nested at most 200 deep. The cutting
// functions below check only what they walk over, so text from outside passes here once.
// Errors: invalid_input.
base::Status validate_json(std::string_view text);

// The members of an object in their order; duplicates are kept. The views point into `object`.
// Errors: invalid_input when it is not an object.
base::Result<Members> members_of(std::string_view object);

// The elements of an array. Errors: invalid_input when it is not an array.
base::Result<std::vector<std::string_view>> elements_of(std::string_view array);

// The last member of that key, as JavaScript would read it; empty when there is none.
std::string_view find(const Members& members, std::string_view key);

// Text of a JSON string; nothing when `raw` is no string.
std::optional<std::string> string_of(std::string_view raw);

// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string quoted(std::string_view text);

// Replaces bytes that are not UTF-8 by U+FFFD and drops a byte order mark: both occur in published
// package.json files.
std::string cleaned_utf8(std::string_view text);

// `text` as a database holds it: UTF-8 without NUL, which JSON may carry as \u0000.
std::string storable_text(std::string_view text);

inline bool is_object(std::string_view raw) {
  return !raw.empty() && raw.front() == '{';
}

}  // namespace registry::core
