#pragma once
// One line per event. The text of an event is a constant phrase and what varies is a field:
//   log::info("container started", {{"name", name}, {"pid", pid}});
//   2026-11-24T04:27:00.123Z info  container started name=web pid=4711
//
// Whatever is logged passes the redactor (redaction.hpp) first, and control characters are
// escaped, so that text from outside can neither show a secret nor forge a line or move a
// terminal's cursor. Safe to call from any thread.

#include "agent/base/core/result.hpp"
#include "agent/base/core/secret.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace base::log {

enum class Level { debug, info, warn, error };
enum class Format { text, json };

struct File {
  std::filesystem::path path;
  std::size_t max_bytes = std::size_t{10} << 20U;  // Then it becomes NAME.1.log, that NAME.2.log, …
  std::size_t kept = 5;                            // Older files that are kept besides it.
};

struct Options {
  Format format = Format::text;
  Level level = Level::info;
  std::optional<File> file;  // Standard error when absent.
};

// Called by main, before other threads log. Until then text goes to standard error from `info` up.
// Errors: io, forbidden, not_found for a file that cannot be opened.
Status configure(const Options& options);

std::string_view name_of(Level level);
std::string_view name_of(Format format);
// By those names. Errors: invalid_input.
Result<Level> parse_level(std::string_view name);
Result<Format> parse_format(std::string_view name);

class Value {
 public:
  // Implicit on purpose: a field is written {"name", value}.
  // NOLINTBEGIN(google-explicit-constructor)
  Value(std::string_view text) : text_(text), quoted_(true) {}
  Value(std::string text) : text_(std::move(text)), quoted_(true) {}
  Value(const char* text) : text_(text), quoted_(true) {}
  Value(const Secret& /*secret*/) : text_("***"), quoted_(true) {}
  Value(bool flag) : text_(flag ? "true" : "false") {}
  Value(double number);
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool> && !std::same_as<Integer, char>) Value(Integer number)
      : text_(std::to_string(number)) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  // True for text, false for what JSON writes without quotes.
  [[nodiscard]] bool quoted() const noexcept { return quoted_; }

 private:
  std::string text_;
  bool quoted_ = false;
};

struct Field {
  std::string_view key;  // A constant in snake_case. Values of keys such as "password", "token"
  Value value;           // or "authorization" are never shown.
};
using Fields = std::initializer_list<Field>;

void debug(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void warn(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});
// With the error's code, reason and message as fields of their own.
void warn(std::string_view event, const Error& cause, Fields fields = {});
void error(std::string_view event, const Error& cause, Fields fields = {});

[[nodiscard]] bool enabled(Level level);

}  // namespace base::log
