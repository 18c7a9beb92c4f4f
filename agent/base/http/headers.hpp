#pragma once
// Header fields as they travel: in order, names compared without case, repeated names allowed.

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base::http {

struct Header {
  std::string name;
  std::string value;
};

class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> fields) : fields_(fields) {}

  // The first field of that name. The view lives until the list is changed.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return get(name).has_value(); }
  [[nodiscard]] std::size_t count(std::string_view name) const;

  // True when a field of that name lists `token` between commas, without case: for Connection,
  // Accept-Encoding and their like. Parameters after a semicolon are not looked at.
  [[nodiscard]] bool lists(std::string_view name, std::string_view token) const;

  void reserve(std::size_t fields) { fields_.reserve(fields); }
  void add(std::string name, std::string value);
  void set(std::string name, std::string value);  // Replaces every field of that name.
  void remove(std::string_view name);

  [[nodiscard]] std::size_t size() const noexcept { return fields_.size(); }
  [[nodiscard]] bool empty() const noexcept { return fields_.empty(); }
  [[nodiscard]] auto begin() const noexcept { return fields_.begin(); }
  [[nodiscard]] auto end() const noexcept { return fields_.end(); }

 private:
  std::vector<Header> fields_;
};

// Without the blanks and tabs that may stand around a field's value or an entry of its list.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

// ASCII only, as field names, methods and tokens are.
[[nodiscard]] bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept;

// Whether the text can stand in a head without ending its line: no control characters but a tab.
[[nodiscard]] bool is_field_value(std::string_view text) noexcept;
// Whether the text is a token of RFC 9110: what a method or a field name may consist of.
[[nodiscard]] bool is_token(std::string_view text) noexcept;

}  // namespace base::http
