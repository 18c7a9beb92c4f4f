#include "agent/render/sprig/split.hpp"

#include "agent/manifest/template_quote.hpp"
#include "agent/render/sprig/functions.hpp"
#include "agent/render/sprig/unicode.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace agent::render::sprig {
namespace {

Result<Value> call_split_list(const FunctionCall& call) {
  BASE_TRY_ASSIGN(auto parts, split_text(call, text_at(call, 1), text_at(call, 0)));
  return Value::list(std::move(parts)).as_type(GoType::texts);
}

// A dict with the keys _0, _1, …
Value numbered(ValueList parts) {
  ValueMap map;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    map.emplace("_" + std::to_string(i), std::move(parts[i]));
  }
  return Value::map(std::move(map)).as_type(GoType::texts);
}

Result<Value> call_split(const FunctionCall& call) {
  BASE_TRY_ASSIGN(auto parts, split_text(call, text_at(call, 1), text_at(call, 0)));
  return numbered(std::move(parts));
}

Result<Value> call_splitn(const FunctionCall& call) {
  const auto count = whole_at(call, 1);
  if (count == 0) {
    return numbered({});
  }
  const auto most =
      count < 0 ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(count);
  BASE_TRY_ASSIGN(auto parts, split_text(call, text_at(call, 2), text_at(call, 0), most));
  return numbered(std::move(parts));
}

// The elements as texts, without nils; what is no list becomes one of one.
Result<ValueList> texts_of(const FunctionCall& call, const Value& value) {
  ValueList texts;
  if (value.kind() == ValueKind::nil) {
    return texts;
  }
  const auto elements = value.kind() == ValueKind::list ? value.as_list() : ValueList{value};
  std::size_t bytes = 0;
  for (const auto& element : elements) {
    if (element.kind() == ValueKind::nil) {
      continue;
    }
    BASE_TRY_ASSIGN(auto text, to_text(call, element));
    bytes += text.size();
    if (bytes > call.max_bytes) {
      return manifest::text_too_long();
    }
    texts.push_back(element.kind() == ValueKind::text ? element : Value::text(std::move(text)));
  }
  BASE_TRY(call.spend(bytes / 64));
  return texts;
}

Result<Value> call_to_strings(const FunctionCall& call) {
  BASE_TRY_ASSIGN(auto texts, texts_of(call, call.arguments[0]));
  return Value::list(std::move(texts)).as_type(GoType::texts);
}

Result<Value> call_join(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto texts, texts_of(call, call.arguments[1]));
  BoundedText out(call.max_bytes);
  bool first = true;
  for (const auto& text : texts) {
    out.append(first ? "" : text_at(call, 0));
    out.append(text.as_text());
    first = false;
  }
  return text_value(std::move(out));
}

Result<Value> call_sort_alpha(const FunctionCall& call) {
  BASE_TRY_ASSIGN(auto texts, texts_of(call, call.arguments[0]));
  std::sort(texts.begin(), texts.end(), [](const Value& left, const Value& right) {
    return left.as_text() < right.as_text();
  });
  return Value::list(std::move(texts)).as_type(GoType::texts);
}

}  // namespace

Result<ValueList> split_text(const FunctionCall& call,
                             std::string_view text,
                             std::string_view separator,
                             std::size_t most) {
  ValueList parts;
  const auto take = [&](std::size_t bytes) {
    parts.push_back(Value::text(std::string(text.substr(0, bytes))));
    return call.spend(1);
  };
  if (separator.empty()) {
    while (!text.empty()) {
      const bool last = parts.size() + 1 == most;
      const auto bytes = last ? text.size() : manifest::decode_character(text).bytes;
      BASE_TRY(take(bytes));
      text.remove_prefix(bytes);
    }
    return parts;
  }
  for (auto end = position_of(separator, text);
       end != std::string_view::npos && parts.size() + 1 < most;
       end = position_of(separator, text)) {
    BASE_TRY(take(end));
    text.remove_prefix(end + separator.size());
  }
  BASE_TRY(take(text.size()));
  return parts;
}

void add_split_functions(FunctionTable& table) {
  table["splitList"] = function("ss", call_split_list);
  table["split"] = function("ss", call_split);
  table["splitn"] = function("sis", call_splitn);
  table["toStrings"] = function("v", call_to_strings);
  table["join"] = function("sv", call_join);
  table["sortAlpha"] = function("v", call_sort_alpha);
}

}  // namespace agent::render::sprig
