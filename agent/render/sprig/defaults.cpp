#include "agent/render/sprig/arguments.hpp"
#include "agent/render/sprig/functions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::render::sprig {
namespace {

Result<Value> call_default(const FunctionCall& call) {
  const bool given = call.arguments.size() > 1 && !is_empty(call.arguments[1]);
  return call.arguments[given ? 1 : 0];
}

Result<Value> call_coalesce(const FunctionCall& call) {
  const auto found = std::find_if_not(call.arguments.begin(), call.arguments.end(), is_empty);
  return found == call.arguments.end() ? Value() : *found;
}

Result<Value> call_ternary(const FunctionCall& call) {
  return call.arguments[call.arguments[2].as_boolean() ? 0 : 1];
}

Result<Value> call_fail(const FunctionCall& call) {
  return argument_error(text_at(call, 0));
}

Result<Value> same(const FunctionCall& call) {
  return call.arguments[0];
}

template <typename Test>
manifest::TemplateFunction testing(std::string_view parameters, Test test) {
  return function(parameters, [test](const FunctionCall& call) -> Result<Value> {
    return Value::boolean(test(call));
  });
}

Result<Value> call_deep_equal(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto left, equality_key(call, call.arguments[0]));
  BASE_TRY_ASSIGN(const auto right, equality_key(call, call.arguments[1]));
  return Value::boolean(left == right);
}

void add_reflection(FunctionTable& table) {
  table["typeOf"] = function("v", [](const FunctionCall& call) -> Result<Value> {
    return Value::text(std::string(call.arguments[0].type_name()));
  });
  table["kindOf"] = function("v", [](const FunctionCall& call) -> Result<Value> {
    return Value::text(std::string(kind_name(call.arguments[0])));
  });
  table["typeIs"] = testing("sv", [](const FunctionCall& call) {
    return call.arguments[1].type_name() == text_at(call, 0);
  });
  table["typeIsLike"] = testing("sv", [](const FunctionCall& call) {
    const auto type = call.arguments[1].type_name();
    return type == text_at(call, 0) || type == "*" + text_at(call, 0);
  });
  table["kindIs"] = testing("sv", [](const FunctionCall& call) {
    return kind_name(call.arguments[1]) == text_at(call, 0);
  });
  table["deepEqual"] = function("vv", call_deep_equal);
}

}  // namespace

void add_default_functions(FunctionTable& table) {
  table["default"] = function("vv*", call_default);
  table["empty"] =
      testing("v", [](const FunctionCall& call) { return is_empty(call.arguments[0]); });
  table["all"] = testing("v*", [](const FunctionCall& call) {
    return std::none_of(call.arguments.begin(), call.arguments.end(), is_empty);
  });
  table["any"] = testing("v*", [](const FunctionCall& call) {
    return !std::all_of(call.arguments.begin(), call.arguments.end(), is_empty);
  });
  table["coalesce"] = function("v*", call_coalesce);
  table["ternary"] = function("vvb", call_ternary);
  table["fail"] = function("s", call_fail);
  table["deepCopy"] = function("v", same);  // Values never change, so they are their own copies.
  table["mustDeepCopy"] = table["deepCopy"];
  add_reflection(table);
}

}  // namespace agent::render::sprig
