#include "registry/server/configuration.hpp"

#include "agent/base/fs/files.hpp"

#include <fmt/format.h>

namespace registry::server {

using base::Error;
using base::ErrorCode;

base::Result<base::Secret> secret_from(const Environment& environment, const std::string& name) {
  constexpr std::size_t k_max_secret = 16384;
  const auto value = environment(name);
  const auto file = environment(name + "_FILE");
  if (value && file) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("{} and {}_FILE are both set; one is enough", name, name)};
  }
  if (!file) {
    return base::Secret(value.value_or(""));
  }
  auto text = base::fs::read_file(*file, k_max_secret);
  if (!text) {
    return std::move(text).error().with_context(name + "_FILE");
  }
  while (text->ends_with('\n') || text->ends_with('\r')) {
    text->pop_back();
  }
  return base::Secret(*std::move(text));
}

base::Result<bool> parse_switch(std::string_view name, std::string_view text) {
  if (text == "on" || text == "off") {
    return text == "on";
  }
  return Error{ErrorCode::invalid_input,
               fmt::format("{} is '{:.40}'; expected on or off", name, text)};
}

base::Result<std::string> parse_public_url(std::string_view text) {
  while (text.ends_with('/')) {
    text.remove_suffix(1);
  }
  const bool http = text.starts_with("http://") && text.size() > 7;
  const bool https = text.starts_with("https://") && text.size() > 8;
  if ((!http && !https) || text.find_first_of("\"\\<> ?#\t\n\r") != std::string_view::npos) {
    return Error{
        ErrorCode::invalid_input,
        fmt::format("'{:.200}' is no address for clients; expected http://HOST[:PORT][/PATH]"
                    " or https://…",
                    text)};
  }
  return std::string(text);
}

}  // namespace registry::server
