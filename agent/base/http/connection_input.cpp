// The way in of a connection: from the socket to the head of a request, its body, or nowhere.

#include "agent/base/http/connection.hpp"

#include <utility>

namespace base::http {
namespace {

// What a client may still send after the answer that ends its connection.
constexpr std::uint32_t k_linger_bytes = 16U * 1024U * 1024U;

}  // namespace

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

}  // namespace base::http
