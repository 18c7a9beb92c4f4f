#include "agent/manifest/template_escape.hpp"
#include "agent/manifest/template_format.hpp"
#include "agent/manifest/template_function.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <compare>
#include <optional>
#include <utility>

namespace agent::manifest {
namespace {

using base::Result;

constexpr auto k_any = TemplateFunction::k_any_number;

bool is_whole(const Value& value) {
  return value.kind() == ValueKind::integer || value.kind() == ValueKind::unsigned_integer;
}

// An int and a uint64 compare by value; no other two kinds compare at all.
std::strong_ordering compare_whole(const Value& left, const Value& right) {
  const auto as_pair = [](const Value& value) {
    const bool negative = value.kind() == ValueKind::integer && value.as_integer() < 0;
    const auto bits = value.kind() == ValueKind::integer
                          ? static_cast<std::uint64_t>(value.as_integer())
                          : value.as_unsigned();
    return std::pair(!negative, bits);
  };
  return as_pair(left) <=> as_pair(right);
}

Result<std::partial_ordering> compare(const Value& left, const Value& right) {
  if (is_whole(left) && is_whole(right)) {
    return std::partial_ordering(compare_whole(left, right));
  }
  if (left.kind() == ValueKind::nil || right.kind() == ValueKind::nil) {
    return argument_error("invalid type for comparison");
  }
  if (left.kind() != right.kind()) {
    return argument_error("incompatible types for comparison");
  }
  if (left.kind() == ValueKind::real) {
    return left.as_real() <=> right.as_real();
  }
  if (left.kind() == ValueKind::text) {
    return std::partial_ordering(left.as_text() <=> right.as_text());
  }
  return argument_error("invalid type for comparison");
}

bool is_nested(const Value& value) {
  return value.kind() == ValueKind::list || value.kind() == ValueKind::map;
}

base::Error not_comparable(const Value& value) {
  BoundedText shown(100);
  append_plain(shown, value);
  return argument_error(
      fmt::format("non-comparable type {}: {}", std::move(shown).take(), value.type_name()));
}

Result<bool> equal(const Value& left, const Value& right) {
  if (is_nested(left) || is_nested(right)) {
    return not_comparable(is_nested(left) ? left : right);
  }
  if (left.kind() == ValueKind::nil || right.kind() == ValueKind::nil) {
    return left.kind() == right.kind();
  }
  if (left.kind() == ValueKind::time && right.kind() == ValueKind::time) {
    return left.as_time() == right.as_time();
  }
  if (left.kind() == ValueKind::boolean && right.kind() == ValueKind::boolean) {
    return left.as_boolean() == right.as_boolean();
  }
  BASE_TRY_ASSIGN(const auto order, compare(left, right));
  return order == std::partial_ordering::equivalent;
}

Result<Value> call_eq(const FunctionCall& call) {
  if (call.arguments.size() < 2) {
    return argument_error("missing argument for comparison");
  }
  for (std::size_t i = 1; i < call.arguments.size(); ++i) {
    BASE_TRY_ASSIGN(const bool same, equal(call.arguments[0], call.arguments[i]));
    if (same) {
      return Value::boolean(true);
    }
  }
  return Value::boolean(false);
}

Result<Value> call_ne(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const bool same, equal(call.arguments[0], call.arguments[1]));
  return Value::boolean(!same);
}

template <typename Accept>
TemplateFunction ordering(Accept accept) {
  return {2, 2, [accept](const FunctionCall& call) -> Result<Value> {
            BASE_TRY_ASSIGN(const auto order, compare(call.arguments[0], call.arguments[1]));
            return Value::boolean(accept(order));
          }};
}

Result<Value> call_len(const FunctionCall& call) {
  const auto& value = call.arguments[0];
  if (value.kind() != ValueKind::text && value.kind() != ValueKind::list &&
      value.kind() != ValueKind::map) {
    return argument_error(value.kind() == ValueKind::nil
                              ? std::string("len of nil pointer")
                              : fmt::format("len of type {}", value.type_name()));
  }
  return Value::integer(static_cast<std::int64_t>(value.size()));
}

Result<std::size_t> checked_index(const Value& index, std::size_t most) {
  if (index.kind() == ValueKind::nil) {
    return argument_error("cannot index slice/array with nil");
  }
  if (!is_whole(index)) {
    return argument_error(fmt::format("cannot index slice/array with type {}", index.type_name()));
  }
  const bool negative = index.kind() == ValueKind::integer && index.as_integer() < 0;
  const auto position = index.kind() == ValueKind::integer
                            ? static_cast<std::uint64_t>(index.as_integer())
                            : index.as_unsigned();
  if (negative || position >= most) {
    return argument_error(negative ? fmt::format("index out of range: {}", index.as_integer())
                                   : fmt::format("index out of range: {}", position));
  }
  return static_cast<std::size_t>(position);
}

Result<Value> element(const Value& from, const Value& index) {
  switch (from.kind()) {
    case ValueKind::list: {
      BASE_TRY_ASSIGN(const auto position, checked_index(index, from.as_list().size()));
      return from.as_list()[position];
    }
    case ValueKind::text: {  // A byte, as in Go.
      BASE_TRY_ASSIGN(const auto position, checked_index(index, from.as_text().size()));
      return Value::integer(static_cast<unsigned char>(from.as_text()[position]));
    }
    case ValueKind::map: {
      if (index.kind() != ValueKind::text) {
        return argument_error(
            fmt::format("value has type {}; should be string", index.type_name()));
      }
      const auto found = from.as_map().find(index.as_text());
      return found == from.as_map().end() ? Value() : found->second;
    }
    case ValueKind::nil:
      return argument_error("index of untyped nil");
    case ValueKind::boolean:
    case ValueKind::integer:
    case ValueKind::unsigned_integer:
    case ValueKind::real:
    case ValueKind::time:
      break;
  }
  return argument_error(fmt::format("can't index item of type {}", from.type_name()));
}

Result<Value> call_index(const FunctionCall& call) {
  auto value = call.arguments[0];
  for (const auto& index : call.arguments.subspan(1)) {
    BASE_TRY_ASSIGN(value, element(value, index));
  }
  return value;
}

Result<Value> call_slice(const FunctionCall& call) {
  const auto& from = call.arguments[0];
  if (from.kind() == ValueKind::nil) {
    return argument_error("slice of untyped nil");
  }
  if (call.arguments.size() > 4) {
    return argument_error(fmt::format("too many slice indexes: {}", call.arguments.size() - 1));
  }
  if (from.kind() == ValueKind::text && call.arguments.size() == 4) {
    return argument_error("cannot 3-index slice a string");
  }
  if (from.kind() != ValueKind::text && from.kind() != ValueKind::list) {
    return argument_error(fmt::format("can't slice item of type {}", from.type_name()));
  }
  // The third, a capacity, changes nothing here, but it is checked.
  std::array<std::size_t, 3> bounds = {0, from.size(), from.size()};
  for (std::size_t i = 1; i < call.arguments.size(); ++i) {
    BASE_TRY_ASSIGN(bounds.at(i - 1), checked_index(call.arguments[i], from.size() + 1));
  }
  for (std::size_t i = 0; i < 2; ++i) {
    if (bounds.at(i) > bounds.at(i + 1)) {
      return argument_error(
          fmt::format("invalid slice index: {} > {}", bounds.at(i), bounds.at(i + 1)));
    }
  }
  if (from.kind() == ValueKind::text) {
    return Value::text(from.as_text().substr(bounds[0], bounds[1] - bounds[0]));
  }
  const auto first = from.as_list().begin();
  return Value::list(ValueList(first + static_cast<std::ptrdiff_t>(bounds[0]),
                               first + static_cast<std::ptrdiff_t>(bounds[1])));
}

Result<Value> bounded(BoundedText out) {
  if (out.overflowed()) {
    return text_too_long();
  }
  return Value::text(std::move(out).take());
}

// Go puts a blank between two operands when neither is a string.
void append_printed(BoundedText& out, std::span<const Value> values) {
  const Value* before = nullptr;
  for (const auto& value : values) {
    if (before != nullptr && before->kind() != ValueKind::text && value.kind() != ValueKind::text) {
      out.append(" ");
    }
    append_plain(out, value);
    before = &value;
  }
}

Result<Value> call_print(const FunctionCall& call) {
  BoundedText out(call.max_bytes);
  append_printed(out, call.arguments);
  return bounded(std::move(out));
}

// Of several arguments, or of one that is no text, what print makes of them.
TemplateFunction escaping(void (*escape)(BoundedText&, std::string_view)) {
  return {0, k_any, [escape](const FunctionCall& call) -> Result<Value> {
            ValueList arguments(call.arguments.begin(), call.arguments.end());
            std::replace_if(
                arguments.begin(),
                arguments.end(),
                [](const Value& value) { return value.kind() == ValueKind::nil; },
                Value::text("<no value>"));
            BoundedText plain(call.max_bytes);
            append_printed(plain, arguments);
            BoundedText out(call.max_bytes);
            escape(out, std::move(plain).take());
            return bounded(std::move(out));
          }};
}

// There are no values that are functions, so there is nothing to call.
Result<Value> call_call(const FunctionCall& call) {
  const auto& callee = call.arguments[0];
  if (callee.kind() == ValueKind::nil) {
    return argument_error("call of nil");
  }
  return argument_error(fmt::format("non-function of type {}", callee.type_name()));
}

Result<Value> call_println(const FunctionCall& call) {
  BoundedText out(call.max_bytes);
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    out.append(i == 0 ? "" : " ");
    append_plain(out, call.arguments[i]);
  }
  out.append("\n");
  return bounded(std::move(out));
}

