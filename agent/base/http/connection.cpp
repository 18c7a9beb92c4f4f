#include "agent/base/http/connection.hpp"

#include "agent/base/http/server_exchange.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace base::http {
namespace {

// After an answer that ends the connection: closing while the client still sends would make its
// kernel throw the answer away, so what it sends is read for a while.
constexpr std::chrono::milliseconds k_linger_time{5'000};

}  // namespace

Connection::Connection(std::shared_ptr<ServerWorker> worker,
                       Fd socket,
                       std::unique_ptr<Transport> transport,
                       std::string remote_address)
    : Watched(worker->loop(), std::move(socket)),
      worker_(std::move(worker)),
      transport_(std::move(transport)),
      remote_address_(std::move(remote_address)) {}

void Connection::start(Position position) {
  position_ = position;
  set_deadline(limits().header_timeout);
  if (worker_->options().tls) {
    phase_ = Phase::handshake;
  }
  wait(Readiness::readable);
}

void Connection::on_ready(Readiness readiness) {
  if (phase_ == Phase::handshake) {
    continue_handshake();
    return;
  }
  const bool readable = readiness == Readiness::readable;
  if (outgoing_.active() && (!readable || output_wants_read_)) {
    pump();
  }
  if (is_open() && (readable || input_wants_write_)) {
    read_input();
  }
}

void Connection::continue_handshake() {
  const auto moved = transport_->handshake();
  switch (moved.state) {
    case Moved::State::done:
      phase_ = Phase::idle;
      read_input();
      break;
    case Moved::State::want_read:
      wait(Readiness::readable);
      break;
    case Moved::State::want_write:
      wait(Readiness::writable);
      break;
    case Moved::State::end:
    case Moved::State::failed:
      close();
      break;
  }
}

void Connection::dispatch() {
  Request& request = parser_->request();
  request.remote_address = remote_address_;
  request.tls = worker_->options().tls != nullptr;
  ++number_;
  phase_ = Phase::exchange;
  clear_deadline();
  head_request_ = request.method == "HEAD";
  http_1_0_ = parser_->is_http_1_0();
  close_after_ = !parser_->keep_alive() || worker_->stopping();
  body_ = request.has_body() ? BodyState::unread : BodyState::done;
  expects_continue_ = request.has_body() && parser_->expects_continue();
  answered_ = false;
  paused_ = false;
  body_complete_ = false;
  body_received_ = 0;
  if (!method_allowed(request)) {
    return;
  }
  auto exchange = std::make_shared<ServerExchange>(
      std::static_pointer_cast<Connection>(shared_from_this()), number_, std::move(request));
  try {
    worker_->handler().on_request(std::move(exchange));
  } catch (...) {  // NOLINT(bugprone-empty-catch): losing the exchange answers with 500.
  }
}

bool Connection::method_allowed(const Request& request) {
  const auto& methods = worker_->options().methods;
  if (methods.empty() ||
      std::find(methods.begin(), methods.end(), request.method) != methods.end()) {
    return true;
  }
  auto response = worker_->handler().on_protocol_error(405, "the method is not supported");
  std::string allow;
  for (const auto& method : methods) {
    allow.append(allow.empty() ? "" : ", ").append(method);
  }
  response.headers.set("Allow", std::move(allow));
  start_response(std::move(response));
  return false;
}

void Connection::next_request() {
  parser_.reset();
  phase_ = Phase::idle;
  if (worker_->stopping()) {
    linger();
    return;
  }
  set_deadline(limits().idle_timeout);
  resume_input();
}

void Connection::linger() {
  phase_ = Phase::lingering;
  lingered_ = 0;
  pending_.clear();
  set_deadline(k_linger_time);
  transport_->end_output();
  // With the whole request read there is nothing to wait for but the client's politeness.
  if (input_ended_ || (worker_->stopping() && body_ == BodyState::done)) {
    close();
    return;
  }
  resume_input();
}

void Connection::protocol_fault(const ParseFault& fault) {
  ++number_;
  phase_ = Phase::exchange;
  body_ = BodyState::abandoned;
  close_after_ = true;
  head_request_ = false;
  http_1_0_ = false;
  start_response(worker_->handler().on_protocol_error(fault.status, fault.message));
}

void Connection::expire() {
  clear_deadline();
  switch (phase_) {
    case Phase::head:
      protocol_fault({.status = 408, .message = "the request head did not arrive in time"});
      return;
    case Phase::exchange:
      if (!outgoing_.active() && body_ == BodyState::streaming) {
        abandon_body(
            Error{.code = ErrorCode::timed_out, .message = "the request body made no progress"});
        return;
      }
      break;
    case Phase::handshake:
    case Phase::idle:
    case Phase::lingering:
      break;
  }
  close();
}

void Connection::begin_stop() {
  if (phase_ == Phase::idle || phase_ == Phase::handshake) {
    close();
    return;
  }
  close_after_ = true;
}

void Connection::close() {
  if (!is_open()) {
    return;
  }
  const auto self = shared_from_this();
  ++number_;
  const auto sink = std::move(sink_);
  const auto on_disconnect = std::exchange(on_disconnect_, {});
  close_descriptor();
  worker_->remove(*this);
  outgoing_.cancel();
  if (sink) {
    sink->abort(Error{.code = ErrorCode::cancelled, .message = "the client left"});
  }
  if (on_disconnect) {
    on_disconnect();
  }
}

void Connection::set_deadline(std::chrono::milliseconds timeout) {
  deadline_ = std::chrono::steady_clock::now() + timeout;
}

void Connection::note_progress(std::uint64_t bytes, std::chrono::milliseconds timeout) {
  if (deadline_ == MonotonicTime::max() || bytes >= progress_mark_ + limits().progress_bytes) {
    progress_mark_ = bytes;
    set_deadline(timeout);
  }
}

}  // namespace base::http
