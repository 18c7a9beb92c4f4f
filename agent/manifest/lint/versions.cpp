#include "agent/manifest/lint/versions.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace agent::manifest::lint {
namespace {

constexpr std::size_t k_longest = 256;
constexpr std::string_view k_largest_number = "9007199254740991";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

struct Scan {
  std::string_view rest;

  bool take(char c) {
    const bool found = rest.starts_with(c);
    rest.remove_prefix(found ? 1 : 0);
    return found;
  }
  template <typename Accept>
  std::string_view take_while(Accept accept) {
    const auto end = std::find_if_not(rest.begin(), rest.end(), accept);
    const auto taken = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    rest.remove_prefix(taken.size());
    return taken;
  }
};

// No leading zero.
bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit) &&
         (text == "0" || text.front() != '0');
}

bool is_safe_number(std::string_view text) {
  return is_number(text) && (text.size() < k_largest_number.size() ||
                             (text.size() == k_largest_number.size() && text <= k_largest_number));
}

// "-rc.1+build.7" or nothing, to the end.
bool is_suffix(std::string_view text) {
  Scan scan{text};
  const auto identifiers = [&](bool release) {
    do {
      const auto word = scan.take_while(is_word);
      const bool digits = std::all_of(word.begin(), word.end(), is_digit);
      if (word.empty() || (release && digits && !is_number(word))) {
        return false;
      }
    } while (scan.take('.'));
    return true;
  };
  if (scan.take('-') && !identifiers(true)) {
    return false;
  }
  if (scan.take('+') && !identifiers(false)) {
    return false;
  }
  return scan.rest.empty();
}

bool is_full_version(std::string_view text) {
  Scan scan{text};
  scan.take('v');
  for (int part = 0; part < 3; ++part) {
    if ((part > 0 && !scan.take('.')) || !is_safe_number(scan.take_while(is_digit))) {
      return false;
    }
  }
  return is_suffix(scan.rest);
}

bool is_any(std::string_view part) {
  return part == "x" || part == "X" || part == "*";
}

// A version whose parts may be missing or x. `open` says whether some are.
bool is_partial(std::string_view text, bool& open) {
  Scan scan{text};
  scan.take_while([](char c) { return c == 'v' || c == '=' || is_blank(c); });
  open = false;
  int parts = 0;
  do {
    const auto part =
        scan.take_while([](char c) { return is_digit(c) || c == 'x' || c == 'X' || c == '*'; });
    if (!is_any(part) && !is_number(part)) {
      return false;
    }
    open = open || is_any(part);
    ++parts;
  } while (parts < 3 && scan.take('.'));
  open = open || parts < 3;
  return parts == 3 ? is_suffix(scan.rest) : scan.rest.empty();
}

std::string_view without_operator(std::string_view text) {
  if (text.starts_with('<') || text.starts_with('>')) {
    text.remove_prefix(1);
  }
  text.remove_prefix(text.starts_with('=') ? 1 : 0);
  return text;
}

bool is_comparator(std::string_view text) {
  bool open = false;
  if (text.empty()) {
    return true;
  }
  if (text.starts_with('^')) {
    return is_partial(text.substr(1), open);
  }
  if (text.starts_with('~')) {
    return is_partial(text.substr(text.starts_with("~>") ? 2 : 1), open);
  }
  const auto version = without_operator(text);
  return (is_partial(version, open) && open) || is_full_version(version);
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  Scan scan{text};
  for (;;) {
    scan.take_while(is_blank);
    if (scan.rest.empty()) {
      return words;
    }
    words.emplace_back(scan.take_while([](char c) { return !is_blank(c); }));
  }
}

bool is_operator(std::string_view word) {
  return word == "~" || word == "~>" || word == "^" ||
         (!word.empty() && without_operator(word).empty());
}

bool begins_version(std::string_view word) {
  word.remove_prefix(std::min(word.find_first_not_of("v="), word.size()));
  return !word.empty() && (is_digit(word.front()) || is_any(word.substr(0, 1)));
}

// Comparators that all must hold. Blanks may stand between an operator and its version.
bool is_conjunction(std::string_view text) {
  auto words = words_of(text);
  bool open = false;
  if (words.size() == 3 && words[1] == "-" && is_partial(words[0], open) &&
      is_partial(words[2], open)) {
    return true;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto word = words[i];
    const bool loose = word == "~" || word == "~>" || word == "^";
    if (is_operator(word) && i + 1 < words.size() && (loose || begins_version(words[i + 1]))) {
      word = (loose ? word.substr(0, 1) : word) + words[++i];
    }
    if (!is_comparator(word)) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool is_version(std::string_view text) {
  return text.size() <= k_longest && is_full_version(text);
}

bool is_version_range(std::string_view text) {
  // One alternative that holds is enough for a range; but one that cannot be read spoils it.
  for (;;) {
    const auto end = std::min(text.find("||"), text.size());
    if (!is_conjunction(text.substr(0, end))) {
      return false;
    }
    if (end == text.size()) {
      return true;
    }
    text.remove_prefix(end + 2);
  }
}

}  // namespace agent::manifest::lint
