#include "agent/manifest/template_directive.hpp"
#include "agent/manifest/template_format.hpp"
#include "agent/manifest/template_quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace agent::manifest {
namespace {

constexpr int k_most_width = 1'000'000;  // Go's own limit.

class Printer {
 public:
  Printer(BoundedText& out, std::string_view format, std::span<const Value> arguments)
      : out_(out), format_(format), arguments_(arguments) {}

  void run() {
    while (!format_.empty() && !out_.overflowed()) {
      const std::size_t percent = std::min(format_.find('%'), format_.size());
      out_.append(format_.substr(0, percent));
      format_.remove_prefix(percent);
      if (!format_.empty()) {
        format_.remove_prefix(1);
        print_directive();
      }
    }
    if (!reordered_) {
      append_extra();
    }
  }

 private:
  bool accept(char c) {
    if (!format_.starts_with(c)) {
      return false;
    }
    format_.remove_prefix(1);
    return true;
  }

  void read_flags(Directive& directive) {
    while (true) {
      if (accept('+')) {
        directive.plus = true;
      } else if (accept('-')) {
        directive.minus = true;
      } else if (accept('#')) {
        directive.sharp = true;
      } else if (accept(' ')) {
        directive.blank = true;
      } else if (accept('0')) {
        directive.zero = true;
      } else {
        return;
      }
    }
  }

  // Nothing without digits. More than Go takes ends the format.
  std::optional<int> read_digits() {
    std::optional<int> number;
    while (!format_.empty() && format_[0] >= '0' && format_[0] <= '9') {
      number = number.value_or(0) * 10 + (format_[0] - '0');
      format_.remove_prefix(1);
      if (*number > k_most_width) {
        format_ = {};
        return std::nullopt;
      }
    }
    return number;
  }

  // `[2]`: which argument comes next.
  void read_index() {
    if (!format_.starts_with('[')) {
      return;
    }
    reordered_ = true;
    after_index_ = true;
    const std::size_t end = format_.find(']');
    if (end == std::string_view::npos) {
      format_.remove_prefix(1);
      good_index_ = false;
      return;
    }
    const auto digits = format_.substr(1, end - 1);
    format_.remove_prefix(end + 1);
    std::size_t index = 0;
    const auto [last, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (fault != std::errc() || last != digits.data() + digits.size() || index == 0 ||
        index > arguments_.size()) {
      good_index_ = false;
      after_index_ = false;
      return;
    }
    next_ = index - 1;
  }

  // A width or precision: digits, or `*` for the next argument.
  std::optional<int> read_number(std::string_view complaint) {
    if (!accept('*')) {
      const auto number = read_digits();
      good_index_ = good_index_ && !(after_index_ && number);
      return number;
    }
    after_index_ = false;
    if (next_ >= arguments_.size()) {
      out_.append(complaint);
      return std::nullopt;
    }
    const auto& argument = arguments_[next_++];
    if (argument.kind() == ValueKind::integer && argument.as_integer() >= -k_most_width &&
        argument.as_integer() <= k_most_width) {
      return static_cast<int>(argument.as_integer());
    }
    out_.append(complaint);
    return std::nullopt;
  }

  void read_width(Directive& directive) {
    read_index();
    directive.width = read_number("%!(BADWIDTH)");
    if (directive.width && *directive.width < 0) {
      directive.minus = true;
      directive.width = -*directive.width;
    }
  }

  void read_precision(Directive& directive) {
    if (!accept('.')) {
      return;
    }
    good_index_ = good_index_ && !after_index_;
    read_index();
    const bool from_argument = format_.starts_with('*');
    const std::size_t before = next_;
    auto precision = read_number("%!(BADPREC)");
    if (precision && *precision < 0) {
      precision.reset();
      out_.append("%!(BADPREC)");
    } else if (!precision && !(from_argument && next_ > before)) {
      precision = 0;
    }
    directive.precision = precision;
  }

  void print_directive() {
    Directive directive;
    good_index_ = true;
    after_index_ = false;
    read_flags(directive);
    read_width(directive);
    read_precision(directive);
    if (!after_index_) {
      read_index();
    }
    directive.zero = directive.zero && !directive.minus;
    if (format_.empty()) {
      out_.append("%!(NOVERB)");
      return;
    }
    const auto character = decode_character(format_);
    const auto verb = format_.substr(0, character.bytes);
    format_.remove_prefix(character.bytes);
    directive.verb = character.code;
    print_verb(directive, verb);
  }

  void print_verb(Directive& directive, std::string_view verb) {
    if (directive.verb == '%') {
      out_.append("%");
    } else if (!good_index_) {
      out_.append(fmt::format("%!{}(BADINDEX)", verb));
    } else if (next_ >= arguments_.size()) {
      out_.append(fmt::format("%!{}(MISSING)", verb));
    } else {
      directive.go_syntax = directive.verb == 'v' && directive.sharp;
      directive.sharp = directive.sharp && directive.verb != 'v';
      directive.plus = directive.plus && (directive.verb != 'v');
      append_value(out_, directive, arguments_[next_++]);
    }
  }

  void append_extra() {
    if (next_ >= arguments_.size()) {
      return;
    }
    out_.append("%!(EXTRA ");
    for (std::size_t i = next_; i < arguments_.size() && !out_.overflowed(); ++i) {
      out_.append(i == next_ ? "" : ", ");
      if (arguments_[i].kind() != ValueKind::nil) {
        out_.append(arguments_[i].type_name());
        out_.append("=");
      }
      append_plain(out_, arguments_[i]);
    }
    out_.append(")");
  }

  BoundedText& out_;
  std::string_view format_;
  std::span<const Value> arguments_;
  std::size_t next_ = 0;
  bool reordered_ = false;    // Some argument was chosen by its index.
  bool after_index_ = false;  // Just now.
  bool good_index_ = true;
};

}  // namespace

void append_formatted(BoundedText& out, std::string_view format, std::span<const Value> arguments) {
  Printer(out, format, arguments).run();
}

}  // namespace agent::manifest
