#include "agent/docker/decode.hpp"
#include "agent/docker/encode.hpp"
#include "agent/docker/frames.hpp"
#include "agent/docker/http_engine.hpp"
#include "agent/docker/upgraded_connection.hpp"

#include <fmt/format.h>

#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace agent::docker {
namespace {

// False when the token asked first.
bool wait_a_while(std::chrono::milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any condition;
  std::unique_lock lock(mutex);
  condition.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

class HttpExecSession final : public ExecSession {
 public:
  HttpExecSession(HttpEngine& engine,
                  std::string id,
                  const ExecSpec& spec,
                  UpgradedConnection connection)
      : engine_(engine), id_(std::move(id)), tty_(spec.tty), connection_(std::move(connection)) {}

  [[nodiscard]] const std::string& id() const override { return id_; }

  base::Result<std::optional<ExecChunk>> read(const Call& call) override {
    std::array<char, 16384> buffer{};
    while (chunks_.empty()) {
      BASE_TRY_ASSIGN(const auto count, connection_.read(buffer, call));
      const std::string_view bytes(buffer.data(), count);
      if (count == 0) {
        BASE_TRY(frames_.finish());
        return std::optional<ExecChunk>();
      }
      if (tty_) {
        chunks_.push_back({OutputStream::out, std::string(bytes)});
        continue;
      }
      BASE_TRY(frames_.feed(bytes, [&](OutputStream stream, std::string_view data, FramePart) {
        chunks_.push_back({stream, std::string(data)});
        return true;
      }));
    }
    auto chunk = std::move(chunks_.front());
    chunks_.pop_front();
    return std::optional(std::move(chunk));
  }

  base::Status write(std::string_view data, const Call& call) override {
    return connection_.write(data, call);
  }

  base::Status close_stdin() override { return connection_.close_write(); }

  base::Status resize(int rows, int columns, const Call& call) override {
    Outgoing outgoing;
    outgoing.method = "POST";
    outgoing.path = fmt::format("/exec/{}/resize?h={}&w={}", id_, rows, columns);
    BASE_TRY(engine_.transport().exchange(outgoing, call));
    return base::ok();
  }

  // The engine gives no way to wait for an exec, so it is asked, ever less often.
  base::Result<int> exit_code(const Call& call) override {
    const auto deadline = std::chrono::steady_clock::now() + call.deadline;
    auto pause = std::chrono::milliseconds(10);
    while (true) {
      BASE_TRY_ASSIGN(const auto state, engine_.inspect_exec(id_, call));
      if (!state.running && state.exit_code) {
        return *state.exit_code;
      }
      if (std::chrono::steady_clock::now() + pause > deadline) {
        return base::Error{base::ErrorCode::timed_out, "the program has not ended"};
      }
      if (!wait_a_while(pause, call.stop)) {
        return base::Error{base::ErrorCode::cancelled, "cancelled"};
      }
      pause = std::min(pause * 2, std::chrono::milliseconds(1000));
    }
  }

 private:
  HttpEngine& engine_;
  std::string id_;
  bool tty_;
  UpgradedConnection connection_;
  FrameReader frames_;
  std::deque<ExecChunk> chunks_;
};

}  // namespace

base::Result<std::unique_ptr<ExecSession>> HttpEngine::open_exec(const std::string& container,
                                                                 const ExecSpec& spec,
                                                                 const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(container));
  Outgoing creation;
  creation.method = "POST";
  creation.path = fmt::format("/containers/{}/exec", segment);
  creation.body = encode_exec(spec);
  BASE_TRY_ASSIGN(const auto response, transport_.exchange(creation, call));
  BASE_TRY_ASSIGN(auto id, decode_created_id(response.body));
  BASE_TRY_ASSIGN(const auto version, transport_.version(call));
  BASE_TRY_ASSIGN(
      auto connection,
      UpgradedConnection::open(transport_.options().socket,
                               fmt::format("/v{}/exec/{}/start", to_string(version), id),
                               encode_exec_start(spec),
                               call));
  return std::unique_ptr<ExecSession>(
      std::make_unique<HttpExecSession>(*this, std::move(id), spec, std::move(connection)));
}

base::Result<ExecState> HttpEngine::inspect_exec(const std::string& exec, const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(exec));
  BASE_TRY_ASSIGN(const auto body, ask("GET", fmt::format("/exec/{}/json", segment), call));
  return decode_exec(body);
}

}  // namespace agent::docker
