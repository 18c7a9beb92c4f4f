#include "agent/base/data/regex.hpp"

#include "agent/manifest/template_quote.hpp"
#include "agent/render/sprig/arguments.hpp"
#include "agent/render/sprig/functions.hpp"

#include <fmt/format.h>

#include <limits>

namespace agent::render::sprig {
namespace {

using base::data::Regex;

constexpr auto k_all = std::numeric_limits<std::int64_t>::max();

Result<Regex> compiled(const FunctionCall& call) {
  const auto& pattern = text_at(call, 0);
  BASE_TRY(call.spend(1 + pattern.size() / 4));
  auto regex = Regex::compile(pattern);
  if (!regex) {
    const bool large = regex.error().code == base::ErrorCode::too_large;
    return large ? manifest::text_too_long() : argument_error(regex.error().message);
  }
  BASE_TRY(call.spend(regex->size() / 2));
  return regex;
}

// Matches from left to right, none within another, an empty one not right behind another.
class Matches {
 public:
  Matches(const FunctionCall& call, const Regex& regex, std::string_view text, std::size_t groups)
      : call_(call), regex_(regex), text_(text), groups_(groups) {}

  // Nothing at the end. Each search may look at all of the text that is left.
  Result<std::optional<Regex::Match>> next() {
    while (from_ <= text_.size()) {
      const auto left = text_.size() - from_;
      BASE_TRY(call_.spend(1 + left / 256 * (1 + regex_.size())));
      auto match = regex_.find(text_, from_, groups_);
      if (!match) {
        break;
      }
      const auto& whole = match->front();
      const auto start = static_cast<std::size_t>(whole.data() - text_.data());
      const bool repeated = whole.empty() && start == last_end_ && any_;
      if (!whole.empty()) {
        from_ = start + whole.size();
      } else {
        const auto rest = text_.substr(start);
        from_ = start + (rest.empty() ? 1 : manifest::decode_character(rest).bytes);
      }
      if (!repeated) {
        any_ = true;
        last_end_ = start + whole.size();
        return match;
      }
    }
    from_ = text_.size() + 1;
    return std::optional<Regex::Match>();
  }

 private:
  const FunctionCall& call_;
  const Regex& regex_;
  std::string_view text_;
  std::size_t groups_;
  std::size_t from_ = 0;
  std::size_t last_end_ = 0;
  bool any_ = false;
};

Result<Value> call_must_match(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto regex, compiled(call));
  BASE_TRY_ASSIGN(const auto match, Matches(call, regex, text_at(call, 1), 0).next());
  return Value::boolean(match.has_value());
}

// A pattern that is none matches nothing.
Result<Value> call_match(const FunctionCall& call) {
  auto found = call_must_match(call);
  const bool no_pattern = !found && found.error().code == base::ErrorCode::invalid_input;
  return no_pattern ? Value::boolean(false) : found;
}

Result<Value> call_find(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto regex, compiled(call));
  BASE_TRY_ASSIGN(const auto match, Matches(call, regex, text_at(call, 1), 0).next());
  return Value::text(match ? std::string(match->front()) : "");
}

Result<Value> call_find_all(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto regex, compiled(call));
  const auto most = whole_at(call, 2) < 0 ? k_all : whole_at(call, 2);
  Matches matches(call, regex, text_at(call, 1), 0);
  ValueList found;
  while (static_cast<std::int64_t>(found.size()) < most) {
    BASE_TRY_ASSIGN(const auto match, matches.next());
    if (!match) {
      break;
    }
    found.push_back(Value::text(std::string(match->front())));
  }
  return Value::list(std::move(found)).as_type(GoType::texts);
}

// --- replacing
// -------------------------------------------------------------------------------------

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// `$1`, `${1}`, `$name`, `${name}`; a name goes on as long as it can. What stands behind `$`, taken
// from the front of the template; nothing when it is no name.
std::string_view take_name(std::string_view& text) {
  const bool braced = text.starts_with('{');
  const std::size_t start = braced ? 1 : 0;
  std::size_t end = start;
  while (end < text.size() && is_name_character(text[end])) {
    ++end;
  }
  const auto name = text.substr(start, end - start);
  if (braced && (end == text.size() || text[end] != '}')) {
    return {};
  }
  if (!name.empty()) {
    text.remove_prefix(braced ? end + 1 : end);
  }
  return name;
}