Result<Value> call_printf(const FunctionCall& call) {
  BoundedText out(call.max_bytes);
  append_formatted(out, call.arguments[0].as_text(), call.arguments.subspan(1));
  return bounded(std::move(out));
}

// For a table only: the evaluator never calls them, since it must stop at the deciding argument.
Result<Value> last_argument(const FunctionCall& call) {
  return call.arguments.back();
}

}  // namespace

base::Error argument_error(std::string message) {
  return {base::ErrorCode::invalid_input, std::move(message), "", "template"};
}

FunctionTable builtin_functions() {
  FunctionTable table;
  table["and"] = {1, k_any, last_argument};
  table["or"] = {1, k_any, last_argument};
  table["not"] = {1, 1, [](const FunctionCall& call) -> Result<Value> {
                    return Value::boolean(!call.arguments[0].truth());
                  }};
  table["eq"] = {1, k_any, call_eq};
  table["ne"] = {2, 2, call_ne};
  table["lt"] = ordering([](std::partial_ordering order) { return std::is_lt(order); });
  table["le"] = ordering([](std::partial_ordering order) { return std::is_lteq(order); });
  table["gt"] = ordering([](std::partial_ordering order) { return std::is_gt(order); });
  table["ge"] = ordering([](std::partial_ordering order) { return std::is_gteq(order); });
  table["len"] = {1, 1, call_len};
  table["index"] = {1, k_any, call_index};
  table["slice"] = {1, k_any, call_slice};
  table["print"] = {0, k_any, call_print};
  table["println"] = {0, k_any, call_println};
  table["printf"] = {1, k_any, call_printf, "sv"};
  table["html"] = escaping(append_html);
  table["js"] = escaping(append_js);
  table["urlquery"] = escaping(append_url_query);
  table["call"] = {1, k_any, call_call};
  return table;
}

}  // namespace agent::manifest
