#include "agent/engine/container_translation.hpp"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace agent::engine {
namespace {

constexpr std::string_view k_scheme = "http://";

base::Error wrong_url(const std::string& url) {
  return {.code = base::ErrorCode::invalid_input,
          .message = fmt::format("state.ready: `{:.200}` is no URL that can be probed", url),
          .hint = "Write it as http://ADDRESS[:PORT]/PATH with an IP address or localhost."};
}

// The probe runs on the host, beside the containers' published ports, so that an address is known
// without asking a name server.
std::string numeric(const std::string& host) {
  return host == "localhost" || host.empty() || host == "0.0.0.0" ? "127.0.0.1" : host;
}

}  // namespace

base::Result<ReadyProbe> ready_probe_of(const render::ReadyProbe& probe) {
  ReadyProbe result;
  result.attempt_timeout = probe.attempt_timeout;
  if (probe.timeout) {
    result.timeout = *probe.timeout;
  }
  if (probe.kind == render::ReadyKind::tcp_port_accept) {
    result.kind = ProbeKind::tcp;
    result.address = numeric(probe.host);
    result.port = probe.port;
    return result;
  }
  result.kind = ProbeKind::http;
  result.status = probe.expected_code == 0 ? 200 : probe.expected_code;
  if (!probe.url.starts_with(k_scheme)) {
    return wrong_url(probe.url);
  }
  const auto rest = probe.url.substr(k_scheme.size());
  const auto slash = rest.find('/');
  const auto authority = rest.substr(0, slash);
  result.path = slash == std::string::npos ? "/" : rest.substr(slash);
  result.host_header = authority;
  const auto colon = authority.rfind(':');
  result.address = numeric(authority.substr(0, colon));
  result.port = 80;
  if (colon != std::string::npos) {
    const auto digits = authority.substr(colon + 1);
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), result.port);
    if (failure != std::errc{} || end != digits.data() + digits.size()) {
      return wrong_url(probe.url);
    }
  }
  for (const char c : result.path + result.host_header) {
    if (static_cast<unsigned char>(c) <= ' ') {
      return wrong_url(probe.url);
    }
  }
  return result;
}

}  // namespace agent::engine
