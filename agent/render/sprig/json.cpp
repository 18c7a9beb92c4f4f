#include "agent/base/data/json.hpp"

#include "agent/manifest/template_quote.hpp"
#include "agent/manifest/template_time.hpp"
#include "agent/render/sprig/arguments.hpp"
#include "agent/render/sprig/functions.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

namespace agent::render::sprig {
namespace {

enum class Layout { compact, pretty };
enum class Html { escaped, plain };  // `<`, `>` and `&` as \u003c and so on.

// "-1.5e+17" with zeros instead of the exponent, which is at least 15.
std::string without_exponent(std::string_view scientific) {
  const auto mark = scientific.find('e');
  std::size_t exponent = 0;
  const auto digits = scientific.substr(mark + 2);
  std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  std::string text(scientific.substr(0, mark));
  const auto point = text.find('.');
  const auto decimals = point == std::string::npos ? 0 : text.size() - point - 1;
  if (point != std::string::npos) {
    text.erase(point, 1);
  }
  if (decimals > exponent) {
    return text.insert(text.size() - (decimals - exponent), ".");
  }
  return text.append(exponent - decimals, '0');
}

// As Go's encoding/json writes: keys sorted, the shortest digits, exponents from 1e21 on and below
// 1e-6.
class Writer {
 public:
  Writer(BoundedText& out, Layout layout, Html html) : out_(out), layout_(layout), html_(html) {}

  base::Status write(const Value& value) {
    if (out_.overflowed()) {
      return manifest::text_too_long();
    }
    switch (value.kind()) {
      case ValueKind::nil:
        out_.append("null");
        return base::ok();
      case ValueKind::real:
        return write_real(value.as_real());
      case ValueKind::text:
        write_text(value.as_text());
        return base::ok();
      case ValueKind::list:
        return write_list(value.as_list());
      case ValueKind::map:
        if (value.go_type() == GoType::version) {
          return write(value.as_map().at("String"));
        }
        return write_map(value.as_map());
      case ValueKind::time:
        write_text(manifest::format_time("2006-01-02T15:04:05Z07:00", value.as_time()));
        return base::ok();
      case ValueKind::boolean:
      case ValueKind::integer:
      case ValueKind::unsigned_integer:
        append_plain(out_, value);
        return base::ok();
    }
    return base::ok();
  }

 private:
  void break_line() {
    if (layout_ == Layout::pretty) {
      out_.append("\n");
      out_.append(2 * depth_, ' ');
    }
  }

  base::Status write_list(const ValueList& list) {
    out_.append("[");
    ++depth_;
    bool first = true;
    for (const auto& element : list) {
      out_.append(first ? "" : ",");
      first = false;
      break_line();
      BASE_TRY(write(element));
    }
    close("]", list.empty());
    return base::ok();
  }

  base::Status write_map(const ValueMap& map) {
    out_.append("{");
    ++depth_;
    bool first = true;
    for (const auto& [key, value] : map) {
      out_.append(first ? "" : ",");
      first = false;
      break_line();
      write_text(key);
      out_.append(layout_ == Layout::pretty ? ": " : ":");
      BASE_TRY(write(value));
    }
    close("}", map.empty());
    return base::ok();
  }

  void close(std::string_view bracket, bool empty) {
    --depth_;
    if (!empty) {
      break_line();
    }
    out_.append(bracket);
  }

  base::Status write_real(double value) {
    if (!std::isfinite(value)) {
      BoundedText shown(8);
      append_plain(shown, Value::real(value));
      return argument_error("json: unsupported value: " + std::move(shown).take());
    }
    const double magnitude = std::abs(value);
    const bool exponent = magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21);
    // In fixed form large numbers would have digits beyond those that tell them apart.
    const bool large = magnitude >= 1e15 && !exponent;
    std::array<char, 64> buffer{};
    const auto done =
        std::to_chars(buffer.data(),
                      buffer.data() + buffer.size(),
                      value,
                      exponent || large ? std::chars_format::scientific : std::chars_format::fixed);
    std::string text(buffer.data(), done.ptr);
    if (large) {
      text = without_exponent(text);
    } else if (const auto mark = text.find("e-0"); mark != std::string::npos) {
      text.erase(mark + 2, 1);
    }
    out_.append(text);
    return base::ok();
  }

