#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace installer::cli {

// Columns as wide as their widest cell, two spaces between, nothing after the last.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

// "1.4 MB"
std::string bytes_text(double bytes);
// "0.8 s", "2 min 3 s"
std::string duration_text(double seconds);

// For a terminal: control characters of text from elsewhere would move the cursor or worse.
std::string printable(std::string_view text);

}  // namespace installer::cli
