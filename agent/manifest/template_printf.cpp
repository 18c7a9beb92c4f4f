#include "agent/manifest/template_directive.hpp"
#include "agent/manifest/template_format.hpp"
#include "agent/manifest/template_literal.hpp"

#include <fmt/format.h>

#include <algorithm>
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
    append_extra();
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

  std::optional<int> read_number() {
    if (accept('*')) {
      if (next_ < arguments_.size() && arguments_[next_].kind() == ValueKind::integer) {
        const auto value =
            std::clamp<std::int64_t>(arguments_[next_++].as_integer(), -k_most_width, k_most_width);
        return static_cast<int>(value);
      }
      out_.append("%!(BADWIDTH)");
      ++next_;
      return std::nullopt;
    }
    std::optional<int> number;
    while (!format_.empty() && format_[0] >= '0' && format_[0] <= '9') {
      number = std::min(number.value_or(0) * 10 + (format_[0] - '0'), k_most_width);
      format_.remove_prefix(1);
    }
    return number;
  }

  void print_directive() {
    Directive directive;
    read_flags(directive);
    directive.width = read_number();
    if (directive.width && *directive.width < 0) {
      directive.minus = true;
      directive.width = -*directive.width;
    }
    if (accept('.')) {
      directive.precision = std::max(read_number().value_or(0), 0);
    }
    if (format_.empty()) {
      out_.append("%!(NOVERB)");
      return;
    }
    std::size_t length = 1;
    while (length < format_.size() &&
           (static_cast<unsigned char>(format_[length]) & 0xC0U) == 0x80) {
      ++length;
    }
    const auto verb = format_.substr(0, length);
    format_.remove_prefix(length);
    directive.verb = single_code_point(verb).value_or(0xFFFD);
    if (directive.verb == '%') {
      out_.append("%");
    } else if (next_ >= arguments_.size()) {
      out_.append(fmt::format("%!{}(MISSING)", verb));
    } else {
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
      out_.append(arguments_[i].type_name());
      if (arguments_[i].kind() != ValueKind::nil) {
        out_.append("=");
        append_plain(out_, arguments_[i]);
      }
    }
    out_.append(")");
  }

  BoundedText& out_;
  std::string_view format_;
  std::span<const Value> arguments_;
  std::size_t next_ = 0;
};

}  // namespace

void append_formatted(BoundedText& out, std::string_view format, std::span<const Value> arguments) {
  Printer(out, format, arguments).run();
}

}  // namespace agent::manifest
