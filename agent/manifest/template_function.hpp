#pragma once
// Functions that templates call. The language's own (`and`, `eq`, `printf`, …) are in
// builtin_functions(); whoever evaluates a template adds those of its domain.

#include "agent/base/core/result.hpp"
#include "agent/manifest/template_value.hpp"

#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace agent::manifest {

struct FunctionCall {
  std::span<const Value> arguments;
  std::size_t max_bytes = 0;  // A result that prints as more than this must be refused.
  // Steps that are left, for work that grows faster than the arguments do.
  std::size_t* steps = nullptr;

  // Errors: too_large, reason "template_limit".
  [[nodiscard]] base::Status spend(std::size_t count) const;
};

struct TemplateFunction {
  static constexpr std::size_t k_any_number = std::numeric_limits<std::size_t>::max();

  std::size_t least_arguments = 0;
  std::size_t most_arguments = 0;  // k_any_number; else the exact number when it equals `least`.
  // Called with a number of arguments inside those bounds. The message of an error says what is
  // wrong with the arguments; where in the template it happened is added by the evaluator.
  std::function<base::Result<Value>(const FunctionCall&)> call;
  // The types that the arguments must have, a letter for each, the last one for all that follow:
  // `v` any, `s` string, `i` int, `f` float64, `b` bool, `d` dict, `t` time.
  std::string_view parameters;
  // The first argument, when it is a variable or a field of one, is given the result: values never
  // change, and this is how `set $dict "key" 1` changes what `$dict` means.
  bool replaces_first = false;
};

using FunctionTable = std::map<std::string, TemplateFunction, std::less<>>;

// and or not eq ne lt le gt ge len index slice print printf println html js urlquery call. `and`
// and `or` are evaluated by the evaluator itself, since they stop at the first argument that
// decides.
FunctionTable builtin_functions();

// An invalid_input error of a function.
base::Error argument_error(std::string message);

// For a text that grew beyond FunctionCall::max_bytes.
base::Error text_too_long();

}  // namespace agent::manifest
