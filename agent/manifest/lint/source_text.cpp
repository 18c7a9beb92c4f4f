#include "agent/manifest/lint/source_text.hpp"

#include "agent/manifest/template_literal.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace agent::manifest::lint {
namespace {

constexpr char32_t k_replacement = 0xFFFD;

// How many bytes follow the first of a sequence, what the first adds, and the range of the second.
struct Lead {
  int following = 0;
  char32_t bits = 0;
  unsigned lowest = 0x80;
  unsigned highest = 0xBF;
};

std::optional<Lead> lead_of(unsigned byte) {
  if (byte >= 0xC2 && byte <= 0xDF) {
    return Lead{1, byte & 0x1FU};
  }
  if (byte >= 0xE0 && byte <= 0xEF) {
    return Lead{2, byte & 0x0FU, byte == 0xE0 ? 0xA0U : 0x80U, byte == 0xED ? 0x9FU : 0xBFU};
  }
  if (byte >= 0xF0 && byte <= 0xF4) {
    return Lead{3, byte & 0x07U, byte == 0xF0 ? 0x90U : 0x80U, byte == 0xF4 ? 0x8FU : 0xBFU};
  }
  return std::nullopt;
}

// Decodes from `at` on; the part of a broken sequence that was well begun is one replacement.
char32_t decode(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(at++);
  if (first < 0x80) {
    return first;
  }
  const auto lead = lead_of(first);
  if (!lead) {
    return k_replacement;
  }
  char32_t code = lead->bits;
  for (int i = 0; i < lead->following; ++i) {
    const unsigned lowest = i == 0 ? lead->lowest : 0x80U;
    const unsigned highest = i == 0 ? lead->highest : 0xBFU;
    if (at >= text.size() || byte(at) < lowest || byte(at) > highest) {
      return k_replacement;
    }
    code = (code << 6U) | (byte(at++) & 0x3FU);
  }
  return code;
}

bool is_high(char16_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}

bool is_low(char16_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

}  // namespace

LineIndex::LineIndex(std::u16string_view text) : starts_{0}, size_(static_cast<long>(text.size())) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == u'\n') {
      starts_.push_back(static_cast<long>(i) + 1);
    }
  }
}

std::optional<LineColumn> LineIndex::find(long position) const {
  if (position < 0 || position >= size_) {
    return std::nullopt;
  }
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), position);
  return LineColumn{after - starts_.begin() - 1, position - *(after - 1)};
}

std::u16string to_utf16(std::string_view text) {
  std::u16string units;
  units.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = decode(text, at);
    if (code < 0x10000) {
      units += static_cast<char16_t>(code);
    } else {
      units += static_cast<char16_t>(0xD800 + ((code - 0x10000) >> 10U));
      units += static_cast<char16_t>(0xDC00 + ((code - 0x10000) & 0x3FFU));
    }
  }
  return units;
}

std::string to_utf8(std::u16string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char32_t code = text[i];
    if (is_high(text[i]) && i + 1 < text.size() && is_low(text[i + 1])) {
      code = 0x10000 + ((code - 0xD800) << 10U) + (text[++i] - 0xDC00U);
    } else if (is_high(text[i]) || is_low(text[i])) {
      code = k_replacement;
    }
    append_utf8(bytes, code);
  }
  return bytes;
}

}  // namespace agent::manifest::lint
