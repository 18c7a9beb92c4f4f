#include "agent/manifest/template_quote.hpp"
#include "agent/render/sprig/arguments.hpp"
#include "agent/render/sprig/functions.hpp"
#include "agent/render/sprig/unicode.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

namespace agent::render::sprig {
namespace {

// Of two texts, the first being what the second is looked at for.
template <typename Test>
manifest::TemplateFunction asking(Test test) {
  return function("ss", [test](const FunctionCall& call) -> Result<Value> {
    return Value::boolean(test(text_at(call, 0), std::string_view(text_at(call, 1))));
  });
}

template <typename Cut>
manifest::TemplateFunction cutting(Cut cut) {
  return function("ss", [cut](const FunctionCall& call) -> Result<Value> {
    return Value::text(std::string(cut(text_at(call, 0), std::string_view(text_at(call, 1)))));
  });
}

std::string_view without_start(std::string_view start, std::string_view text) {
  return text.starts_with(start) ? text.substr(start.size()) : text;
}

std::string_view without_end(std::string_view end, std::string_view text) {
  return text.ends_with(end) ? text.substr(0, text.size() - end.size()) : text;
}

Result<Value> call_repeat(const FunctionCall& call) {
  const auto count = whole_at(call, 0);
  const auto& text = text_at(call, 1);
  if (count < 0) {
    return argument_error("strings: negative Repeat count");
  }
  if (!text.empty() && static_cast<std::uint64_t>(count) > call.max_bytes / text.size()) {
    return manifest::text_too_long();
  }
  std::string out;
  for (std::int64_t i = 0; !text.empty() && i < count; ++i) {
    out += text;
  }
  return Value::text(std::move(out));
}

// An empty `old` is found before every character and at the end.
Result<Value> call_replace(const FunctionCall& call) {
  const auto& from = text_at(call, 0);
  const auto& to = text_at(call, 1);
  std::string_view text = text_at(call, 2);
  BoundedText out(call.max_bytes);
  if (from.empty()) {
    while (!text.empty()) {
      const auto bytes = manifest::decode_character(text).bytes;
      out.append(to);
      out.append(text.substr(0, bytes));
      text.remove_prefix(bytes);
    }
    out.append(to);
    return text_value(std::move(out));
  }
  for (auto at = position_of(from, text); at != std::string_view::npos && !out.overflowed();
       at = position_of(from, text)) {
    out.append(text.substr(0, at));
    out.append(to);
    text.remove_prefix(at + from.size());
  }
  out.append(text);
  return text_value(std::move(out));
}

// Both count bytes.
Result<Value> call_trunc(const FunctionCall& call) {
  const auto count = whole_at(call, 0);
  const auto& text = text_at(call, 1);
  const auto size = static_cast<std::int64_t>(text.size());
  if (count < 0) {
    return Value::text(count > -size ? text.substr(static_cast<std::size_t>(size + count)) : text);
  }
  return Value::text(text.substr(0, static_cast<std::size_t>(count)));
}

Result<Value> call_substr(const FunctionCall& call) {
  const auto& text = text_at(call, 2);
  const auto size = static_cast<std::int64_t>(text.size());
  auto start = whole_at(call, 0);
  auto end = whole_at(call, 1);
  if (start < 0) {
    start = 0;
  } else if (end < 0 || end > size) {
    end = size;
  }
  if (end < start || end > size) {
    return argument_error(
        fmt::format("from {} to {} is outside of the text's {} bytes", start, end, size));
  }
  return Value::text(
      text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start)));
}

Result<Value> call_quote(const FunctionCall& call) {
  BoundedText out(call.max_bytes);
  for (const auto& value : call.arguments) {
    if (value.kind() != ValueKind::nil) {
      BASE_TRY_ASSIGN(const auto text, to_text(call, value));
      out.append(out.size() == 0 ? "" : " ");
      out.append(manifest::quoted(text));
    }
  }
  return text_value(std::move(out));
}

Result<Value> call_squote(const FunctionCall& call) {
  BoundedText out(call.max_bytes);
  for (const auto& value : call.arguments) {
    if (value.kind() != ValueKind::nil) {
      out.append(out.size() == 0 ? "'" : " '");
      append_plain(out, value);
      out.append("'");
    }
  }
  return text_value(std::move(out));
}

Result<Value> call_cat(const FunctionCall& call) {
  BoundedText out(call.max_bytes);
  bool first = true;
  for (const auto& value : call.arguments) {
    if (value.kind() != ValueKind::nil) {
      out.append(first ? "" : " ");
      append_plain(out, value);
      first = false;
    }
  }
  return text_value(std::move(out));
}

Result<Value> call_to_string(const FunctionCall& call) {
  BASE_TRY_ASSIGN(auto text, to_text(call, call.arguments[0]));
  return Value::text(std::move(text));
}

// 0 for what is no number; the nearest int for what is too large for one.
Result<Value> call_atoi(const FunctionCall& call) {
  std::string_view text = text_at(call, 0);
  const bool negative = text.starts_with('-');
  if (text.starts_with('+') && !text.substr(1).starts_with('-')) {
    text.remove_prefix(1);
  }
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size() || fault == std::errc::invalid_argument) {
    return Value::integer(0);
  }
  if (fault == std::errc::result_out_of_range) {
    using Limits = std::numeric_limits<std::int64_t>;
    return Value::integer(negative ? Limits::min() : Limits::max());
  }
  return Value::integer(number);
}

Result<Value> call_plural(const FunctionCall& call) {
  return call.arguments[whole_at(call, 2) == 1 ? 0 : 1];
}

}  // namespace

void add_text_functions(FunctionTable& table) {
  table["hello"] = function(
      "", [](const FunctionCall& /*call*/) -> Result<Value> { return Value::text("Hello!"); });
  table["upper"] = of_text([](auto text) { return mapped(text, to_upper); });
  table["lower"] = of_text([](auto text) { return mapped(text, to_lower); });
  table["trim"] = of_text([](auto text) { return std::string(without_spaces_around(text)); });
  table["trimAll"] =
      cutting([](std::string_view cut, std::string_view text) { return without_ends(text, cut); });
  table["trimall"] = table["trimAll"];
  table["trimPrefix"] = cutting(without_start);
  table["trimSuffix"] = cutting(without_end);
  table["contains"] = asking([](const std::string& part, std::string_view text) {
    return position_of(part, text) != std::string_view::npos;
  });
  table["hasPrefix"] = asking(
      [](const std::string& start, std::string_view text) { return text.starts_with(start); });
  table["hasSuffix"] =
      asking([](const std::string& end, std::string_view text) { return text.ends_with(end); });
  table["repeat"] = function("is", call_repeat);
  table["replace"] = function("sss", call_replace);
  table["trunc"] = function("is", call_trunc);
  table["substr"] = function("iis", call_substr);
  table["quote"] = function("v*", call_quote);
  table["squote"] = function("v*", call_squote);
  table["cat"] = function("v*", call_cat);
  table["toString"] = function("v", call_to_string);
  table["atoi"] = function("s", call_atoi);
  table["plural"] = function("ssi", call_plural);
}

}  // namespace agent::render::sprig
