// The bodies of a connection: the request's on its way to a sink, the response's to the socket.

#include "agent/base/core/assert.hpp"
#include "agent/base/http/connection.hpp"

#include <array>
#include <utility>

namespace base::http {

void Connection::take_body(std::uint32_t number,
                           std::uint64_t max_bytes,
                           std::shared_ptr<BodySink> sink) {
  if (number != number_ || answered_) {
    return;
  }
  if (body_ == BodyState::done) {
    sink->finish();
    return;
  }
  BASE_ASSERT(body_ == BodyState::unread);
  sink_ = std::move(sink);
  const auto remaining = parser_->remaining();
  if (remaining > max_bytes && !parser_->is_chunked()) {
    abandon_body(
        Error{.code = ErrorCode::too_large, .message = "the request body is larger than allowed"});
    return;
  }
  body_ = BodyState::streaming;
  body_limit_ = max_bytes;
  if (expects_continue_ && !send_continue()) {
    close();
    return;
  }
  note_progress(0, limits().body_timeout);
  resume_input();
}

// The client has waited for this answer, so the socket has room for it.
bool Connection::send_continue() {
  expects_continue_ = false;
  constexpr std::array<std::string_view, 1> k_answer{"HTTP/1.1 100 Continue\r\n\r\n"};
  return transport_->write(k_answer, Follows::nothing).bytes == k_answer.front().size();
}

bool Connection::consume_body(std::string_view input, std::size_t& used) {
  const bool streaming = body_ == BodyState::streaming && !paused_;
  if (!streaming && body_ != BodyState::draining) {
    return false;
  }
  const auto outcome = parser_->parse_body(
      input, used, [this](std::string_view chunk) { return take_chunk(chunk); });
  if (!is_open()) {
    return false;
  }
  switch (outcome) {
    case RequestParser::Outcome::need_more:
      // The sink may have answered within its call, and the connection gone on to linger.
      return phase_ != Phase::exchange || (body_ == BodyState::draining && used > 0);
    case RequestParser::Outcome::fault:
      fail_body();
      return true;
    case RequestParser::Outcome::done:
      finish_body();
      return true;
  }
  return false;
}

// The server answers itself and first, so that an answer of the sink's comes too late to be sent.
void Connection::fail_body() {
  if (answered_) {
    close();
    return;
  }
  const auto sink = std::move(sink_);
  const auto fault = parser_->fault();
  protocol_fault(fault);
  if (sink) {
    sink->abort(Error{.code = ErrorCode::invalid_input, .message = std::string(fault.message)});
  }
}

bool Connection::take_chunk(std::string_view chunk) {
  body_received_ += chunk.size();
  note_progress(body_received_, limits().body_timeout);
  if (body_ == BodyState::draining) {
    return true;
  }
  if (body_received_ > body_limit_) {
    abandon_body(
        Error{.code = ErrorCode::too_large, .message = "the request body is larger than allowed"});
    return false;
  }
  const auto sink = sink_;  // It may answer, which lets go of it.
  const auto flow = sink->write(chunk);
  if (body_ != BodyState::streaming) {
    return body_ == BodyState::draining;
  }
  if (flow == BodyFlow::pause) {
    paused_ = true;
    clear_deadline();
    return false;
  }
  return true;
}

void Connection::finish_body() {
  if (body_ == BodyState::abandoned || phase_ != Phase::exchange) {
    return;
  }
  if (body_ == BodyState::draining) {
    body_ = BodyState::done;
    next_request();
    return;
  }
  if (paused_) {
    body_complete_ = true;
    return;
  }
  body_ = BodyState::done;
  clear_deadline();
  const auto sink = std::move(sink_);
  sink->finish();
}

void Connection::resume_body(std::uint32_t number) {
  if (number != number_ || !paused_) {
    return;
  }
  paused_ = false;
  if (answered_ || body_ != BodyState::streaming) {
    return;
  }
  if (body_complete_) {
    finish_body();
    return;
  }
  progress_mark_ = body_received_;
  set_deadline(limits().body_timeout);
  resume_input();
}

void Connection::abandon_body(const Error& error) {
  body_ = BodyState::abandoned;
  close_after_ = true;
  clear_deadline();
  const auto sink = std::move(sink_);
  if (sink) {
    sink->abort(error);
  }
}

void Connection::watch_disconnect(std::uint32_t number, std::function<void()> callback) {
  if (number == number_ && !answered_) {
    on_disconnect_ = std::move(callback);
  } else if (number != number_) {
    callback();
  }
}

void Connection::respond(std::uint32_t number, Response response) {
  if (number == number_ && !answered_) {
    start_response(std::move(response));
  } else if (const auto* stream = std::get_if<std::shared_ptr<BodyStream>>(&response.body)) {
    std::static_pointer_cast<BodyQueue>(*stream)->close();
  }
}

void Connection::start_response(Response response) {
  answered_ = true;
  const auto sink = std::move(sink_);
  const auto on_disconnect = std::exchange(on_disconnect_, {});
  if (body_ == BodyState::streaming && !body_complete_) {
    body_ = BodyState::unread;
  } else if (body_ == BodyState::streaming) {
    body_ = BodyState::done;
  }
  if (body_ == BodyState::abandoned ||
      (body_ == BodyState::unread &&
       (expects_continue_ || parser_->remaining() > limits().drained_body_bytes))) {
    close_after_ = true;
  }
  close_after_ = close_after_ || response.close || worker_->stopping();
  const auto keep = http_1_0_ ? Outgoing::Connection::keep_http_1_0 : Outgoing::Connection::keep;
  std::function<void()> wake;
  if (const auto* stream = std::get_if<std::shared_ptr<BodyStream>>(&response.body)) {
    // Without a length an HTTP/1.0 client knows the end only by the end of the connection.
    close_after_ = close_after_ || (http_1_0_ && !(*stream)->content_length());
    wake = [weak = weak_from_this(), worker = worker_] {
      worker->loop().post([weak] {
        if (const auto self = std::static_pointer_cast<Connection>(weak.lock());
            self && self->is_open() && self->outgoing_.active()) {
          self->pump();
        }
      });
    };
  }
  outgoing_.start(std::move(response),
                  {.head_request = head_request_,
                   .http_1_0 = http_1_0_,
                   .connection = close_after_ ? Outgoing::Connection::close : keep},
                  worker_->date(),
                  std::move(wake));
  clear_deadline();
  pump();
}

void Connection::pump() {
  output_wants_read_ = false;
  const auto step = outgoing_.write(*transport_);
  switch (step) {
    case Outgoing::Step::done:
      clear_deadline();
      response_done();
      return;
    case Outgoing::Step::starved:
      clear_deadline();
      if (!consuming_) {
        arm();
      }
      return;
    case Outgoing::Step::want_write:
      wait(Readiness::writable);
      break;
    case Outgoing::Step::want_read:
      output_wants_read_ = true;
      wait(Readiness::readable);
      break;
    case Outgoing::Step::failed:
      close();
      return;
  }
  note_progress(outgoing_.bytes_sent(), limits().write_timeout);
}

void Connection::response_done() {
  if (close_after_) {
    linger();
    return;
  }
  if (body_ == BodyState::done) {
    next_request();
    return;
  }
  body_ = BodyState::draining;
  progress_mark_ = body_received_;
  set_deadline(limits().body_timeout);
  resume_input();
}

}  // namespace base::http
