#pragma once
// What functions do with their arguments: Sprig's conversions, and Go's names for kinds of values.
// Inside this library only.

#include "agent/base/core/result.hpp"
#include "agent/manifest/template_format.hpp"
#include "agent/manifest/template_function.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace agent::render::sprig {

using base::Result;
using manifest::argument_error;
using manifest::BoundedText;
using manifest::FunctionCall;
using manifest::FunctionTable;
using manifest::GoType;
using manifest::Value;
using manifest::ValueKind;
using manifest::ValueList;
using manifest::ValueMap;

// Parameters as in TemplateFunction; with a `*` at the end the last one may be there any number of
// times, else there are as many arguments as letters. They must outlive the function.
manifest::TemplateFunction function(std::string_view parameters,
                                    std::function<Result<Value>(const FunctionCall&)> call);

// A function of one text that gives a text which is not longer than a few times the first.
manifest::TemplateFunction of_text(std::function<std::string(std::string_view)> compute);

// For arguments whose type is checked.
inline const std::string& text_at(const FunctionCall& call, std::size_t position) {
  return call.arguments[position].as_text();
}
inline std::int64_t whole_at(const FunctionCall& call, std::size_t position) {
  return call.arguments[position].as_integer();
}

// A list, of whatever elements. Errors: invalid_input, "Cannot VERB on type KIND".
Result<const ValueList*> list_at(const FunctionCall& call,
                                 std::size_t position,
                                 std::string_view verb);

// Numbers of anything, 0 for what is none: "0x10" is 16, "1.0" is 1, 1.9 is 1, true is 1.
std::int64_t to_int64(const Value& value);
double to_float64(const Value& value);

// A text as it is, everything else as it prints. Errors: too_large.
Result<std::string> to_text(const FunctionCall& call, const Value& value);
Result<Value> text_value(BoundedText out);

// Sprig's rule, which is Go's truth turned around.
bool is_empty(const Value& value);

// Go's reflect.Kind: "slice", "map", "int64", …
std::string_view kind_name(const Value& value);

// Two values have the same key when Go's reflect.DeepEqual takes them for equal. Errors: too_large.
Result<std::string> equality_key(const FunctionCall& call, const Value& value);

}  // namespace agent::render::sprig
