#include "agent/release/image_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace agent::release {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// Between two letters or digits: one dot, one or two underscores, any number of dashes.
bool is_good_separator(std::string_view text) {
  return text.empty() || text == "." || text == "_" || text == "__" ||
         text.find_first_not_of('-') == std::string_view::npos;
}

bool is_good_component(std::string_view text) {
  if (text.empty() || !is_alphanumeric(text.front()) || !is_alphanumeric(text.back())) {
    return false;
  }
  while (!text.empty()) {
    const auto* const word_end = std::find_if_not(text.begin(), text.end(), is_alphanumeric);
    const auto* const next = std::find_if(word_end, text.end(), is_alphanumeric);
    if (!is_good_separator({word_end, static_cast<std::size_t>(next - word_end)})) {
      return false;
    }
    text.remove_prefix(static_cast<std::size_t>(next - text.begin()));
  }
  return true;
}

bool is_tag_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' || c == '-';
}

bool is_host_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == ':' ||
         c == '[' || c == ']';
}

// A name, an IPv4 address or a bracketed IPv6 address, with a port or without.
bool is_good_host(std::string_view host) {
  if (host.front() != '[' && std::isalnum(static_cast<unsigned char>(host.front())) == 0) {
    return false;
  }
  const auto colon = host.front() == '[' ? host.find("]:") : host.find(':');
  if (colon != std::string_view::npos) {
    const auto port = host.substr(host.find_first_not_of(']', colon) + 1);
    if (port.empty() || port.find_first_not_of("0123456789") != std::string_view::npos) {
      return false;
    }
  }
  return std::all_of(host.begin(), host.end(), is_host_character);
}

bool is_good_digest(std::string_view digest) {
  constexpr std::string_view k_prefix = "sha256:";
  constexpr std::size_t k_hex_digits = 64;
  return digest.starts_with(k_prefix) && digest.size() == k_prefix.size() + k_hex_digits &&
         digest.substr(k_prefix.size()).find_first_not_of("0123456789abcdef") ==
             std::string_view::npos;
}

bool is_good_repository(std::string_view path) {
  for (;;) {
    const auto slash = path.find('/');
    if (!is_good_component(path.substr(0, slash))) {
      return false;
    }
    if (slash == std::string_view::npos) {
      return true;
    }
    path.remove_prefix(slash + 1);
  }
}

bool is_good_tag(std::string_view tag) {
  constexpr std::size_t k_longest = 128;
  return tag.size() <= k_longest && tag.front() != '.' && tag.front() != '-' &&
         std::all_of(tag.begin(), tag.end(), is_tag_character);
}

bool is_host(std::string_view part) {
  return part.find_first_of(".:") != std::string_view::npos || part == "localhost";
}

}  // namespace

std::string ImageReference::full() const {
  auto text = registry.empty() ? repository : registry + "/" + repository;
  if (!tag.empty()) {
    text += ":" + tag;
  }
  if (!digest.empty()) {
    text += "@" + digest;
  }
  return text;
}

base::Result<ImageReference> parse_image_reference(std::string_view text) {
  constexpr std::size_t k_longest_name = 255;  // Host and path.
  const base::Error wrong{.code = base::ErrorCode::invalid_input,
                          .message = fmt::format("`{:.200}` is no image reference", text),
                          .hint = "Write it as [HOST[:PORT]/]NAME[:TAG][@sha256:DIGEST]."};
  ImageReference reference;
  auto rest = text;
  if (const auto at = rest.find('@'); at != std::string_view::npos) {
    reference.digest = rest.substr(at + 1);
    rest = rest.substr(0, at);
    if (!is_good_digest(reference.digest)) {
      return wrong;
    }
  }
  if (const auto slash = rest.find('/');
      slash != std::string_view::npos && is_host(rest.substr(0, slash))) {
    reference.registry = rest.substr(0, slash);
    rest = rest.substr(slash + 1);
  }
  if (const auto colon = rest.rfind(':'); colon != std::string_view::npos) {
    reference.tag = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
    if (reference.tag.empty()) {
      return wrong;
    }
  }
  reference.repository = rest;
  if (reference.registry.size() + reference.repository.size() >= k_longest_name ||
      !is_good_repository(reference.repository) ||
      !(reference.tag.empty() || is_good_tag(reference.tag)) ||
      !(reference.registry.empty() || is_good_host(reference.registry))) {
    return wrong;
  }
  if (reference.tag.empty() && reference.digest.empty()) {
    reference.tag = "latest";
  }
  return reference;
}

}  // namespace agent::release
