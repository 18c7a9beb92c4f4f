#pragma once
// Values of the manifest with their templates evaluated and read as what the key wants. Errors name
// path, line and column of the value. All templates of one expander share one limit of steps.
// Inside this library only.

#include "agent/base/core/result.hpp"
#include "agent/manifest/scalars.hpp"
#include "agent/manifest/template_function.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::render {

class Expander {
 public:
  explicit Expander(manifest::FunctionTable functions) : functions_(std::move(functions)) {}

  // Valid UTF-8 without NUL.
  [[nodiscard]] base::Result<std::string> text(const manifest::Text& text) const;
  // The same without blanks around it.
  [[nodiscard]] base::Result<std::string> word(const manifest::Text& from) const;
  [[nodiscard]] base::Result<std::vector<std::string>> texts(
      const std::vector<manifest::Text>& from) const;
  // Empty gives `otherwise`.
  [[nodiscard]] base::Result<bool> boolean(const manifest::Text& text, bool otherwise) const;
  // Of a `when`: empty is true.
  [[nodiscard]] base::Result<bool> holds(const manifest::Text& when) const {
    return boolean(when, true);
  }
  [[nodiscard]] base::Result<std::optional<std::uint64_t>> number(const manifest::Text& text) const;
  [[nodiscard]] base::Result<std::optional<std::int64_t>> signed_number(
      const manifest::Text& text) const;
  [[nodiscard]] base::Result<std::uint16_t> port(const manifest::Text& text) const;
  // With a unit or without.
  [[nodiscard]] base::Result<std::optional<std::uint64_t>> memory(const manifest::Text& text) const;
  // Octal.
  [[nodiscard]] base::Result<std::uint32_t> mode(const manifest::Text& text,
                                                 std::uint32_t otherwise) const;

 private:
  manifest::FunctionTable functions_;
  mutable std::size_t spent_ = 0;
};

// invalid_input: "path (line L, column C): message".
base::Error fault_at(const manifest::Text& text, std::string_view message);

bool is_utf8(std::string_view text);

// An absolute path in its shortest form: no `.`, no doubled or last slash. Errors: invalid_input
// for a relative path and for one with `..`.
base::Result<std::string> clean_path(const manifest::Text& from, std::string_view path);

}  // namespace agent::render
