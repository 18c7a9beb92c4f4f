#include "agent/render/sprig/unicode.hpp"

#include "agent/manifest/template_literal.hpp"
#include "agent/manifest/template_quote.hpp"
#include "agent/render/sprig/case_runs.hpp"

#include <algorithm>
#include <cstring>

namespace agent::render::sprig {
namespace {

template <std::size_t count>
char32_t moved(const std::array<CaseRun, count>& runs, char32_t character) {
  // Runs of every second character lie within each other, so that all that begin before it count.
  for (const auto& run : runs) {
    if (run.first > character) {
      break;
    }
    if (character <= run.last && (character - run.first) % run.step == 0) {
      return character + static_cast<char32_t>(run.delta);
    }
  }
  return character;
}

template <typename Drop>
std::string_view trimmed(std::string_view text, Drop drop) {
  while (!text.empty()) {
    const auto first = manifest::decode_character(text);
    if (!drop(first.code)) {
      break;
    }
    text.remove_prefix(first.bytes);
  }
  while (!text.empty()) {
    std::size_t start = text.size() - 1;
    while (start > 0 && text.size() - start < 4 &&
           (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80) {
      --start;
    }
    auto last = manifest::decode_character(text.substr(start));
    if (start + last.bytes != text.size()) {  // Stray bytes, each for itself.
      start = text.size() - 1;
      last = manifest::decode_character(text.substr(start));
    }
    if (!drop(last.code)) {
      break;
    }
    text = text.substr(0, start);
  }
  return text;
}

}  // namespace

char32_t to_upper(char32_t character) {
  if (character < 0x80) {
    return character >= 'a' && character <= 'z' ? character - 0x20 : character;
  }
  return moved(k_to_upper, character);
}

char32_t to_lower(char32_t character) {
  if (character < 0x80) {
    return character >= 'A' && character <= 'Z' ? character + 0x20 : character;
  }
  return moved(k_to_lower, character);
}

bool is_upper(char32_t character) {
  return to_lower(character) != character;
}

bool is_lower(char32_t character) {
  return to_upper(character) != character && !is_upper(character);
}

bool is_space(char32_t character) {
  return (character >= 0x09 && character <= 0x0D) || character == 0x20 || character == 0x85 ||
         character == 0xA0 || character == 0x1680 || (character >= 0x2000 && character <= 0x200A) ||
         character == 0x2028 || character == 0x2029 || character == 0x202F || character == 0x205F ||
         character == 0x3000;
}

std::u32string characters_of(std::string_view text) {
  std::u32string characters;
  while (!text.empty()) {
    const auto next = manifest::decode_character(text);
    characters.push_back(next.code);
    text.remove_prefix(next.bytes);
  }
  return characters;
}

std::string utf8_of(std::u32string_view characters) {
  std::string text;
  for (const char32_t character : characters) {
    manifest::append_utf8(text, character);
  }
  return text;
}

std::string mapped(std::string_view text, char32_t (*map)(char32_t)) {
  std::string out;
  while (!text.empty()) {
    const auto next = manifest::decode_character(text);
    manifest::append_utf8(out, map(next.code));
    text.remove_prefix(next.bytes);
  }
  return out;
}

std::size_t position_of(std::string_view part, std::string_view text) {
  const void* const found = ::memmem(text.data(), text.size(), part.data(), part.size());
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

std::string_view without_spaces_around(std::string_view text) {
  return trimmed(text, is_space);
}

std::string_view without_ends(std::string_view text, std::string_view cut) {
  auto characters = characters_of(cut);
  std::sort(characters.begin(), characters.end());
  return trimmed(text, [&](char32_t character) {
    return std::binary_search(characters.begin(), characters.end(), character);
  });
}

}  // namespace agent::render::sprig
