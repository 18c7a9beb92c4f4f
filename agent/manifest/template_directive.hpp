#pragma once

#include "agent/manifest/template_format.hpp"

#include <optional>

namespace agent::manifest {

// One `%…` of a format, `%-8.3f` for instance, with `*` replaced by what it stands for.
struct Directive {
  bool plus = false;
  bool minus = false;
  bool sharp = false;
  bool blank = false;
  bool zero = false;
  std::optional<int> width;
  std::optional<int> precision;
  char32_t verb = 0;
};

// The value as the verb wants it, or Go's complaint where it does not fit the verb.
void append_value(BoundedText& out, const Directive& directive, const Value& value);

}  // namespace agent::manifest
