#include "agent/manifest/template_function.hpp"
#include "agent/render/sprig/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace agent::render::sprig {
namespace {

using base::Result;
using base::Status;
using manifest::argument_error;

// A longer one before the one that it begins with.
constexpr std::array<std::string_view, 11> k_operations = {
    ">=", "=>", "<=", "=<", "!=", "~>", "=", ">", "<", "~", "^"};

bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

bool is_wildcard(std::string_view text) {
  return text.empty() || text == "x" || text == "X" || text == "*";
}

bool skip_blanks(std::string_view& text) {
  const auto end =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_blank) - text.begin());
  text.remove_prefix(end);
  return end > 0;
}

// Constraints that all must hold: blanks or commas between them, `1.2 - 1.5` for a range.
class Reader {
 public:
  explicit Reader(std::string_view text) : whole_(text), text_(text) {}

  Result<std::vector<Constraint>> run() {
    std::vector<Constraint> constraints;
    skip_blanks(text_);
    do {
      BASE_TRY_ASSIGN(auto next, read());
      const bool plain = next.operation.empty();
      constraints.push_back(std::move(next));
      if (plain && skip_hyphen()) {
        constraints.back().operation = ">=";
        BASE_TRY_ASSIGN(auto last, read());
        if (!last.operation.empty()) {
          return improper();
        }
        last.operation = "<=";
        constraints.push_back(std::move(last));
      }
      BASE_TRY(read_separator());
    } while (!text_.empty());
    return constraints;
  }

 private:
  [[nodiscard]] base::Error improper() const {
    return argument_error(fmt::format("improper constraint: {}", whole_));
  }

  bool skip_hyphen() {
    auto rest = text_;
    if (!skip_blanks(rest) || !rest.starts_with('-')) {
      return false;
    }
    rest.remove_prefix(1);
    if (!skip_blanks(rest)) {
      return false;
    }
    text_ = rest;
    return true;
  }

  Status read_separator() {
    const bool blank = skip_blanks(text_);
    if (text_.starts_with(',')) {
      text_.remove_prefix(1);
      skip_blanks(text_);
      return text_.empty() ? Status(improper()) : base::ok();
    }
    return blank || text_.empty() ? base::ok() : Status(improper());
  }

  Result<Constraint> read() {
    Constraint constraint;
    const auto* const operation =
        std::find_if(k_operations.begin(), k_operations.end(), [this](std::string_view one) {
          return text_.starts_with(one);
        });
    if (operation != k_operations.end()) {
      constraint.operation = *operation;
      text_.remove_prefix(operation->size());
    }
    skip_blanks(text_);
    if (text_.starts_with('v')) {
      text_.remove_prefix(1);
    }
    return read_version(std::move(constraint));
  }

  std::string_view read_number() {
    const auto end = std::min(text_.find_first_not_of("0123456789xX*"), text_.size());
    const auto number = text_.substr(0, end);
    text_.remove_prefix(end);
    return number;
  }

  Result<Constraint> read_version(Constraint constraint) {
    const auto major = read_number();
    if (major.empty()) {
      return improper();
    }
    const auto minor = read_part();
    const auto patch = minor.empty() ? std::string_view() : read_part();
    const auto end = std::min(text_.find_first_of(" \t\n\f\r,"), text_.size());
    const auto rest = text_.substr(0, end);
    text_.remove_prefix(end);
    constraint.any = is_wildcard(major) || is_wildcard(minor) || is_wildcard(patch);
    constraint.minor = constraint.any && !is_wildcard(major) && is_wildcard(minor);
    constraint.patch = constraint.any && !is_wildcard(major) && !is_wildcard(minor);
    const auto numbers = is_wildcard(major) ? std::string("0.0.0")
                         : constraint.minor ? fmt::format("{}.0.0", major)
                         : constraint.patch ? fmt::format("{}.{}.0", major, minor)
                                            : fmt::format("{}.{}.{}", major, minor, patch);
    auto version = parse_version(numbers + std::string(rest));
    if (!version) {
      return improper();
    }
    constraint.version = *std::move(version);
    return constraint;
  }

