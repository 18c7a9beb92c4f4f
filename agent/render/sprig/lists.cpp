#include "agent/render/sprig/arguments.hpp"
#include "agent/render/sprig/functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace agent::render::sprig {
namespace {

Result<Value> call_list(const FunctionCall& call) {
  return Value::list({call.arguments.begin(), call.arguments.end()});
}

// A function of one list. It exists under two names: Sprig's `must` forms give an error where the
// others panic, which to a template is the same.
void add_of_list(FunctionTable& table,
                 const std::string& name,
                 Result<Value> (*compute)(const FunctionCall&, const ValueList&),
                 std::string_view parameters = "v",
                 std::size_t position = 0,
                 std::string_view verb = {}) {
  const auto said = verb.empty() ? "find " + name : std::string(verb);
  table[name] = function(parameters, [=](const FunctionCall& call) -> Result<Value> {
    BASE_TRY_ASSIGN(const auto* list, list_at(call, position, said));
    return compute(call, *list);
  });
  auto must = "must" + name;
  must[4] = static_cast<char>(must[4] - 'a' + 'A');
  table[must] = table[name];
}

Result<Value> first(const FunctionCall& /*call*/, const ValueList& list) {
  return list.empty() ? Value() : list.front();
}

Result<Value> last(const FunctionCall& /*call*/, const ValueList& list) {
  return list.empty() ? Value() : list.back();
}

Result<Value> rest(const FunctionCall& /*call*/, const ValueList& list) {
  return Value::list(list.empty() ? ValueList() : ValueList(list.begin() + 1, list.end()));
}

Result<Value> initial(const FunctionCall& /*call*/, const ValueList& list) {
  return Value::list(list.empty() ? ValueList() : ValueList(list.begin(), list.end() - 1));
}

Result<Value> reverse(const FunctionCall& /*call*/, const ValueList& list) {
  return Value::list({list.rbegin(), list.rend()});
}

Result<Value> append(const FunctionCall& call, const ValueList& list) {
  auto longer = list;
  longer.push_back(call.arguments[1]);
  return Value::list(std::move(longer));
}

Result<Value> prepend(const FunctionCall& call, const ValueList& list) {
  auto longer = list;
  longer.insert(longer.begin(), call.arguments[1]);
  return Value::list(std::move(longer));
}

Result<Value> compact(const FunctionCall& /*call*/, const ValueList& list) {
  ValueList kept;
  std::copy_if(list.begin(), list.end(), std::back_inserter(kept), [](const Value& value) {
    return !is_empty(value);
  });
  return Value::list(std::move(kept));
}

// Of the list, those that nothing in `seen` equals. What is kept is seen when `once` says so.
Result<Value> unseen(const FunctionCall& call,
                     const ValueList& list,
                     std::set<std::string> seen,
                     bool once) {
  ValueList kept;
  for (const auto& element : list) {
    BASE_TRY_ASSIGN(auto key, equality_key(call, element));
    if (!seen.contains(key)) {
      kept.push_back(element);
      if (once) {
        seen.insert(std::move(key));
      }
    }
  }
  return Value::list(std::move(kept));
}

Result<Value> uniq(const FunctionCall& call, const ValueList& list) {
  return unseen(call, list, {}, true);
}

Result<Value> without(const FunctionCall& call, const ValueList& list) {
  std::set<std::string> omitted;
  for (const auto& value : call.arguments.subspan(1)) {
    BASE_TRY_ASSIGN(auto key, equality_key(call, value));
    omitted.insert(std::move(key));
  }
  return unseen(call, list, std::move(omitted), false);
}

Result<Value> call_has(const FunctionCall& call) {
  if (call.arguments[1].kind() == ValueKind::nil) {
    return Value::boolean(false);
  }
  BASE_TRY_ASSIGN(const auto* list, list_at(call, 1, "find has"));
  BASE_TRY_ASSIGN(const auto wanted, equality_key(call, call.arguments[0]));
  for (const auto& element : *list) {
    BASE_TRY_ASSIGN(const auto key, equality_key(call, element));
    if (key == wanted) {
      return Value::boolean(true);
    }
  }
  return Value::boolean(false);
}

// Unlike the language's own `slice` it takes numbers of any kind, and gives nothing for an empty
// list.
Result<Value> call_must_slice(const FunctionCall& call) {
  const auto& value = call.arguments[0];
  if (value.kind() != ValueKind::list) {
    return argument_error(
        fmt::format("list should be type of slice or array but {}", kind_name(value)));
  }
  const auto& list = value.as_list();
  if (list.empty()) {
    return Value();
  }
  const auto size = static_cast<std::int64_t>(list.size());
  const auto start = call.arguments.size() > 1 ? to_int64(call.arguments[1]) : 0;
  const auto end = call.arguments.size() > 2 ? to_int64(call.arguments[2]) : size;
  if (start < 0 || start > end || end > size) {
    return argument_error(
        fmt::format("from {} to {} is outside of the list's {} elements", start, end, size));
  }
  return Value::list(ValueList(list.begin() + start, list.begin() + end)).as_type(value.go_type());
}

Result<Value> call_concat(const FunctionCall& call) {
  ValueList all;
  for (const auto& argument : call.arguments) {
    if (argument.kind() != ValueKind::list) {
      return argument_error(fmt::format("Cannot concat type {} as list", kind_name(argument)));
    }
    const auto& list = argument.as_list();
    all.insert(all.end(), list.begin(), list.end());
  }
  return Value::list(std::move(all));
}

Result<Value> call_chunk(const FunctionCall& call) {
  const auto size = whole_at(call, 0);
  if (call.arguments[1].kind() != ValueKind::list) {
    return argument_error(fmt::format("Cannot chunk type {}", kind_name(call.arguments[1])));
  }
  if (size < 1) {
    return argument_error("the size of a chunk must be positive");
  }
  const auto& list = call.arguments[1].as_list();
  ValueList chunks;
  for (std::size_t i = 0; i < list.size(); i += chunks.back().size()) {
    const auto count = std::min(static_cast<std::size_t>(size), list.size() - i);
    const auto begin = list.begin() + static_cast<std::ptrdiff_t>(i);
    chunks.push_back(Value::list({begin, begin + static_cast<std::ptrdiff_t>(count)}));
  }
  return Value::list(std::move(chunks)).as_type(GoType::lists);
}

}  // namespace

void add_list_functions(FunctionTable& table) {
  table["list"] = function("v*", call_list);
  table["tuple"] = table["list"];
  add_of_list(table, "first", first);
  add_of_list(table, "last", last);
  add_of_list(table, "rest", rest);
  add_of_list(table, "initial", initial);
  add_of_list(table, "reverse", reverse);
  add_of_list(table, "append", append, "vv", 0, "push");
  add_of_list(table, "push", append, "vv", 0, "push");
  add_of_list(table, "prepend", prepend, "vv", 0, "prepend");
  add_of_list(table, "compact", compact, "v", 0, "compact");
  add_of_list(table, "uniq", uniq);
  add_of_list(table, "without", without, "vv*");
  table["has"] = function("vv", call_has);
  table["mustHas"] = table["has"];
  table["mustSlice"] = function("vv*", call_must_slice);
  table["concat"] = function("v*", call_concat);
  table["chunk"] = function("iv", call_chunk);
  table["mustChunk"] = table["chunk"];
}

}  // namespace agent::render::sprig
