#pragma once
// What Go's `unicode` says of characters, as far as the functions here ask. Inside this library
// only.

#include <functional>
#include <string>
#include <string_view>

namespace agent::render::sprig {

char32_t to_upper(char32_t character);
char32_t to_lower(char32_t character);
bool is_upper(char32_t character);
bool is_lower(char32_t character);
bool is_space(char32_t character);

// UTF-8 to characters; bytes that are none become U+FFFD.
std::u32string characters_of(std::string_view text);
std::string utf8_of(std::u32string_view characters);

// As text.find(part), in time that grows with the sum of their lengths and not with the product.
std::size_t position_of(std::string_view part, std::string_view text);

std::string mapped(std::string_view text, char32_t (*map)(char32_t));
std::string_view without_spaces_around(std::string_view text);
// Without the characters at its ends that `cut` has.
std::string_view without_ends(std::string_view text, std::string_view cut);

}  // namespace agent::render::sprig
