#include "agent/base/log/line.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>

namespace base::log {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t size = 0;
};

// The UTF-8 sequence at the front; nothing when it is malformed, overlong or a surrogate.
std::optional<CodePoint> first_code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80   ? 1
                           : lead < 0xc2 ? 0
                           : lead < 0xe0 ? 2
                           : lead < 0xf0 ? 3
                                         : 4;
  if (size == 0 || size > text.size() || lead > 0xf4) {
    return std::nullopt;
  }
  if (size == 1) {
    return CodePoint{.value = lead, .size = 1};
  }
  char32_t value = lead & (0x7fU >> size);
  for (const char c : text.substr(1, size - 1)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0U) != 0x80) {
      return std::nullopt;
    }
    value = value << 6U | (byte & 0x3fU);
  }
  const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  if (overlong || (value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
    return std::nullopt;
  }
  return CodePoint{.value = value, .size = size};
}

// What changes how a line is shown rather than what it says: C0 and C1 controls, line and paragraph
// separators, and the marks that turn the direction of writing.
bool is_control(char32_t value) {
  return value < 0x20 || (value >= 0x7f && value < 0xa0) || (value >= 0x2028 && value <= 0x202e) ||
         (value >= 0x2066 && value <= 0x2069);
}

void append_escaped(std::string& line, char32_t value) {
  switch (value) {
    case U'\n':
      line += "\\n";
      break;
    case U'\r':
      line += "\\r";
      break;
    case U'\t':
      line += "\\t";
      break;
    default:
      fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<std::uint32_t>(value));
  }
}

// Between quotes in both formats; U+FFFD stands for each byte that is not UTF-8.
void append_text(std::string& line, std::string_view text, bool in_quotes) {
  while (!text.empty()) {
    const auto point = first_code_point(text);
    if (!point) {
      line += "\xef\xbf\xbd";
      text.remove_prefix(1);
      continue;
    }
    if (is_control(point->value)) {
      append_escaped(line, point->value);
    } else {
      if (in_quotes && (point->value == U'"' || point->value == U'\\')) {
        line += '\\';
      }
      line += text.substr(0, point->size);
    }
    text.remove_prefix(point->size);
  }
}

void append_quoted(std::string& line, std::string_view text) {
  line += '"';
  append_text(line, text, true);
  line += '"';
}

std::string shown(const Field& field, const Redactor& redactor) {
  if (is_secret_key(field.key)) {
    return "***";
  }
  return field.value.quoted() ? redactor.apply(field.value.text()) : field.value.text();
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" \"=\\") != std::string_view::npos;
}

std::string text_line(const Record& record, const Redactor& redactor) {
  auto line = fmt::format("{} {:<5} ", format_time(record.time), name_of(record.level));
  append_text(line, redactor.apply(record.event), false);
  for (const auto& field : record.fields) {
    line += ' ';
    line += field.key;
    line += '=';
    const auto text = shown(field, redactor);
    if (field.value.quoted() && needs_quotes(text)) {
      append_quoted(line, text);
    } else {
      append_text(line, text, false);
    }
  }
  return line;
}

std::string json_line(const Record& record, const Redactor& redactor) {
  auto line = fmt::format(
      R"({{"time":"{}","level":"{}","event":)", format_time(record.time), name_of(record.level));
  append_quoted(line, redactor.apply(record.event));
  for (const auto& field : record.fields) {
    line += ',';
    append_quoted(line, field.key);
    line += ':';
    const auto text = shown(field, redactor);
    if (field.value.quoted() || is_secret_key(field.key)) {
      append_quoted(line, text);
    } else {
      line += text;
    }
  }
  line += '}';
  return line;
}

}  // namespace

std::string format_line(Format format, const Record& record, const Redactor& redactor) {
  switch (format) {
    case Format::text:
      return text_line(record, redactor);
    case Format::json:
      return json_line(record, redactor);
  }
  return {};
}

}  // namespace base::log
