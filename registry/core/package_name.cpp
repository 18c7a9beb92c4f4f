#include "registry/core/package_name.hpp"

#include "agent/base/core/percent.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace registry::core {
namespace {

using base::Error;
using base::ErrorCode;

constexpr std::size_t k_max_readable = 512;
constexpr std::size_t k_max_new = 214;

// Names that `require` resolves without a package, so that a package of the name is a trap.
constexpr std::array k_taken = {"assert",
                                "async_hooks",
                                "buffer",
                                "child_process",
                                "cluster",
                                "console",
                                "constants",
                                "crypto",
                                "dgram",
                                "diagnostics_channel",
                                "dns",
                                "domain",
                                "events",
                                "favicon.ico",
                                "fs",
                                "http",
                                "http2",
                                "https",
                                "inspector",
                                "module",
                                "net",
                                "node_modules",
                                "os",
                                "path",
                                "perf_hooks",
                                "process",
                                "punycode",
                                "querystring",
                                "readline",
                                "repl",
                                "stream",
                                "string_decoder",
                                "sys",
                                "timers",
                                "tls",
                                "trace_events",
                                "tty",
                                "url",
                                "util",
                                "v8",
                                "vm",
                                "wasi",
                                "worker_threads",
                                "zlib"};

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool is_readable_part(std::string_view part) {
  return !part.empty() && part != "." && part != ".." &&
         std::none_of(part.begin(), part.end(), [](char c) {
           return c == '/' || c == '\\' || is_control(c);
         });
}

bool is_new_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
         c == '~';
}

}  // namespace

std::string_view scope_of(std::string_view name) {
  const auto slash = name.find('/');
  return slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
}

std::string_view base_of(std::string_view name) {
  const auto slash = name.find('/');
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

bool is_readable_name(std::string_view name) {
  if (name.size() > k_max_readable) {
    return false;
  }
  if (!name.starts_with('@')) {
    return is_readable_part(name) && name != "-";
  }
  const auto scope = scope_of(name);
  return scope.size() > 1 && is_readable_part(scope.substr(1)) && is_readable_part(base_of(name));
}

base::Status check_new_name(std::string_view name) {
  const auto refused = [&](std::string_view why) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("'{:.80}' is no name for a package: {}", name, why)};
  };
  if (!is_readable_name(name)) {
    return refused("expected NAME or @SCOPE/NAME");
  }
  if (name.size() > k_max_new) {
    return refused("it is longer than 214 characters");
  }
  for (const auto part : {scope_of(name), base_of(name)}) {
    const auto text = part.starts_with('@') ? part.substr(1) : part;
    if (!std::all_of(text.begin(), text.end(), is_new_name_character)) {
      return refused("only lower case letters, digits and - _ . ~ are allowed");
    }
  }
  if (name.starts_with('.') || name.starts_with('_')) {
    return refused("it must not start with a dot or an underscore");
  }
  if (std::find(k_taken.begin(), k_taken.end(), name) != k_taken.end()) {
    return refused("Node itself uses it");
  }
  return base::ok();
}

std::string tarball_file(std::string_view name, std::string_view version) {
  return fmt::format("{}-{}.tgz", base_of(name), version);
}

std::string tarball_path(std::string_view name, std::string_view version) {
  std::string path = "/";
  for (const char c : fmt::format("{}/-/{}", name, tarball_file(name, version))) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-_.~@/").find(c) != std::string_view::npos;
    if (plain) {
      path += c;
    } else {
      path += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return path;
}

namespace {

std::optional<std::vector<std::string>> path_segments(std::string_view raw_path) {
  std::vector<std::string> segments;
  if (raw_path.starts_with('/')) {
    raw_path.remove_prefix(1);
  }
  while (!raw_path.empty()) {
    const auto slash = std::min(raw_path.find('/'), raw_path.size());
    auto segment = base::percent_decoded(raw_path.substr(0, slash));
    if (!segment || std::any_of(segment->begin(), segment->end(), is_control)) {
      return std::nullopt;
    }
    segments.push_back(*std::move(segment));
    raw_path.remove_prefix(std::min(slash + 1, raw_path.size()));
  }
  return segments;
}

// Takes a package's name off the front, whether its slash was encoded or not.
std::optional<std::string> take_name(std::span<const std::string>& segments) {
  if (segments.empty()) {
    return std::nullopt;
  }
  std::string name = segments[0];
  std::size_t taken = 1;
  if (name.starts_with('@') && name.find('/') == std::string::npos && segments.size() > 1) {
    name += "/" + segments[1];
    taken = 2;
  }
  if (!is_readable_name(name)) {
    return std::nullopt;
  }
  segments = segments.subspan(taken);
  return name;
}

}  // namespace

std::optional<std::vector<std::string>> route_segments(std::string_view raw_path) {
  auto segments = path_segments(raw_path);
  if (!segments || segments->empty()) {
    return std::nullopt;
  }
  // Routes below `/-/` win over packages; one group of them has a package's name inside.
  const bool own = segments->front() == "-";
  const std::size_t name_at = own ? 2 : 0;
  if (own && (segments->size() < 3 || (*segments)[1] != "package")) {
    return segments;
  }
  std::span<const std::string> rest(*segments);
  rest = rest.subspan(name_at);
  auto name = take_name(rest);
  if (!name) {
    return std::nullopt;
  }
  std::vector<std::string> route(segments->begin(),
                                 segments->begin() + static_cast<std::ptrdiff_t>(name_at));
  route.push_back(*std::move(name));
  route.insert(route.end(), rest.begin(), rest.end());
  if (!own && route.size() >= 3 && route[1] == "-") {
    const auto scope = scope_of(route[0]);
    if (!scope.empty() && route.size() >= 4 && route[2] == scope) {
      route.erase(route.begin() + 2);
    } else if (!scope.empty() && route[2].starts_with(std::string(scope) + "/")) {
      route[2].erase(0, scope.size() + 1);
    }
  }
  return route;
}

}  // namespace registry::core
