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
constexpr std::uint32_t k_linger_bytes = 16U * 1024U * 1024U;

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

bool Connection::wants_input() const {
  if (input_ended_) {
    return false;
  }
  if (phase_ != Phase::exchange || body_ == BodyState::draining ||
      (body_ == BodyState::streaming && !paused_)) {
    return true;
  }
  // Only to learn that the client has left; what it sends early is kept, up to a bound.
  return pending_.size() < limits().head_bytes;
}

void Connection::arm() {
  if (is_open() && wants_input()) {
    wait(Readiness::readable);
  }
}

void Connection::read_input() {
  input_wants_write_ = false;
  while (is_open() && wants_input()) {
    const auto buffer = worker_->loop().scratch();
    const auto moved = transport_->read(buffer);
    switch (moved.state) {
      case Moved::State::done:
        take_input({buffer.data(), moved.bytes});
        if (is_open() && !transport_->has_buffered_input()) {
          arm();
          return;
        }
        break;
      case Moved::State::want_read:
        arm();
        return;
      case Moved::State::want_write:
        input_wants_write_ = true;
        wait(Readiness::writable);
        return;
      case Moved::State::end:
        peer_ended();
        return;
      case Moved::State::failed:
        close();
        return;
    }
  }
}

// A client may end its side and still wait for an answer that is being sent. One that waits for an
// answer nobody has begun is taken for gone: that is how browsers and npm leave.
void Connection::peer_ended() {
  if (outgoing_.active() && !outgoing_.is_stream()) {
    input_ended_ = true;
    close_after_ = true;
    return;
  }
  close();
}

void Connection::take_input(std::string_view fresh) {
  if (pending_.empty()) {
    const auto used = consume(fresh);
    if (is_open()) {
      pending_.assign(fresh.substr(used));
    }
    return;
  }
  pending_.append(fresh);
  std::string input;
  input.swap(pending_);
  input.erase(0, consume(input));
  pending_ = std::move(input);
}

// Input became wanted outside of read_input.
void Connection::resume_input() {
  if (consuming_ || !is_open()) {
    return;
  }
  if (!pending_.empty()) {
    take_input({});
  }
  if (is_open() && transport_->has_buffered_input()) {
    read_input();
    return;
  }
  arm();
}

std::size_t Connection::consume(std::string_view input) {
  consuming_ = true;
  std::size_t at = 0;
  bool more = true;
  try {
    while (more && is_open() && at < input.size()) {
      const auto rest = input.substr(at);
      std::size_t used = 0;
      switch (phase_) {
        case Phase::handshake:
          more = false;
          break;
        case Phase::idle:
        case Phase::head:
          more = consume_head(rest, used);
          break;
        case Phase::exchange:
          more = consume_body(rest, used);
          break;
        case Phase::lingering:
          used = rest.size();
          lingered_ += static_cast<std::uint32_t>(used);
          break;
      }
      at += used;
    }
  } catch (...) {  // A sink of the handler's, or no memory: this client alone pays for it.
    at = input.size();
    close();
  }
  consuming_ = false;
  if (lingered_ > k_linger_bytes) {
    close();
  }
  return at;
}

bool Connection::consume_head(std::string_view input, std::size_t& used) {
  if (!parser_) {
    parser_ = std::make_unique<RequestParser>(RequestParser::Limits{
        .head_bytes = limits().head_bytes, .head_fields = limits().head_fields});
  }
  switch (parser_->parse_head(input, used)) {
    case RequestParser::Outcome::need_more:
      if (phase_ == Phase::idle) {
        phase_ = Phase::head;
        set_deadline(limits().header_timeout);
      }
      return false;
    case RequestParser::Outcome::fault:
      protocol_fault(parser_->fault());
      return true;
    case RequestParser::Outcome::done:
      dispatch();
      return true;
  }
  return false;
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
