#include "agent/render/sprig/arguments.hpp"
#include "agent/render/sprig/functions.hpp"

#include <algorithm>

namespace agent::render::sprig {
namespace {

constexpr std::string_view k_ellipsis = "...";

Result<Value> indented(const FunctionCall& call, std::string_view before) {
  const auto spaces = whole_at(call, 0);
  if (spaces < 0) {
    return argument_error("strings: negative Repeat count");
  }
  const auto count = static_cast<std::size_t>(spaces);
  std::string_view text = text_at(call, 1);
  BoundedText out(call.max_bytes);
  out.append(before);
  out.append(count, ' ');
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    out.append(text.substr(0, end + 1));
    out.append(count, ' ');
    text.remove_prefix(end + 1);
    if (out.overflowed()) {
      break;
    }
  }
  out.append(text);
  return text_value(std::move(out));
}

std::string abbreviated(std::string_view text, std::size_t offset, std::size_t width) {
  if (text.size() <= width) {
    return std::string(text);
  }
  const auto room = width - k_ellipsis.size();
  offset = std::min(offset, text.size());
  if (text.size() - offset < room) {
    offset = text.size() - room;
  }
  if (offset <= 4) {
    return std::string(text.substr(0, room)).append(k_ellipsis);
  }
  if (width < 7) {
    return {};
  }
  if (offset + room < text.size()) {
    return std::string(k_ellipsis) + abbreviated(text.substr(offset), 0, room);
  }
  return std::string(k_ellipsis).append(text.substr(text.size() - room));
}

Result<Value> call_abbrev(const FunctionCall& call) {
  const auto width = whole_at(call, 0);
  const auto& text = text_at(call, 1);
  return width < 4 ? call.arguments[1]
                   : Value::text(abbreviated(text, 0, static_cast<std::size_t>(width)));
}

Result<Value> call_abbrev_both(const FunctionCall& call) {
  const auto left = whole_at(call, 0);
  const auto right = whole_at(call, 1);
  if (right < 4 || (left > 0 && right < 7)) {
    return call.arguments[2];
  }
  return Value::text(abbreviated(text_at(call, 2),
                                 static_cast<std::size_t>(std::max<std::int64_t>(left, 0)),
                                 static_cast<std::size_t>(right)));
}

enum class LongWords { whole, cut };

// Breaks at the last blank that leaves at most `width` bytes on a line, or before the first one
// after a word that is longer.
void wrap(BoundedText& out,
          std::string_view text,
          std::size_t width,
          std::string_view line_end,
          LongWords long_words) {
  while (text.size() > width && !out.overflowed()) {
    if (text[0] == ' ') {
      text.remove_prefix(1);
      continue;
    }
    auto blank = text.substr(0, width + 1).rfind(' ');
    if (blank == std::string_view::npos && long_words == LongWords::cut) {
      out.append(text.substr(0, width));
      out.append(line_end);
      text.remove_prefix(width);
      continue;
    }
    if (blank == std::string_view::npos) {
      blank = text.find(' ', width);
    }
    if (blank == std::string_view::npos) {
      break;
    }
    out.append(text.substr(0, blank));
    out.append(line_end);
    text.remove_prefix(blank + 1);
  }
  out.append(text);
}

std::size_t width_at(const FunctionCall& call) {
  return static_cast<std::size_t>(std::max<std::int64_t>(whole_at(call, 0), 1));
}

Result<Value> call_wrap(const FunctionCall& call) {
  BoundedText out(call.max_bytes);
  wrap(out, text_at(call, 1), width_at(call), "\n", LongWords::whole);
  return text_value(std::move(out));
}

Result<Value> call_wrap_with(const FunctionCall& call) {
  const auto& line_end = text_at(call, 1);
  BoundedText out(call.max_bytes);
  wrap(out, text_at(call, 2), width_at(call), line_end.empty() ? "\n" : line_end, LongWords::cut);
  return text_value(std::move(out));
}

}  // namespace

void add_layout_functions(FunctionTable& table) {
  table["indent"] = function("is", [](const FunctionCall& call) { return indented(call, ""); });
  table["nindent"] = function("is", [](const FunctionCall& call) { return indented(call, "\n"); });
  table["abbrev"] = function("is", call_abbrev);
  table["abbrevboth"] = function("iis", call_abbrev_both);
  table["wrap"] = function("is", call_wrap);
  table["wrapWith"] = function("iss", call_wrap_with);
}

}  // namespace agent::render::sprig
