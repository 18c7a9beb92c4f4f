#include "agent/render/sprig/arguments.hpp"
#include "agent/render/sprig/functions.hpp"
#include "agent/render/sprig/unicode.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace agent::render::sprig {
namespace {

bool is_ascii_word(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Go's strings.Title: beyond ASCII only space parts words.
std::string titled(std::string_view text) {
  auto characters = characters_of(text);
  bool starts = true;
  for (auto& c : characters) {
    const bool parts = c < 0x80 ? !is_ascii_word(c) : is_space(c);
    c = starts ? to_upper(c) : c;
    starts = parts;
  }
  return utf8_of(characters);
}

// The first character of each word that spaces part, in lower case.
std::string untitled(std::string_view text) {
  auto characters = characters_of(text);
  bool starts = true;
  for (auto& c : characters) {
    c = starts ? to_lower(c) : c;
    starts = is_space(c);
  }
  return utf8_of(characters);
}

std::string swapped(std::string_view text) {
  return mapped(text, [](char32_t c) { return is_upper(c) ? to_lower(c) : to_upper(c); });
}

std::string initials(std::string_view text) {
  std::u32string out;
  bool starts = true;
  for (const char32_t c : characters_of(text)) {
    if (starts && !is_space(c)) {
      out.push_back(c);
    }
    starts = is_space(c);
  }
  return utf8_of(out);
}

std::string without_spaces(std::string_view text) {
  auto characters = characters_of(text);
  characters.erase(std::remove_if(characters.begin(), characters.end(), is_space),
                   characters.end());
  return utf8_of(characters);
}

// --- words of identifiers
// --------------------------------------------------------------------------

enum class Class { number, upper, letter, connector, punctuation, other };

bool is_connector(char32_t c) {
  return c == '-' || c == '_' || is_space(c);
}

Class class_of(char32_t c) {
  if (is_connector(c)) {
    return Class::connector;
  }
  if (c < 0x80 && std::u32string_view(U"!\"#%&'()*,./:;?@[\\]{}").find(c) != std::u32string::npos) {
    return Class::punctuation;
  }
  if (is_upper(c)) {
    return Class::upper;
  }
  if (is_lower(c)) {
    return Class::letter;
  }
  return c >= '0' && c <= '9' ? Class::number : Class::other;
}

struct Word {
  Class kind;
  std::u32string_view text;
};

// "HTTPServer20x" is HTTP, Server, 20, x: of several capitals before a small letter the last one
// begins the next word.
std::vector<Word> words_of(std::u32string_view text) {
  std::vector<Word> words;
  while (!text.empty()) {
    const auto kind = class_of(text[0]);
    std::size_t end = 1;
    while (end < text.size() && class_of(text[end]) == kind) {
      ++end;
    }
    const bool small_follows = end < text.size() && class_of(text[end]) == Class::letter;
    if (kind == Class::upper && small_follows) {
      if (end > 1) {
        --end;
      } else {
        while (end < text.size() && class_of(text[end]) == Class::letter) {
          ++end;
        }
      }
    }
    words.push_back({kind, text.substr(0, end)});
    text.remove_prefix(end);
  }
  return words;
}

// Words in lower case, parted by a connector. A number stays with what it follows, unless small
// letters come after it: "http2xx" is http_2xx and "Bld4Floor" is bld4_floor.
class Joiner {
 public:
  Joiner(std::vector<Word> words, char32_t connector)
      : words_(std::move(words)), connector_(connector) {}

  std::string run() {
    while (next_ < words_.size()) {
      const auto kind = words_[next_].kind;
      append();
      if (kind == Class::number) {
        append_numbered();
      } else if (kind != Class::connector && kind != Class::punctuation) {
        part();
      }
    }
    return utf8_of(out_);
  }

 private:
  [[nodiscard]] bool at(Class kind, std::size_t ahead = 0) const {
    return next_ + ahead < words_.size() && words_[next_ + ahead].kind == kind;
  }

  void append() {
    const auto& word = words_[next_++];
    for (const char32_t c : word.text) {
      const bool lowers = word.kind == Class::upper;
      out_.push_back(word.kind == Class::connector ? connector_ : lowers ? to_lower(c) : c);
    }
  }

  void connect() {
    const bool word_follows =
        next_ < words_.size() && !at(Class::connector) && !at(Class::punctuation);
    if (word_follows) {
      out_.push_back(connector_);
    }
  }

  void append_numbered() {
    while (at(Class::letter) || at(Class::number)) {
      append();
    }
    connect();
  }

  void part() {
    if (!at(Class::number)) {
      connect();
    } else if (next_ + 1 == words_.size()) {
      append();
    } else if (at(Class::letter, 1)) {
      out_.push_back(connector_);
      append();
      append_numbered();
    } else {
      append();
      connect();
    }
  }

  std::vector<Word> words_;
  char32_t connector_;
  std::size_t next_ = 0;
  std::u32string out_;
};

std::string joined_by(std::string_view text, char32_t connector) {
  const auto characters = characters_of(text);
  return Joiner(words_of(characters), connector).run();
}

// Connectors at the start stay, and of several in a row all but one.
std::string camel_case(std::string_view text) {
  const auto characters = characters_of(text);
  std::u32string out;
  bool capital = true;
  bool leading = true;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const char32_t c = characters[i];
    const bool last = i + 1 == characters.size();
    if (is_connector(c)) {
      if (leading || last || is_connector(characters[i + 1])) {
        out.push_back(c);
      }
      capital = true;
      continue;
    }
    out.push_back(capital ? to_upper(c) : to_lower(c));
    capital = false;
    leading = false;
  }
  return utf8_of(out);
}

}  // namespace

void add_word_functions(FunctionTable& table) {
  table["title"] = of_text(titled);
  table["untitle"] = of_text(untitled);
  table["swapcase"] = of_text(swapped);
  table["initials"] = of_text(initials);
  table["nospace"] = of_text(without_spaces);
  table["camelcase"] = of_text(camel_case);
  table["snakecase"] = of_text([](auto text) { return joined_by(text, '_'); });
  table["kebabcase"] = of_text([](auto text) { return joined_by(text, '-'); });
}

}  // namespace agent::render::sprig
