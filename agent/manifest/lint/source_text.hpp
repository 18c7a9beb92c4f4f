#pragma once
// A document as the original counted it: in UTF-16 units, lines ended by a line feed.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::manifest::lint {

struct LineColumn {
  long line = 0;    // From 0; -1 for a place at or after the end of the text.
  long column = 0;  // Likewise.

  bool operator==(const LineColumn&) const = default;
};

class LineIndex {
 public:
  explicit LineIndex(std::u16string_view text);

  // Nothing for a place outside the text.
  [[nodiscard]] std::optional<LineColumn> find(long position) const;
  [[nodiscard]] long line_count() const noexcept { return static_cast<long>(starts_.size()); }

 private:
  std::vector<long> starts_;
  long size_;
};

// Bytes that are no UTF-8 become U+FFFD, and lone halves of pairs too on the way back.
std::u16string to_utf16(std::string_view text);
std::string to_utf8(std::u16string_view text);

}  // namespace agent::manifest::lint
