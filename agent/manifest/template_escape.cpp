#include "agent/manifest/template_escape.hpp"

#include "agent/manifest/template_quote.hpp"

#include <fmt/format.h>

namespace agent::manifest {
namespace {

std::string_view html_entity(char c) {
  switch (c) {
    case '\0':
      return "\xEF\xBF\xBD";
    case '"':
      return "&#34;";
    case '\'':
      return "&#39;";
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    default:
      return {};
  }
}

std::string js_escape(char c) {
  switch (c) {
    case '\\':
    case '\'':
    case '"':
      return {'\\', c};
    case '<':
    case '>':
    case '&':
    case '=':
      return fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    default:
      return static_cast<unsigned char>(c) < 0x20
                 ? fmt::format("\\u{:04X}", static_cast<unsigned>(c))
                 : std::string(1, c);
  }
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_.~").find(c) != std::string_view::npos;
}

}  // namespace

void append_html(BoundedText& out, std::string_view text) {
  for (const char& c : text) {
    const auto entity = html_entity(c);
    out.append(entity.empty() ? std::string_view(&c, 1) : entity);
  }
}

void append_js(BoundedText& out, std::string_view text) {
  while (!text.empty()) {
    const auto next = decode_character(text);
    if (next.code < 0x80) {
      out.append(js_escape(static_cast<char>(next.code)));
    } else if (is_printable(next.code)) {
      out.append(next.valid ? text.substr(0, next.bytes) : "\xEF\xBF\xBD");
    } else {
      out.append(fmt::format("\\u{:04X}", static_cast<std::uint32_t>(next.code)));
    }
    text.remove_prefix(next.bytes);
  }
}

void append_url_query(BoundedText& out, std::string_view text) {
  for (const char& c : text) {
    if (is_unreserved(c)) {
      out.append(std::string_view(&c, 1));
    } else {
      out.append(c == ' ' ? "+" : fmt::format("%{:02X}", static_cast<unsigned char>(c)));
    }
  }
}

}  // namespace agent::manifest
