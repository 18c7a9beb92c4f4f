#include "agent/render/expander.hpp"

#include "agent/manifest/template.hpp"
#include "agent/manifest/template_literal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::render {
namespace {

using base::Error;
using base::Result;
using manifest::Text;

std::string place_of(const Text& text) {
  return fmt::format("{} (line {}, column {})", text.path, text.at.line, text.at.column);
}

template <typename T, typename Parse>
Result<std::optional<T>> parsed(const Text& text,
                                const Result<std::string>& word,
                                Parse parse,
                                std::string_view expected) {
  if (!word) {
    return word.error();
  }
  if (word->empty()) {
    return std::optional<T>();
  }
  const std::optional<T> value = parse(*word);
  if (!value) {
    return fault_at(text, expected);
  }
  return value;
}

}  // namespace

Error fault_at(const Text& text, std::string_view message) {
  return {base::ErrorCode::invalid_input, fmt::format("{}: {}", place_of(text), message)};
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead >= 0xF5 || !manifest::single_code_point(text.substr(0, length))) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

Result<std::string> Expander::text(const Text& text) const {
  auto expanded = manifest::expand_template(text.value, functions_, {.spent = &spent_});
  if (!expanded) {
    return std::move(expanded).error().with_context(place_of(text));
  }
  if (expanded->find('\0') != std::string::npos || !is_utf8(*expanded)) {
    return fault_at(text, "must be text in UTF-8 without NUL");
  }
  return expanded;
}

Result<std::string> Expander::word(const Text& from) const {
  BASE_TRY_ASSIGN(auto expanded, text(from));
  constexpr std::string_view k_blanks = " \t\r\n";
  const auto first = std::min(expanded.find_first_not_of(k_blanks), expanded.size());
  const auto last = expanded.find_last_not_of(k_blanks) + 1;
  return expanded.substr(first, std::max(first, last) - first);
}

Result<std::vector<std::string>> Expander::texts(const std::vector<Text>& from) const {
  std::vector<std::string> expanded;
  for (const auto& one : from) {
    BASE_TRY_ASSIGN(auto value, text(one));
    expanded.push_back(std::move(value));
  }
  return expanded;
}

Result<bool> Expander::boolean(const Text& text, bool otherwise) const {
  BASE_TRY_ASSIGN(const auto value,
                  parsed<bool>(
                      text,
                      word(text),
                      [](const std::string& word) {
                        const auto strict = manifest::parse_boolean(word);
                        return strict ? strict : manifest::parse_yaml_boolean(word);
                      },
                      "must be true or false, or give that"));
  return value.value_or(otherwise);
}

Result<std::optional<std::uint64_t>> Expander::number(const Text& text) const {
  return parsed<std::uint64_t>(
      text, word(text), manifest::parse_unsigned, "must be a whole number, not negative");
}

Result<std::optional<std::int64_t>> Expander::signed_number(const Text& text) const {
  return parsed<std::int64_t>(text, word(text), manifest::parse_signed, "must be a whole number");
}

Result<std::uint16_t> Expander::port(const Text& text) const {
  constexpr std::string_view k_expected = "must be a port from 1 to 65535";
  BASE_TRY_ASSIGN(const auto value,
                  parsed<std::uint16_t>(text, word(text), manifest::parse_port, k_expected));
  return value ? Result<std::uint16_t>(*value) : fault_at(text, k_expected);
}

Result<std::optional<std::uint64_t>> Expander::memory(const Text& text) const {
  return parsed<std::uint64_t>(
      text, word(text), manifest::parse_memory, "must be a number of bytes such as 500m or 2g");
}

Result<std::uint32_t> Expander::mode(const Text& text, std::uint32_t otherwise) const {
  BASE_TRY_ASSIGN(
      const auto value,
      parsed<std::uint32_t>(
          text, word(text), manifest::parse_mode, "must be a mode in octal, such as 0644"));
  return value.value_or(otherwise);
}

Result<std::string> clean_path(const Text& from, std::string_view path) {
  if (!path.starts_with('/')) {
    return fault_at(from, "must be an absolute path, beginning with /");
  }
  std::string clean;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size());
    if (part == "..") {
      return fault_at(from, "must not lead upwards with ..");
    }
    if (!part.empty() && part != ".") {
      clean += "/";
      clean += part;
    }
  }
  return clean.empty() ? std::string("/") : clean;
}

}  // namespace agent::render
