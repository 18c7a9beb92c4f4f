#pragma once

#include "agent/base/core/error.hpp"
#include "agent/base/data/json.hpp"

#include <string>
#include <string_view>

#include "installer/cli/exit_codes.hpp"

namespace installer::cli {

enum class Format { text, json };

// Results go to standard output, everything else to standard error.
class Output {
 public:
  explicit Output(Format format) : format_(format) {}

  [[nodiscard]] bool json() const noexcept { return format_ == Format::json; }

  // A result, in the form asked for.
  void result(const base::data::Json& json, std::string_view text) const;
  // One line of a stream of results.
  static void line(std::string_view text);
  static void raw(std::string_view bytes);
  // For people; nothing with --json.
  void note(std::string_view text) const;

  // "error: what\n  hint", or the error as JSON on standard output; the code to end with.
  [[nodiscard]] ExitCode fail(const base::Error& error) const;

 private:
  Format format_;
};

// As `fail` prints it.
std::string error_text(const base::Error& error);

}  // namespace installer::cli
