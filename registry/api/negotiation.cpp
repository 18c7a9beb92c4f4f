#include "registry/api/negotiation.hpp"

#include "agent/base/http/headers.hpp"

#include <algorithm>
#include <optional>

namespace registry::api {
namespace {

std::string_view take_until(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = base::http::trimmed(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

// "0.85" in thousandths; what is no number is taken for 1, the default.
int thousandths(std::string_view text) {
  if (text.empty() || text.front() != '0') {
    return 1000;
  }
  int value = 0;
  int weight = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') {
      break;
    }
    value += weight * (c - '0');
    weight /= 10;
  }
  return value;
}

// The weight that the field gives to `name`, in thousandths; nothing when it is not listed.
std::optional<int> weight_of(std::string_view field, std::string_view name) {
  while (!field.empty()) {
    auto entry = take_until(field, ',');
    if (!base::http::equal_ignoring_case(take_until(entry, ';'), name)) {
      continue;
    }
    while (!entry.empty()) {
      const auto parameter = take_until(entry, ';');
      if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
        return thousandths(parameter.substr(2));
      }
    }
    return 1000;
  }
  return std::nullopt;
}

std::string_view opaque(std::string_view tag) {
  return tag.starts_with("W/") ? tag.substr(2) : tag;
}

}  // namespace

bool prefers_abbreviated(std::string_view accept) {
  const auto abbreviated = weight_of(accept, "application/vnd.npm.install-v1+json");
  return abbreviated && *abbreviated > 0 &&
         *abbreviated >= weight_of(accept, "application/json").value_or(0);
}

bool accepts_gzip(std::string_view accept_encoding) {
  return weight_of(accept_encoding, "gzip").value_or(0) > 0;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    const auto candidate = take_until(if_none_match, ',');
    if (candidate == "*" || opaque(candidate) == etag) {
      return true;
    }
  }
  return false;
}

}  // namespace registry::api