  void write_text(std::string_view text) {
    out_.append("\"");
    while (!text.empty() && !out_.overflowed()) {
      const auto next = manifest::decode_character(text);
      write_character(next, text.substr(0, next.bytes));
      text.remove_prefix(next.bytes);
    }
    out_.append("\"");
  }

  void write_character(const manifest::DecodedCharacter& next, std::string_view bytes) {
    switch (next.code) {
      case '"':
        out_.append("\\\"");
        return;
      case '\\':
        out_.append("\\\\");
        return;
      case '\n':
        out_.append("\\n");
        return;
      case '\r':
        out_.append("\\r");
        return;
      case '\t':
        out_.append("\\t");
        return;
      default:
        break;
    }
    const bool markup = next.code == '<' || next.code == '>' || next.code == '&';
    const bool breaks_scripts = next.code == 0x2028 || next.code == 0x2029;
    if (next.code < 0x20 || breaks_scripts || (markup && html_ == Html::escaped)) {
      out_.append(fmt::format("\\u{:04x}", static_cast<std::uint32_t>(next.code)));
    } else if (next.valid) {
      out_.append(bytes);
    } else {
      out_.append("\\ufffd");
    }
  }

  BoundedText& out_;
  Layout layout_;
  Html html_;
  std::size_t depth_ = 0;
};

Result<Value> written(const FunctionCall& call, Layout layout, Html html) {
  BoundedText out(call.max_bytes);
  BASE_TRY(Writer(out, layout, html).write(call.arguments[0]));
  return text_value(std::move(out));
}

// What has no form in JSON gives an empty text, or with `must` in the name an error.
void add_writer(FunctionTable& table, const std::string& name, Layout layout, Html html) {
  const auto write = [layout, html](const FunctionCall& call) {
    return written(call, layout, html);
  };
  table["mustTo" + name] = function("v", write);
  table["to" + name] = function("v", [write](const FunctionCall& call) -> Result<Value> {
    auto text = write(call);
    const bool no_form = !text && text.error().code == base::ErrorCode::invalid_input;
    return no_form ? Value::text("") : text;
  });
}

Value value_of(const base::data::Json& json) {
  if (json.is_boolean()) {
    return Value::boolean(json.get<bool>());
  }
  if (json.is_number()) {
    return Value::real(json.get<double>());
  }
  if (json.is_string()) {
    return Value::text(json.get<std::string>());
  }
  if (json.is_array()) {
    ValueList list;
    for (const auto& element : json) {
      list.push_back(value_of(element));
    }
    return Value::list(std::move(list));
  }
  if (json.is_object()) {
    ValueMap map;
    for (const auto& [key, element] : json.items()) {
      map.emplace(key, value_of(element));
    }
    return Value::map(std::move(map));
  }
  return {};
}

Result<Value> call_must_from_json(const FunctionCall& call) {
  const auto& text = text_at(call, 0);
  BASE_TRY(call.spend(text.size() / 2));  // A value weighs more than the text that it came from.
  auto json = base::data::parse_json(text, {.max_bytes = call.max_bytes});
  if (!json) {
    return argument_error(json.error().message);
  }
  return value_of(*json);
}

Result<Value> call_from_json(const FunctionCall& call) {
  auto value = call_must_from_json(call);
  const bool no_json = !value && value.error().code == base::ErrorCode::invalid_input;
  return no_json ? Value() : value;
}

}  // namespace

void add_json_functions(FunctionTable& table) {
  add_writer(table, "Json", Layout::compact, Html::escaped);
  add_writer(table, "PrettyJson", Layout::pretty, Html::escaped);
  add_writer(table, "RawJson", Layout::compact, Html::plain);
  table["toRawJson"] = table["mustToRawJson"];
  table["mustFromJson"] = function("s", call_must_from_json);
  table["fromJson"] = function("s", call_from_json);
}

}  // namespace agent::render::sprig
