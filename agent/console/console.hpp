#pragma once
// What browsers reach: pages from memory, the API by handing it on. It knows nothing of sessions
// and has no rights; the agent checks every request itself.

#include "agent/base/core/places.hpp"
#include "agent/base/http/relay.hpp"
#include "agent/base/http/server.hpp"
#include "agent/console/static_files.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace agent::console {

class Console final : public base::http::Handler {
 public:
  // Without files every page is 503 with the reason, while the API goes on.
  Console(const std::filesystem::path& agent_socket, std::optional<StaticFiles> files);

  void on_request(std::shared_ptr<base::http::Exchange> exchange) override;

 private:
  void hand_on(const std::shared_ptr<base::http::Exchange>& exchange);
  [[nodiscard]] base::http::Response page(const base::http::Request& request) const;

  base::http::RelayOptions relay_;
  std::optional<StaticFiles> files_;
  base::Places uploads_;
};

}  // namespace agent::console
