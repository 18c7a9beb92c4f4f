#pragma once
// What somebody types into a search: words, and qualifiers as the public registry understands them.

#include "registry/store/sql_connection.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace registry::store {

struct SearchTerms {
  std::vector<std::string> words;  // Lower case; all must occur.
  // "maintainer:ann", "author:ann", "scope:s", "keywords:a,b" (either), "keywords:a+b" (both),
  // "keywords:a,-b" (not b), "not:deprecated", "is:unstable" and the like, in the order of the
  // text.
  std::vector<std::pair<std::string, std::string>> qualifiers;
};

// Quotes have no meaning; what looks like a qualifier and is none is a word.
SearchTerms search_terms(std::string_view text);

// A condition on the table `packages` for each qualifier, with its parameters added to those of the
// statement so far.
std::vector<std::string> conditions_of(const SearchTerms& terms, std::vector<SqlValue>& parameters);

// A text for LIKE … ESCAPE '\' that stands for itself, between what is before and after it.
std::string like_pattern(std::string_view before, std::string_view text, std::string_view after);

}  // namespace registry::store
