#pragma once
// What the original's rules look for in text. A dot stands for any character but the end of a line,
// so that a template over several lines does not count as one.

#include <string_view>

namespace agent::manifest::patterns {

bool shell_alias(std::string_view text);
bool absolute(std::string_view text);  // Begins with a slash.
bool template_start(std::string_view text);
bool fingerprint(std::string_view text);        // Sixteen octets, anywhere in the text.
bool image_fingerprint(std::string_view text);  // The same, of images: no octet may hold a 0.
bool docker_old(std::string_view text);         // 1.13.1
bool docker_new(std::string_view text);         // 17.03.1-ce
bool bytes(std::string_view text);
bool ram(std::string_view text);
bool quantity(std::string_view text);
bool secret_name(std::string_view text);
bool item_type(std::string_view text);
bool test_command(std::string_view text);
bool color_hex(std::string_view text);
bool color_rgb(std::string_view text);
bool color_rgba(std::string_view text);
bool retention(std::string_view text);
bool aggregation(std::string_view text);
bool label_scale(std::string_view text);
bool bool_or_template(std::string_view text);
bool unsigned_or_template(std::string_view text);
bool web_address(std::string_view text);

}  // namespace agent::manifest::patterns
