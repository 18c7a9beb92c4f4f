#pragma once
// The whole API over fakes, asked without a socket.

#include "agent/api/dispatcher.hpp"
#include "agent/api/routes.hpp"
#include "agent/base/crypto/sealing.hpp"
#include "agent/base/data/json.hpp"
#include "agent/base/fs/temporary_directory.hpp"
#include "agent/journal/journal.hpp"
#include "tests/support/agent/base/core/manual_clock.hpp"
#include "tests/support/agent/config/scripted_test_world.hpp"
#include "tests/support/agent/config/scripted_world.hpp"
#include "tests/support/agent/docker/images_only.hpp"
#include "tests/support/agent/engine/fake_engine.hpp"
#include "tests/support/agent/engine/fake_lifecycle.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace agent::api {

inline constexpr uid_t k_console_uid = 990;
inline constexpr uid_t k_other_uid = 1000;

// Who asks, as a test says it.
struct Asking {
  uid_t uid = 0;
  std::string cookie;         // Of a session; empty: none.
  bool forwarded = false;     // With the console's own field.
  bool from_own_page = true;  // With X-Slipway-Request.
};

class TextBody final : public base::http::RequestBody {
 public:
  explicit TextBody(std::string text) : text_(std::move(text)) {}

  base::Status read(std::uint64_t max_bytes,
                    const std::function<base::Status(std::string_view)>& sink) override {
    if (text_.size() > max_bytes) {
      return base::Error{base::ErrorCode::too_large, "too large"};
    }
    return text_.empty() ? base::ok() : sink(text_);
  }

 private:
  std::string text_;
};

class TextWriter final : public base::http::ResponseWriter {
 public:
  bool write(std::string_view bytes) override {
    text += bytes;
    return text.size() < limit;
  }
  [[nodiscard]] std::stop_token stop() const override { return source.get_token(); }

  std::string text;
  std::size_t limit = std::string::npos;  // Then the client is gone.
  std::stop_source source;
};

// A deployment that is another one whenever the settings are.
class SettingsAsVersion final : public engine::Renderer {
 public:
  base::Result<engine::Rendered> render(const engine::RenderRequest& request) override {
    if (refuse) {
      return *refuse;
    }
    engine::Rendered rendered{.deployment = {.app = "app"}, .settings = *request.settings};
    rendered.deployment.version = rendered.settings;
    return rendered;
  }

  std::optional<base::Error> refuse;
};

struct ApiWorld {
  base::fs::TemporaryDirectory folder =
      *base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  base::ManualClock clock;
  std::unique_ptr<access::AccessStore> access =
      *access::AccessStore::open(folder.path() / "state.db", clock);
  engine::FakeLifecycle lifecycle;
  engine::FakeEngine engine;
  EventBroker events;
  ExecSessions executions{engine, clock};
  StatusReport status{AgentFacts{.version = "1.2.3",
                                 .started = clock.wall_time(),
                                 .console_listen = "127.0.0.1:8800",
                                 .console_fingerprint = folder.path() / "fingerprint"},
                      [] { return support::Host{.hostname = "host"}; },
                      clock};
  docker::ImagesOnly images;
  base::crypto::SealingKey key = *base::crypto::SealingKey::load_or_create(folder.path() / "seal");
  std::unique_ptr<journal::Journal> journal =
      *journal::Journal::open(folder.path() / "state.db", key, clock);
  SettingsAsVersion renderer;
  tests::ScriptedWorld commands;
  tests::ScriptedTestWorld tests;
  SettingsDesk settings{{.lifecycle = lifecycle,
                         .journal = *journal,
                         .renderer = renderer,
                         .world = commands,
                         .tests = tests,
                         .facts = [] { return render::HostFacts{}; }}};
  Services services{.lifecycle = lifecycle,
                    .containers = engine,
                    .images = images,
                    .access = *access,
                    .status = status,
                    .events = events,
                    .executions = executions,
                    .settings = settings};
  Dispatcher dispatcher{make_routes(services), k_console_uid, *access, clock};

  std::string sign_in() const {
    const auto code = access->create_login_code("root");
    REQUIRE(code);
    const auto made = access->sign_in(code->code, std::nullopt);
    REQUIRE(made);
    return made->token.reveal();
  }

  base::http::LocalResponse ask(const Asking& asking,
                                const std::string& method,
                                const std::string& target,
                                const std::string& text = "") {
    auto url = base::http::parse_target(target);
    REQUIRE(url);
    base::http::LocalRequest request{
        .method = method, .url = *std::move(url), .headers = {}, .peer = {.uid = asking.uid}};
    if (!asking.cookie.empty()) {
      request.headers.add("Cookie", "other=1; __Host-slipway=" + asking.cookie);
    }
    if (asking.forwarded) {
      request.headers.add(k_forwarded_for, "192.0.2.1");
    }
    if (asking.from_own_page) {
      request.headers.add(k_own_request, "1");
    }
    request.content_length = text.size();
    bodies.push_back(std::make_unique<TextBody>(text));
    return dispatcher.handle(request, *bodies.back());
  }

  std::vector<std::unique_ptr<TextBody>> bodies;  // An answer may read its request's.
};

inline base::data::Json json_of(const base::http::LocalResponse& response) {
  const auto json = base::data::parse_json(response.body);
  REQUIRE(json);
  return *json;
}

inline std::string reason_of(const base::http::LocalResponse& response) {
  return json_of(response)["error"]["reason"].get<std::string>();
}

}  // namespace agent::api
