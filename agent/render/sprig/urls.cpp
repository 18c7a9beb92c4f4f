#include "agent/manifest/template_quote.hpp"
#include "agent/render/sprig/arguments.hpp"
#include "agent/render/sprig/functions.hpp"
#include "agent/render/sprig/unicode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace agent::render::sprig {
namespace {

enum class Part { path, host, user, fragment };

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// What Go's net/url leaves as it is in each part.
bool stays(char c, Part part) {
  constexpr std::array<std::string_view, 4> k_more = {
      "$&+,/:;=@", "!$&'()*+,;=:[]<>\"", "$&+,;=", "$&+,/:;=?@!()*"};
  return is_alphanumeric(c) || std::string_view("-_.~").find(c) != std::string_view::npos ||
         k_more.at(static_cast<std::size_t>(part)).find(c) != std::string_view::npos;
}

std::string escaped(std::string_view text, Part part) {
  std::string out;
  for (const char c : text) {
    out +=
        stays(c, part) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::optional<unsigned> hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return static_cast<unsigned>(c - '0');
  }
  const char small = static_cast<char>(c | 0x20);
  return small >= 'a' && small <= 'f' ? std::optional(static_cast<unsigned>(small - 'a' + 10))
                                      : std::nullopt;
}

// In a host only what is beyond ASCII, and the percent sign, may be written so.
Result<std::string> unescaped(std::string_view text, Part part) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '%') {
      if (part == Part::host && static_cast<unsigned char>(c) < 0x80 && !stays(c, part)) {
        return argument_error(
            fmt::format("invalid character {} in host name", manifest::quoted(text.substr(i, 1))));
      }
      out.push_back(c);
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_value(text[i + 2]) : std::nullopt;
    const bool too_low = part == Part::host && high && *high < 8 && text.substr(i, 3) != "%25";
    if (!high || !low || too_low) {
      return argument_error("invalid URL escape " + manifest::quoted(text.substr(i, 3)));
    }
    out.push_back(static_cast<char>(*high << 4U | *low));
    i += 2;
  }
  return out;
}

// Everything decoded but the query and what is opaque.
struct Url {
  std::string scheme;
  std::string opaque;
  std::string userinfo;  // As it is written again.
  std::string host;
  std::string path;
  std::string query;
  std::string fragment;
};

bool is_port(std::string_view text) {
  return text.empty() ||
         (text[0] == ':' && text.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

Result<std::string> parse_host(std::string_view host) {
  const bool bracketed = host.starts_with('[');
  const auto end = bracketed ? host.rfind(']') : host.rfind(':');
  if (bracketed && end == std::string_view::npos) {
    return argument_error("missing ']' in host");
  }
  const auto port =
      end == std::string_view::npos ? std::string_view() : host.substr(bracketed ? end + 1 : end);
  if (!is_port(port)) {
    return argument_error(fmt::format("invalid port {} after host", manifest::quoted(port)));
  }
  return unescaped(host, Part::host);
}

Result<std::string> parse_userinfo(std::string_view text) {
  constexpr std::string_view k_allowed = "-._:~!$&'()*+,;=%@";
  const bool valid = std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alphanumeric(c) || k_allowed.find(c) != std::string_view::npos;
  });
  if (!valid) {
    return argument_error("net/url: invalid userinfo");
  }
  const auto colon = text.find(':');
  BASE_TRY_ASSIGN(const auto name, unescaped(text.substr(0, colon), Part::user));
  if (colon == std::string_view::npos) {
    return escaped(name, Part::user);
  }
  BASE_TRY_ASSIGN(const auto password, unescaped(text.substr(colon + 1), Part::user));
  return escaped(name, Part::user) + ":" + escaped(password, Part::user);
}

base::Status parse_authority(std::string_view authority, Url& url) {
  const auto at = authority.rfind('@');
  const bool has_user = at != std::string_view::npos;
  BASE_TRY_ASSIGN(url.host, parse_host(has_user ? authority.substr(at + 1) : authority));
  if (has_user) {
    BASE_TRY_ASSIGN(url.userinfo, parse_userinfo(authority.substr(0, at)));
  }
  return base::ok();
}

// The scheme, taken from the front of the text with its colon.
Result<std::string> take_scheme(std::string_view& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ':') {
      if (i == 0) {
        return argument_error("missing protocol scheme");
      }
      auto scheme = mapped(text.substr(0, i), to_lower);
      text.remove_prefix(i + 1);
      return scheme;
    }
    const bool later = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    if (!is_alphanumeric(c) && !later) {
      break;
    }
    if (later && i == 0) {
      break;
    }
  }
  return std::string();
}

