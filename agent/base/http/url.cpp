#include "agent/base/http/url.hpp"

#include <algorithm>

namespace base::http {
namespace {

constexpr std::size_t k_max_parameters = 256;

int hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return -1;
}

Error bad_escape() {
  return Error{.code = ErrorCode::invalid_input,
               .message = "the request target has an escape that is not %XX, or a NUL"};
}

enum class Plus { is_plus, is_space };

Result<std::string> decoded(std::string_view text, Plus plus) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '%') {
      const int high = at + 2 < text.size() ? hex_value(text[at + 1]) : -1;
      const int low = at + 2 < text.size() ? hex_value(text[at + 2]) : -1;
      if (high < 0 || low < 0) {
        return bad_escape();
      }
      c = static_cast<char>(high * 16 + low);
      at += 2;
    } else if (c == '+' && plus == Plus::is_space) {
      c = ' ';
    }
    if (c == '\0') {
      return bad_escape();
    }
    bytes.push_back(c);
  }
  return bytes;
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
  return decoded(text, Plus::is_plus);
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
    BASE_TRY_ASSIGN(auto name, decoded(pair.substr(0, equals), Plus::is_space));
    BASE_TRY_ASSIGN(auto value,
                    decoded(pair.substr(std::min(equals + 1, pair.size())), Plus::is_space));
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
