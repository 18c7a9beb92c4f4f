#include "agent/base/http/directory.hpp"

#include "agent/base/crypto/encoding.hpp"
#include "agent/base/http/client.hpp"
#include "agent/base/http/curl_session.hpp"

#include <fmt/format.h>

#include <utility>

namespace base::http {
namespace {

constexpr int k_most_entries = 1000;

std::string url_of(const DirectoryQuery& query) {
  std::string attributes;
  for (const auto& attribute : query.attributes) {
    attributes += (attributes.empty() ? "" : ",") + percent_encoded(attribute);
  }
  const bool tls = query.protection == DirectoryProtection::tls;
  const auto host = query.host.find(':') == std::string::npos ? query.host : "[" + query.host + "]";
  return fmt::format("{}://{}{}/{}?{}?{}?{}",
                     tls ? "ldaps" : "ldap",
                     host,
                     query.port.empty() ? "" : ":" + query.port,
                     percent_encoded(query.base),
                     attributes,
                     query.filter.empty() ? "base" : "sub",
                     percent_encoded(query.filter.empty() ? "(objectClass=*)" : query.filter));
}

Error error_of(const CurlSession& session, CURLcode code, const DirectoryQuery& query) {
  const auto detail = fmt::format("{}: {}", query.host, session.problem(code));
  switch (static_cast<int>(code)) {
    case CURLE_LOGIN_DENIED:
      return {ErrorCode::unauthorized,
              fmt::format("{} does not accept {} with this password", query.host, query.user)};
    case CURLE_LDAP_CANNOT_BIND:
      return {ErrorCode::unauthorized, detail};
    case CURLE_LDAP_SEARCH_FAILED:
      return {ErrorCode::not_found, detail};
    case CURLE_LDAP_INVALID_URL:
    case CURLE_URL_MALFORMAT:
      return {ErrorCode::invalid_input, detail};
    case CURLE_OPERATION_TIMEDOUT:
      return {ErrorCode::timed_out, fmt::format("{} did not answer in time", query.host)};
    case CURLE_ABORTED_BY_CALLBACK:
      return {ErrorCode::cancelled, fmt::format("{}: cancelled", query.host)};
    default:
      return {ErrorCode::unavailable, detail};
  }
}

// curl writes "DN: name", then a tab and "attribute: value" for each, with "::" before base64.
std::pair<std::string, std::string> field_of(std::string_view line) {
  const auto colon = std::min(line.find(": "), line.find(":: "));
  if (colon == std::string_view::npos) {
    return {};
  }
  std::string name(line.substr(0, colon));
  if (line.substr(colon).starts_with(":: ")) {
    return {std::move(name),
            crypto::base64_decode(line.substr(colon + 3)).has_value()
                ? *crypto::base64_decode(line.substr(colon + 3))
                : std::string()};
  }
  return {std::move(name), std::string(line.substr(colon + 2))};
}

std::vector<DirectoryEntry> entries_in(std::string_view output) {
  std::vector<DirectoryEntry> entries;
  while (!output.empty() && entries.size() <= k_most_entries) {
    const auto end = std::min(output.find('\n'), output.size());
    auto line = output.substr(0, end);
    output.remove_prefix(std::min(end + 1, output.size()));
    const bool attribute = line.starts_with('\t');
    line.remove_prefix(attribute ? 1 : 0);
    auto [name, value] = field_of(line);
    if (!attribute && name == "DN") {
      entries.push_back({.name = std::move(value), .attributes = {}});
    } else if (attribute && !entries.empty() && !name.empty()) {
      entries.back().attributes.emplace(std::move(name), std::move(value));
    }
  }
  return entries;
}

}  // namespace

Result<std::vector<DirectoryEntry>> search_directory(const DirectoryQuery& query,
                                                     const SessionLimits& limits) {
  // Debian 12's curl breaks off after the server's consent, and a connection in the clear is not
  // what was asked for.
  if (query.protection == DirectoryProtection::start_tls) {
    return Error{ErrorCode::unavailable,
                 fmt::format("{}: STARTTLS cannot be tried from here", query.host),
                 "Use ldaps, or save without tests."};
  }
  CurlSession session(limits);
  CURL* easy = session.handle();
  curl_easy_setopt(easy, CURLOPT_URL, url_of(query).c_str());
  if (!query.user.empty()) {
    curl_easy_setopt(easy, CURLOPT_USERNAME, query.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, query.password.reveal().c_str());
  }
  const auto code = session.run();
  if (code != CURLE_OK) {
    return error_of(session, code, query);
  }
  return entries_in(session.output());
}

std::string escaped_for_filter(std::string_view value) {
  std::string escaped;
  for (const char c : value) {
    if (c == '*' || c == '(' || c == ')' || c == '\\' || c == '\0') {
      escaped += fmt::format("\\{:02x}", static_cast<unsigned char>(c));
    } else {
      escaped.push_back(c);
    }
  }
  return escaped;
}

}  // namespace base::http