Result<Url> parse_url(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
      })) {
    return argument_error("net/url: invalid control character in URL");
  }
  Url url;
  const auto hash = text.find('#');
  if (hash != std::string_view::npos) {
    BASE_TRY_ASSIGN(url.fragment, unescaped(text.substr(hash + 1), Part::fragment));
    text = text.substr(0, hash);
  }
  BASE_TRY_ASSIGN(url.scheme, take_scheme(text));
  if (const auto mark = text.find('?'); mark != std::string_view::npos) {
    url.query = text.substr(mark + 1);
    text = text.substr(0, mark);
  }
  if (!text.starts_with('/')) {
    if (!url.scheme.empty()) {
      url.opaque = text;
      return url;
    }
    if (text.substr(0, text.find('/')).find(':') != std::string_view::npos) {
      return argument_error("first path segment in URL cannot contain colon");
    }
  }
  if (text.starts_with("//") && (!url.scheme.empty() || !text.starts_with("///"))) {
    text.remove_prefix(2);
    const auto authority = text.substr(0, text.find('/'));
    text.remove_prefix(authority.size());
    BASE_TRY(parse_authority(authority, url));
  }
  BASE_TRY_ASSIGN(url.path, unescaped(text, Part::path));
  return url;
}

// Without the port and the brackets of an IPv6 address.
std::string_view host_name(std::string_view host) {
  const auto colon = host.rfind(':');
  if (colon != std::string_view::npos && is_port(host.substr(colon))) {
    host = host.substr(0, colon);
  }
  return host.size() > 1 && host.starts_with('[') && host.ends_with(']')
             ? host.substr(1, host.size() - 2)
             : host;
}

Result<Value> call_url_parse(const FunctionCall& call) {
  const auto& text = text_at(call, 0);
  const auto url = parse_url(text);
  if (!url) {
    return argument_error(fmt::format("unable to parse url: parse {}: {}",
                                      manifest::quoted(text.substr(0, 200)),
                                      url.error().message));
  }
  return Value::map({{"scheme", Value::text(url->scheme)},
                     {"host", Value::text(url->host)},
                     {"hostname", Value::text(std::string(host_name(url->host)))},
                     {"path", Value::text(url->path)},
                     {"query", Value::text(url->query)},
                     {"opaque", Value::text(url->opaque)},
                     {"fragment", Value::text(url->fragment)},
                     {"userinfo", Value::text(url->userinfo)}});
}

std::string path_text(const Url& url, bool starts) {
  auto path = url.path == "*" ? url.path : escaped(url.path, Part::path);
  if (!path.empty() && path[0] != '/' && !url.host.empty()) {
    path = "/" + path;
  }
  // What comes before a colon in a first segment would be read as a scheme.
  const bool ambiguous = starts && path.substr(0, path.find('/')).find(':') != std::string::npos;
  return ambiguous ? "./" + path : path;
}

std::string text_of(const Url& url) {
  std::string text;
  if (!url.scheme.empty()) {
    text = url.scheme + ":";
  }
  if (!url.opaque.empty()) {
    text += url.opaque;
  } else {
    const bool has_authority = !url.host.empty() || !url.userinfo.empty();
    if (has_authority || (!url.scheme.empty() && !url.path.empty())) {
      text += "//";
      text += url.userinfo.empty() ? "" : url.userinfo + "@";
      text += escaped(url.host, Part::host);
    }
    text += path_text(url, text.empty());
  }
  text += url.query.empty() ? "" : "?" + url.query;
  text += url.fragment.empty() ? "" : "#" + escaped(url.fragment, Part::fragment);
  return text;
}

Result<Value> call_url_join(const FunctionCall& call) {
  Url url;
  std::string userinfo;
  const std::array<std::pair<std::string, std::string*>, 7> fields = {{{"scheme", &url.scheme},
                                                                       {"host", &url.host},
                                                                       {"path", &url.path},
                                                                       {"query", &url.query},
                                                                       {"opaque", &url.opaque},
                                                                       {"fragment", &url.fragment},
                                                                       {"userinfo", &userinfo}}};
  const auto& dict = call.arguments[0].as_map();
  for (const auto& [name, into] : fields) {
    const auto found = dict.find(name);
    if (found == dict.end()) {
      continue;
    }
    if (found->second.kind() != ValueKind::text) {
      return argument_error(
          fmt::format("unable to parse {} key, must be of type string, but {} found",
                      name,
                      kind_name(found->second)));
    }
    *into = found->second.as_text();
  }
  if (!userinfo.empty()) {
    auto parsed = parse_userinfo(userinfo);
    if (!parsed) {
      return argument_error(
          fmt::format("unable to parse userinfo in dict: {}", parsed.error().message));
    }
    url.userinfo = *std::move(parsed);
  }
  return Value::text(text_of(url));
}

}  // namespace

void add_url_functions(FunctionTable& table) {
  table["urlParse"] = function("s", call_url_parse);
  table["urlJoin"] = function("d", call_url_join);
}

}  // namespace agent::render::sprig
