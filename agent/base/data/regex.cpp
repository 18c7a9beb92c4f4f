#include "agent/base/data/regex.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <re2/re2.h>
#include <utility>

namespace base::data {
namespace {

// RE2 shares it between the compiled pattern and the states it caches while matching.
constexpr std::int64_t k_most_memory = std::int64_t{2} << 20U;

RE2::Options options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(k_most_memory);
  return options;
}

std::string_view words_for(RE2::ErrorCode code) {
  switch (code) {
    case RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case RE2::ErrorBadCharClass:
      return "invalid character class";
    case RE2::ErrorBadCharRange:
      return "invalid character class range";
    case RE2::ErrorMissingBracket:
      return "missing closing ]";
    case RE2::ErrorMissingParen:
      return "missing closing )";
    case RE2::ErrorUnexpectedParen:
      return "unexpected )";
    case RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    case RE2::NoError:
    case RE2::ErrorInternal:
    case RE2::ErrorPatternTooLarge:
      break;
  }
  return "internal error";
}

}  // namespace

struct Regex::Impl {
  explicit Impl(std::string_view pattern)
      : compiled(re2::StringPiece(pattern.data(), pattern.size()), options()) {}

  RE2 compiled;
};

Regex::Regex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Regex::Regex(Regex&& other) noexcept = default;
Regex& Regex::operator=(Regex&& other) noexcept = default;
Regex::~Regex() = default;

Result<Regex> Regex::compile(std::string_view pattern) {
  auto impl = std::make_unique<Impl>(pattern);
  const auto& compiled = impl->compiled;
  if (compiled.ok()) {
    return Regex(std::move(impl));
  }
  if (compiled.error_code() == RE2::ErrorPatternTooLarge) {
    return Error{ErrorCode::too_large, "the regular expression is too large"};
  }
  const auto& part = compiled.error_arg();
  return Error{ErrorCode::invalid_input,
               fmt::format("error parsing regexp: {}: `{}`",
                           words_for(compiled.error_code()),
                           std::string_view(part.data(), part.size()))};
}

std::optional<Regex::Match> Regex::find(std::string_view text,
                                        std::size_t from,
                                        std::size_t groups) const {
  std::vector<re2::StringPiece> pieces(1 + std::min(groups, group_count()));
  const bool found = impl_->compiled.Match(re2::StringPiece(text.data(), text.size()),
                                           from,
                                           text.size(),
                                           RE2::UNANCHORED,
                                           pieces.data(),
                                           static_cast<int>(pieces.size()));
  if (!found) {
    return std::nullopt;
  }
  Match match;
  for (const auto& piece : pieces) {
    match.emplace_back(piece.data(), piece.size());
  }
  return match;
}

std::size_t Regex::group_count() const {
  return static_cast<std::size_t>(impl_->compiled.NumberOfCapturingGroups());
}

std::optional<std::size_t> Regex::group_number(const std::string& name) const {
  const auto& groups = impl_->compiled.NamedCapturingGroups();
  const auto found = groups.find(name);
  return found == groups.end() ? std::nullopt
                               : std::optional(static_cast<std::size_t>(found->second));
}

std::size_t Regex::size() const {
  return static_cast<std::size_t>(std::max(impl_->compiled.ProgramSize(), 1));
}

std::string quoted_for_regex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos) {
      out.push_back('\\');
    }
    out.push_back(c);
  }
  return out;
}

}  // namespace base::data
