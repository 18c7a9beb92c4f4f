#pragma once
// One client: reads requests in turn, hands them to the handler, writes the answers in order.

#include "agent/base/core/clock.hpp"
#include "agent/base/http/exchange.hpp"
#include "agent/base/http/io_loop.hpp"
#include "agent/base/http/outgoing.hpp"
#include "agent/base/http/request_parser.hpp"
#include "agent/base/http/server_worker.hpp"
#include "agent/base/http/transport.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace base::http {

// All of it runs on the worker's loop. A request is known by its number, so that what is said about
// one that is over is not taken for its successor.
class Connection final : public Watched {
 public:
  using Position = std::list<std::shared_ptr<Connection>>::iterator;

  Connection(std::shared_ptr<ServerWorker> worker,
             Fd socket,
             std::unique_ptr<Transport> transport,
             std::string remote_address);
  void start(Position position);

  [[nodiscard]] const std::string& remote_address() const noexcept { return remote_address_; }
  [[nodiscard]] ServerWorker& worker() const noexcept { return *worker_; }
  [[nodiscard]] Position position() const noexcept { return position_; }
  [[nodiscard]] MonotonicTime deadline() const noexcept { return deadline_; }
  void expire();      // The deadline has passed.
  void begin_stop();  // No request after the one under way.
  void close();       // At once, whatever is under way.

  void respond(std::uint32_t number, Response response);
  void take_body(std::uint32_t number, std::uint64_t max_bytes, std::shared_ptr<BodySink> sink);
  void resume_body(std::uint32_t number);
  void watch_disconnect(std::uint32_t number, std::function<void()> callback);

 private:
  enum class Phase { handshake, idle, head, exchange, lingering };
  enum class BodyState {
    unread,     // Nobody asked for it yet.
    streaming,  // To the sink.
    draining,   // Answered already; the rest is small and dropped to keep the connection.
    abandoned,  // Will not be read.
    done,
  };

  void on_ready(Readiness readiness) override;
  void continue_handshake();

  void read_input();
  void take_input(std::string_view fresh);
  void resume_input();
  void arm();
  [[nodiscard]] bool wants_input() const;
  void peer_ended();
  std::size_t consume(std::string_view input);
  bool consume_head(std::string_view input, std::size_t& used);
  bool consume_body(std::string_view input, std::size_t& used);
  void dispatch();
  [[nodiscard]] bool method_allowed(const Request& request);
  void next_request();
  void linger();
  void protocol_fault(const ParseFault& fault);

  bool take_chunk(std::string_view chunk);
  void finish_body();
  void fail_body();
  void abandon_body(const Error& error);
  bool send_continue();

  void start_response(Response response);
  void pump();
  void response_done();

  void set_deadline(std::chrono::milliseconds timeout);
  void clear_deadline() { deadline_ = MonotonicTime::max(); }
  // Renews the deadline when enough bytes have moved since it was last renewed.
  void note_progress(std::uint64_t bytes, std::chrono::milliseconds timeout);
  [[nodiscard]] const ServerLimits& limits() const { return worker_->options().limits; }

  std::shared_ptr<ServerWorker> worker_;
  std::unique_ptr<Transport> transport_;
  std::string remote_address_;
  Position position_;
  MonotonicTime deadline_ = MonotonicTime::max();
  std::uint64_t progress_mark_ = 0;

  std::unique_ptr<RequestParser> parser_;  // Only while a request is under way.
  std::string pending_;                    // Received, not consumed.
  Outgoing outgoing_;
  std::shared_ptr<BodySink> sink_;
  std::uint64_t body_limit_ = 0;
  std::uint64_t body_received_ = 0;
  std::function<void()> on_disconnect_;

  std::uint32_t number_ = 0;
  std::uint32_t lingered_ = 0;
  Phase phase_ = Phase::idle;
  BodyState body_ = BodyState::done;
  bool consuming_ = false;  // On the stack: whoever frees input then leaves it to that loop.
  bool answered_ = false;
  bool paused_ = false;
  bool body_complete_ = false;  // Finished while paused.
  bool close_after_ = false;
  bool input_ended_ = false;
  bool head_request_ = false;
  bool http_1_0_ = false;
  bool expects_continue_ = false;
  bool input_wants_write_ = false;
  bool output_wants_read_ = false;
};

}  // namespace base::http
