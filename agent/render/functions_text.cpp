#include "agent/base/crypto/encoding.hpp"
#include "agent/manifest/template_format.hpp"
#include "agent/render/arguments.hpp"
#include "agent/render/functions.hpp"
#include "agent/render/sprig/split.hpp"
#include "agent/render/sprig/unicode.hpp"

#include <fmt/format.h>

#include <utility>

namespace agent::render {
namespace {

using base::Result;
using manifest::argument_error;
using manifest::FunctionCall;
using manifest::Value;
using manifest::ValueKind;

// Trim text, or Trim text cut…: each cut is a set of characters.
Result<Value> call_trim(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto text, text_argument(call, 0));
  std::string cut;
  for (std::size_t i = 1; i < call.arguments.size(); ++i) {
    BASE_TRY_ASSIGN(const auto characters, text_argument(call, i));
    cut += characters;
  }
  return Value::text(std::string(call.arguments.size() > 1 ? sprig::without_ends(text, cut)
                                                           : sprig::without_spaces_around(text)));
}

Result<Value> call_split(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto text, text_argument(call, 0));
  BASE_TRY_ASSIGN(const auto separator, text_argument(call, 1));
  BASE_TRY_ASSIGN(auto parts, sprig::split_text(call, text, separator));
  return Value::list(std::move(parts)).as_type(manifest::GoType::texts);
}

// Go's url.PathEscape.
std::string path_escaped(std::string_view text) {
  constexpr std::string_view k_stays = "-_.~$&+:=@";
  std::string out;
  for (const char c : text) {
    const bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       k_stays.find(c) != std::string_view::npos;
    out += stays ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
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
  table["TrimSpace"] =
      text_to_text([](auto text) { return std::string(sprig::without_spaces_around(text)); });
  table["ToLower"] = text_to_text([](auto text) { return sprig::mapped(text, sprig::to_lower); });
  table["ToUpper"] = text_to_text([](auto text) { return sprig::mapped(text, sprig::to_upper); });
  table["Split"] = {2, 2, call_split};
  table["UrlEncode"] = manifest::builtin_functions().at("urlquery");
  table["UrlPathEscape"] = text_to_text(path_escaped);
  table["Base64Encode"] = text_to_text([](auto text) { return base::crypto::base64_encode(text); });
  table["Base64Decode"] = {1, 1, call_base64_decode};
}

}  // namespace agent::render
