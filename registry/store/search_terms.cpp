#include "registry/store/search_terms.hpp"

#include "registry/core/json_slices.hpp"
#include "registry/store/package_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace registry::store {
namespace {

constexpr std::size_t k_max_terms = 10;
constexpr std::array<std::string_view, 8> k_qualifiers = {
    "author", "maintainer", "scope", "keywords", "not", "is", "boost-exact", "keyword"};

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto at = std::min(text.find(separator), text.size());
    if (at > 0) {
      parts.push_back(text.substr(0, at));
    }
    text.remove_prefix(std::min(at + 1, text.size()));
  }
  return parts;
}

class Conditions {
 public:
  explicit Conditions(std::vector<SqlValue>& parameters) : parameters_(parameters) {}

  std::string parameter(std::string value) {
    parameters_.emplace_back(std::move(value));
    return fmt::format("${}", parameters_.size());
  }

  // A summary is JSON with sorted keys, in which no text has a bare quote: so a keyword stands
  // between those two, and nothing else does.
  std::string has_keyword(std::string_view keyword) {
    return fmt::format(
        "lower(summary) LIKE {} ESCAPE '\\'",
        parameter(
            like_pattern(R"(%"keywords":[%)", core::quoted(lower(keyword)), R"(%],"license":%)")));
  }

  std::string keywords(std::string_view list) {
    std::string either;
    std::string none;
    for (const auto part : split(list, ',')) {
      if (part.starts_with('-')) {
        none += " AND NOT " + has_keyword(part.substr(1));
        continue;
      }
      std::string all;
      for (const auto keyword : split(part, '+')) {
        all += (all.empty() ? "" : " AND ") + has_keyword(keyword);
      }
      either += fmt::format("{}({})", either.empty() ? "" : " OR ", all);
    }
    return fmt::format("({}){}", either.empty() ? "1 = 1" : either, none);
  }

  std::string scope(std::string_view name) {
    const auto prefix = fmt::format("@{}/", name.starts_with('@') ? name.substr(1) : name);
    return fmt::format("substr(name, 1, {}) = {}", prefix.size(), parameter(prefix));
  }

  // "not:" and "is:". There are no advisories yet, so that nothing is insecure.
  static std::string state(std::string_view state, bool wanted) {
    std::string condition = wanted ? "1 = 0" : "1 = 1";
    if (state == "deprecated") {
      condition = fmt::format(R"(summary {} '%"deprecated":"",%')", wanted ? "NOT LIKE" : "LIKE");
    } else if (state == "unstable") {
      condition = fmt::format(R"(summary {} '%"version":"0.%')", wanted ? "LIKE" : "NOT LIKE");
    }
    return condition;
  }

  std::string of(const std::string& name, const std::string& value) {
    if (name == "maintainer" || name == "author") {
      return fmt::format("replace(head, {}, '') <> head", parameter(owner_mark(value)));
    }
    if (name == "scope") {
      return scope(value);
    }
    if (name == "keywords" || name == "keyword") {
      return keywords(value);
    }
    return name == "boost-exact" ? "1 = 1" : state(value, name == "is");
  }

 private:
  std::vector<SqlValue>& parameters_;
};

}  // namespace

std::string like_pattern(std::string_view before, std::string_view text, std::string_view after) {
  std::string pattern(before);
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') {
      pattern += '\\';
    }
    pattern += c;
  }
  return pattern.append(after);
}

SearchTerms search_terms(std::string_view text) {
  SearchTerms terms;
  for (const auto term : split(text, ' ')) {
    if (terms.words.size() + terms.qualifiers.size() == k_max_terms) {
      break;
    }
    const auto colon = term.find(':');
    const auto name = lower(term.substr(0, std::min(colon, term.size())));
    if (colon != std::string_view::npos && colon + 1 < term.size() &&
        std::find(k_qualifiers.begin(), k_qualifiers.end(), name) != k_qualifiers.end()) {
      terms.qualifiers.emplace_back(name, term.substr(colon + 1));
    } else {
      terms.words.push_back(lower(term));
    }
  }
  return terms;
}

std::vector<std::string> conditions_of(const SearchTerms& terms,
                                       std::vector<SqlValue>& parameters) {
  Conditions conditions(parameters);
  std::vector<std::string> texts;
  texts.reserve(terms.qualifiers.size());
  for (const auto& [name, value] : terms.qualifiers) {
    texts.push_back(conditions.of(name, value));
  }
  return texts;
}

}  // namespace registry::store
