#pragma once

#include "agent/manifest/template_value.hpp"

#include <limits>

namespace tests {

// What every template of the tables of cases sees as its data.
inline agent::manifest::Value template_data() {
  using agent::manifest::Value;
  const auto numbers =
      Value::map({{"a", Value::integer(1)}, {"b", Value::integer(2)}, {"c", Value::integer(3)}});
  const auto mixed = Value::list(
      {Value::integer(1), Value::text("x"), Value::real(2.5), Value::boolean(true), Value()});
  return Value::map({{"name", Value::text("web")},
                     {"empty", Value::text("")},
                     {"count", Value::integer(3)},
                     {"big", Value::unsigned_integer(std::numeric_limits<std::uint64_t>::max())},
                     {"half", Value::real(0.5)},
                     {"on", Value::boolean(true)},
                     {"off", Value::boolean(false)},
                     {"list", Value::list({Value::text("a"), Value::text("b"), Value::text("c")})},
                     {"none", Value::list({})},
                     {"mixed", mixed},
                     {"nothing", Value()},
                     {"map", numbers},
                     {"nested", Value::map({{"deep", Value::map({{"er", Value::text("x")}})}})},
                     {"html", Value::text("<a href=\"x\">&'")},
                     {"uni", Value::text("h\u00e9llo\u20ac")}});
}

}  // namespace tests