  std::string_view read_part() {
    if (text_.size() < 2 || text_[0] != '.' ||
        std::string_view("0123456789xX*").find(text_[1]) == std::string_view::npos) {
      return {};
    }
    text_.remove_prefix(1);
    return read_number();
  }

  std::string_view whole_;
  std::string_view text_;
};

// --- what holds
// ------------------------------------------------------------------------------------

bool is_different(const Constraint& constraint, const Version& version) {
  const auto& wanted = constraint.version;
  if (!constraint.any) {
    return std::is_neq(compare(version, wanted));
  }
  if (wanted.major != version.major) {
    return true;
  }
  if (constraint.minor) {
    return false;
  }
  if (wanted.minor != version.minor) {
    return true;
  }
  return constraint.patch ? version.prerelease != wanted.prerelease
                          : std::is_neq(compare(version, wanted));
}

// `>11` wants 12, and `>11.1` wants 11.2.
bool is_greater(const Constraint& constraint, const Version& version) {
  const auto& wanted = constraint.version;
  if (!constraint.any) {
    return std::is_gt(compare(version, wanted));
  }
  if (version.major != wanted.major) {
    return version.major > wanted.major;
  }
  if (constraint.minor) {
    return false;
  }
  return constraint.patch ? version.minor > wanted.minor : std::is_gt(compare(version, wanted));
}

bool is_less_or_equal(const Constraint& constraint, const Version& version) {
  const auto& wanted = constraint.version;
  if (!constraint.any) {
    return std::is_lteq(compare(version, wanted));
  }
  return version.major < wanted.major ||
         (version.major == wanted.major && (version.minor <= wanted.minor || constraint.minor));
}

// The last number that is given may be larger.
bool is_about(const Constraint& constraint, const Version& version) {
  const auto& wanted = constraint.version;
  if (std::is_lt(compare(version, wanted))) {
    return false;
  }
  const bool all_zero = wanted.major == 0 && wanted.minor == 0 && wanted.patch == 0;
  if (all_zero && !constraint.minor && !constraint.patch) {
    return true;
  }
  return version.major == wanted.major && (version.minor == wanted.minor || constraint.minor);
}

// The first number that is not zero must be the same.
bool is_compatible(const Constraint& constraint, const Version& version) {
  const auto& wanted = constraint.version;
  if (std::is_lt(compare(version, wanted))) {
    return false;
  }
  if (wanted.major > 0 || constraint.minor) {
    return version.major == wanted.major;
  }
  if (version.major > 0) {
    return false;
  }
  if (wanted.minor > 0 || constraint.patch) {
    return version.minor == wanted.minor;
  }
  return version.minor == 0 && version.patch == wanted.patch;
}

}  // namespace

Result<std::vector<std::vector<Constraint>>> parse_constraints(const std::string& text) {
  std::vector<std::vector<Constraint>> alternatives;
  std::string_view rest = text;
  while (true) {
    const auto bar = rest.find("||");
    BASE_TRY_ASSIGN(auto all, Reader(rest.substr(0, bar)).run());
    alternatives.push_back(std::move(all));
    if (bar == std::string_view::npos) {
      return alternatives;
    }
    rest.remove_prefix(bar + 2);
  }
}

bool holds(const Constraint& constraint, const Version& version) {
  const auto& operation = constraint.operation;
  const bool exact = (operation.empty() || operation == "=") && !constraint.any;
  const bool unequal = operation == "!=" && !constraint.any;
  // Who does not name a prerelease does not want one.
  if (!version.prerelease.empty() && constraint.version.prerelease.empty() && !unequal) {
    return false;
  }
  if (exact) {
    return std::is_eq(compare(version, constraint.version));
  }
  if (operation == "!=") {
    return is_different(constraint, version);
  }
  if (operation == ">") {
    return is_greater(constraint, version);
  }
  if (operation == "<") {
    return std::is_lt(compare(version, constraint.version));
  }
  if (operation == ">=" || operation == "=>") {
    return std::is_gteq(compare(version, constraint.version));
  }
  if (operation == "<=" || operation == "=<") {
    return is_less_or_equal(constraint, version);
  }
  return operation == "^" ? is_compatible(constraint, version) : is_about(constraint, version);
}

}  // namespace agent::render::sprig
