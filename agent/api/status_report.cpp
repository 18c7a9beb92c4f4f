#include "agent/api/status_report.hpp"

#include "agent/api/json_views.hpp"
#include "agent/base/fs/files.hpp"

#include <nlohmann/json.hpp>

#include <set>
#include <utility>

namespace agent::api {
namespace {

constexpr std::chrono::seconds k_host_kept{10};
constexpr std::size_t k_fingerprint_bytes = 256;

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

// SHA-256 as pairs of hexadecimal digits with colons between.
bool is_fingerprint(std::string_view text) {
  constexpr std::size_t k_length = (32 * 3) - 1;
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool right =
        at % 3 == 2 ? text[at] == ':' : k_digits.find(text[at]) != std::string_view::npos;
    if (!right) {
      return false;
    }
  }
  return text.size() == k_length;
}

// The console's account owns the folder, and nothing it writes there is believed.
Json fingerprint_of(const std::filesystem::path& path) {
  auto text = base::fs::read_untrusted_file(path, k_fingerprint_bytes);
  if (!text) {
    return nullptr;
  }
  text->erase(text->find_last_not_of('\n') + 1);
  return is_fingerprint(*text) ? Json(*text) : Json(nullptr);
}

Json application(const engine::StatusView& status,
                 const std::vector<engine::ComponentView>& components) {
  std::set<std::string> addresses;  // A port on all addresses is reported for IPv4 and IPv6.
  for (const auto& component : components) {
    for (const auto& port : component.ports) {
      if (port.host_ip != "::") {
        addresses.insert(address_of(port));
      }
    }
  }
  return {{"app", text_or_null(status.app)},
          {"name", text_or_null(status.app_name)},
          {"version", text_or_null(status.version)},
          {"deployment", status.deployment ? Json(status.deployment->value) : Json(nullptr)},
          {"condition", engine::name_of(status.condition)},
          {"reason", text_or_null(status.reason)},
          {"addresses", addresses}};
}

}  // namespace

StatusReport::StatusReport(AgentFacts facts,
                           std::function<support::Host()> look,
                           const base::Clock& clock)
    : facts_(std::move(facts)), look_(std::move(look)), clock_(clock) {}

support::Host StatusReport::host() {
  auto kept = kept_.lock();
  const auto when = clock_.monotonic_time();
  if (!*kept || when - (*kept)->when >= k_host_kept) {
    *kept = Kept{.host = look_(), .when = when};
  }
  return (*kept)->host;
}

Json StatusReport::make(const engine::StatusView& status,
                        const std::vector<engine::ComponentView>& components) {
  const auto seen = host();
  const auto checks = support::check_host(
      seen, {.reachable = status.engine.reachable, .problem = status.engine.problem});
  return {
      {"application", application(status, components)},
      {"engine", to_json(status.engine)},
      {"agent", {{"version", facts_.version}, {"started_at", base::format_time(facts_.started)}}},
      {"console",
       {{"listen", facts_.console_listen},
        {"fingerprint", fingerprint_of(facts_.console_fingerprint)}}},
      {"host", to_json(seen, checks)},
      {"operation", status.operation ? to_json(*status.operation, {}) : Json(nullptr)}};
}

}  // namespace agent::api
