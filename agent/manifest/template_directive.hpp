#pragma once

#include "agent/manifest/template_format.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace agent::manifest {

// One `%…` of a format, `%-8.3f` for instance, with `*` replaced by what it stands for.
struct Directive {
  bool plus = false;
  bool minus = false;
  bool sharp = false;
  bool blank = false;
  bool zero = false;
  bool go_syntax = false;  // %#v
  std::optional<int> width;
  std::optional<int> precision;
  char32_t verb = 0;
};

// The value as the verb wants it, or Go's complaint where it does not fit the verb.
void append_value(BoundedText& out, const Directive& directive, const Value& value);

// Parts of the above. The last two give false for a verb that does not fit.
void append_padded(BoundedText& out, const Directive& directive, std::string_view text);
bool append_whole(BoundedText& out,
                  const Directive& directive,
                  bool negative,
                  std::uint64_t magnitude);
bool append_real(BoundedText& out, const Directive& directive, double value);

}  // namespace agent::manifest