std::string_view group_of(const Regex& regex, const Regex::Match& match, std::string_view name) {
  constexpr std::size_t k_most_digits = 8;
  if (name.find_first_not_of("0123456789") == std::string_view::npos) {
    const bool is_number = name.size() <= k_most_digits && (name.size() == 1 || name[0] != '0');
    const auto number = is_number ? std::stoul(std::string(name)) : match.size();
    return number < match.size() ? match[number] : std::string_view();
  }
  const auto number = regex.group_number(std::string(name));
  return number && *number < match.size() ? match[*number] : std::string_view();
}

void append_expanded(BoundedText& out,
                     std::string_view replacement,
                     const Regex& regex,
                     const Regex::Match& match) {
  for (auto at = replacement.find('$'); at != std::string_view::npos && !out.overflowed();
       at = replacement.find('$')) {
    out.append(replacement.substr(0, at));
    replacement.remove_prefix(at + 1);
    if (replacement.starts_with('$')) {
      out.append("$");
      replacement.remove_prefix(1);
      continue;
    }
    const auto name = take_name(replacement);
    out.append(name.empty() ? "$" : group_of(regex, match, name));
  }
  out.append(replacement);
}

enum class Replacement { expanded, literal };

manifest::TemplateFunction replacing(Replacement kind) {
  return function("sss", [kind](const FunctionCall& call) -> Result<Value> {
    BASE_TRY_ASSIGN(const auto regex, compiled(call));
    const std::string_view text = text_at(call, 1);
    const auto& replacement = text_at(call, 2);
    Matches matches(call, regex, text, regex.group_count());
    BoundedText out(call.max_bytes);
    std::size_t copied = 0;
    while (!out.overflowed()) {
      BASE_TRY_ASSIGN(const auto match, matches.next());
      if (!match) {
        break;
      }
      const auto& whole = match->front();
      const auto start = static_cast<std::size_t>(whole.data() - text.data());
      out.append(text.substr(copied, start - copied));
      copied = start + whole.size();
      BASE_TRY(call.spend(replacement.size() / 64));
      if (kind == Replacement::literal) {
        out.append(replacement);
      } else {
        append_expanded(out, replacement, regex, *match);
      }
    }
    out.append(text.substr(copied));
    return text_value(std::move(out));
  });
}

// At most so many parts, all of them for a negative number. An empty match at the end parts
// nothing, and neither does one at the start.
Result<Value> call_split(const FunctionCall& call) {
  BASE_TRY_ASSIGN(const auto regex, compiled(call));
  const std::string_view text = text_at(call, 1);
  const auto count = whole_at(call, 2);
  ValueList parts;
  const auto take = [&](std::size_t from, std::size_t to) {
    parts.push_back(Value::text(std::string(text.substr(from, to - from))));
  };
  if (count == 0) {
    return Value::list({}).as_type(GoType::texts);
  }
  if (!text_at(call, 0).empty() && text.empty()) {
    take(0, 0);
    return Value::list(std::move(parts)).as_type(GoType::texts);
  }
  Matches matches(call, regex, text, 0);
  std::size_t begin = 0;
  std::size_t end = 0;
  while (count < 0 || static_cast<std::int64_t>(parts.size()) < count - 1) {
    BASE_TRY_ASSIGN(const auto match, matches.next());
    if (!match) {
      break;
    }
    const auto& whole = match->front();
    const auto start = static_cast<std::size_t>(whole.data() - text.data());
    end = start;
    if (start + whole.size() != 0) {
      take(begin, end);
    }
    begin = start + whole.size();
  }
  if (end != text.size()) {
    take(begin, text.size());
  }
  return Value::list(std::move(parts)).as_type(GoType::texts);
}

}  // namespace

void add_regex_functions(FunctionTable& table) {
  table["regexMatch"] = function("ss", call_match);
  table["mustRegexMatch"] = function("ss", call_must_match);
  table["regexFind"] = function("ss", call_find);
  table["mustRegexFind"] = table["regexFind"];
  table["regexFindAll"] = function("ssi", call_find_all);
  table["mustRegexFindAll"] = table["regexFindAll"];
  table["regexReplaceAll"] = replacing(Replacement::expanded);
  table["mustRegexReplaceAll"] = table["regexReplaceAll"];
  table["regexReplaceAllLiteral"] = replacing(Replacement::literal);
  table["mustRegexReplaceAllLiteral"] = table["regexReplaceAllLiteral"];
  table["regexSplit"] = function("ssi", call_split);
  table["mustRegexSplit"] = table["regexSplit"];
  table["regexQuoteMeta"] = of_text([](auto text) { return base::data::quoted_for_regex(text); });
}

}  // namespace agent::render::sprig
