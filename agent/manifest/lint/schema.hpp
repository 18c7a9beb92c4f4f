#pragma once
// The original's schema: which keys there are and of what types. Beside it nothing is known, which
// is why a key that the original's daemon took may be refused here.

#include "agent/manifest/lint/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace agent::manifest::lint {

// The schema as text, a key a line, deeper by two blanks: its types, `!` for a required one, `[]`
// for the items of a list, `*` for whatever key, `min1` for text that may not be empty, `open` when
// further keys are let pass. Required keys stand in the order in which they are missed.
std::string_view application_schema();
std::string_view components_schema();

struct SchemaFault {
  std::string pointer;  // "/components/0/name"; empty for the document.
  std::string message;
};

// Wrong types and missing keys in the order of the document, then the unknown keys.
std::vector<SchemaFault> check_schema(const Value& root);

}  // namespace agent::manifest::lint
