#include "agent/base/crypto/encoding.hpp"
#include "agent/manifest/template_format.hpp"
#include "agent/render/arguments.hpp"
#include "agent/render/functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace agent::render {
namespace {

using base::Result;
using manifest::argument_error;
using manifest::FunctionCall;
using manifest::Value;
using manifest::ValueKind;

constexpr std::string_view k_blanks = " \t\n\v\f\r";

std::string trimmed(std::string_view text, std::string_view cut) {
  const auto first = text.find_first_not_of(cut);
  if (first == std::string_view::npos) {
    return {};
  }
  return std::string(text.substr(first, text.find_last_not_of(cut) - first + 1));
}

// ASCII only: what a manifest lowers or raises are host names and words of a configuration.
std::string mapped(std::string_view text, char first, char last, int offset) {
  std::string out(text);
  for (char& c : out) {
    c = c >= first && c <= last ? static_cast<char>(c + offset) : c;
  }
  return out;
}

// Trim text, or Trim text cut…: each cut is a set of characters.
Result<Value> call_trim(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto text, text_argument(call, 0));
  std::string cut;
  for (std::size_t i = 1; i < call.arguments.size(); ++i) {
    BASE_TRY_ASSIGN(const auto characters, text_argument(call, i));
    cut += characters;
  }
  return Value::text(trimmed(text, call.arguments.size() > 1 ? std::string_view(cut) : k_blanks));
}

Result<Value> call_split(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto text, text_argument(call, 0));
  BASE_TRY_ASSIGN(const auto separator, text_argument(call, 1));
  std::vector<std::string> parts;
  if (separator.empty()) {  // Go: one part a character.
    for (const char c : text) {
      if (parts.empty() || (static_cast<unsigned char>(c) & 0xC0U) != 0x80) {
        parts.emplace_back();
      }
      parts.back().push_back(c);
    }
    return Value::list_of_text(parts);
  }
  std::size_t start = 0;
  while (true) {
    const std::size_t end = text.find(separator, start);
    parts.push_back(text.substr(start, end - start));
    if (end == std::string::npos) {
      return Value::list_of_text(parts);
    }
    start = end + separator.size();
  }
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_.~").find(c) != std::string_view::npos;
}

std::string url_escaped(std::string_view text, std::string_view also_allowed, bool plus_for_blank) {
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c) || also_allowed.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else if (c == ' ' && plus_for_blank) {
      out.push_back('+');
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

Result<Value> call_base64_decode(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto text, text_argument(call, 0));
  BASE_TRY_ASSIGN(auto bytes, base::crypto::base64_decode(text));
  return Value::text(std::move(bytes));
}

}  // namespace

Result<std::string> text_argument(const FunctionCall& call, std::size_t position) {
  const auto& value = call.arguments[position];
  if (value.kind() == ValueKind::text) {
    return value.as_text();
  }
  if (value.kind() == ValueKind::list || value.kind() == ValueKind::map ||
      value.kind() == ValueKind::nil) {
    return argument_error(
        fmt::format("argument {} must be text, not {}", position + 1, value.type_name()));
  }
  manifest::BoundedText out(call.max_bytes);
  manifest::append_plain(out, value);
  return std::move(out).take();
}

manifest::TemplateFunction text_to_text(std::function<std::string(std::string_view)> compute) {
  return {1, 1, [compute = std::move(compute)](const FunctionCall& call) -> Result<Value> {
            BASE_TRY_ASSIGN(const auto text, text_argument(call, 0));
            return Value::text(compute(text));
          }};
}

manifest::TemplateFunction constant(Value value) {
  return {0, 0, [value = std::move(value)](const FunctionCall& /*call*/) -> Result<Value> {
            return value;
          }};
}

void add_text_functions(manifest::FunctionTable& table) {
  table["Trim"] = {1, manifest::TemplateFunction::k_any_number, call_trim};
  table["TrimSpace"] = text_to_text([](auto text) { return trimmed(text, k_blanks); });
  table["ToLower"] = text_to_text([](auto text) { return mapped(text, 'A', 'Z', 'a' - 'A'); });
  table["ToUpper"] = text_to_text([](auto text) { return mapped(text, 'a', 'z', 'A' - 'a'); });
  table["Split"] = {2, 2, call_split};
  table["UrlEncode"] = text_to_text([](auto text) { return url_escaped(text, "", true); });
  table["UrlPathEscape"] =
      text_to_text([](auto text) { return url_escaped(text, "$&+:=@", false); });
  table["Base64Encode"] = text_to_text([](auto text) { return base::crypto::base64_encode(text); });
  table["Base64Decode"] = {1, 1, call_base64_decode};
}

}  // namespace agent::render
