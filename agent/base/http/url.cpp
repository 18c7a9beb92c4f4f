#include "agent/base/http/url.hpp"

#include "agent/base/core/percent.hpp"

#include <algorithm>

namespace base::http {
namespace {

constexpr std::size_t k_max_parameters = 256;

Error bad_escape() {
  return Error{.code = ErrorCode::invalid_input,
               .message = "the request target has an escape that is not %XX, or a NUL"};
}

Result<std::string> without_nul(std::optional<std::string> bytes) {
  if (!bytes || bytes->find('\0') != std::string::npos) {
    return bad_escape();
  }
  return *std::move(bytes);
}

Result<std::string> decoded_parameter(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return without_nul(base::percent_decoded(spaced));
}

}  // namespace

std::optional<std::string_view> Url::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) {
      return value;
    }
  }
  return std::nullopt;
}

Result<std::string> percent_decoded(std::string_view text) {
  return without_nul(base::percent_decoded(text));
}

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!text.empty()) {
    const auto pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) {
      continue;
    }
    if (parameters.size() == k_max_parameters) {
      return Error{.code = ErrorCode::invalid_input,
                   .message = "the query has more than 256 parameters"};
    }
    const auto equals = std::min(pair.find('='), pair.size());
    BASE_TRY_ASSIGN(auto name, decoded_parameter(pair.substr(0, equals)));
    BASE_TRY_ASSIGN(auto value, decoded_parameter(pair.substr(std::min(equals + 1, pair.size()))));
    parameters.emplace_back(std::move(name), std::move(value));
  }
  return parameters;
}

Result<Url> parse_target(std::string_view target) {
  if (target.empty() || target.front() != '/' || target.find('#') != std::string_view::npos) {
    return Error{.code = ErrorCode::invalid_input,
                 .message = "the request target is no absolute path"};
  }
  const auto mark = std::min(target.find('?'), target.size());
  Url url{.raw_path = std::string(target.substr(0, mark))};
  BASE_TRY_ASSIGN(url.path, percent_decoded(url.raw_path));
  if (mark < target.size()) {
    BASE_TRY_ASSIGN(url.query, parse_query(target.substr(mark + 1)));
  }
  return url;
}

Result<std::vector<std::string>> split_path(std::string_view raw_path) {
  std::vector<std::string> segments;
  if (!raw_path.empty() && raw_path.front() == '/') {
    raw_path.remove_prefix(1);
  }
  if (raw_path.empty()) {
    return segments;
  }
  while (true) {
    const auto slash = raw_path.find('/');
    BASE_TRY_ASSIGN(auto segment, percent_decoded(raw_path.substr(0, slash)));
    segments.push_back(std::move(segment));
    if (slash == std::string_view::npos) {
      return segments;
    }
    raw_path.remove_prefix(slash + 1);
  }
}

}  // namespace base::http
