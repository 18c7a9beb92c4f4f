#include "agent/base/http/outgoing.hpp"

#include "agent/base/core/assert.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <iterator>
#include <utility>

namespace base::http {
namespace {

// One read and one gather write are cheaper than sendfile up to about this size.
constexpr std::uint64_t k_read_limit = 65'536;
// What stays allocated on a connection between answers.
constexpr std::size_t k_kept_capacity = 1024;

bool has_no_body(int status) {
  return status < 200 || status == 204 || status == 304;
}

void shrink(std::string& text) {
  text.clear();
  if (text.capacity() > k_kept_capacity) {
    text.shrink_to_fit();
  }
}

void append_length(std::string& head, std::uint64_t length) {
  fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", length);
}

Outgoing::Step step_of(Moved::State state) {
  switch (state) {
    case Moved::State::done:
      return Outgoing::Step::done;
    case Moved::State::want_read:
      return Outgoing::Step::want_read;
    case Moved::State::want_write:
      return Outgoing::Step::want_write;
    case Moved::State::end:
    case Moved::State::failed:
      return Outgoing::Step::failed;
  }
  return Outgoing::Step::failed;
}

}  // namespace

std::string_view DateLine::get() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  if (now.tv_sec != second_) {
    second_ = now.tv_sec;
    text_ = fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", fmt::gmtime(now.tv_sec));
  }
  return text_;
}

void Outgoing::start(Response response,
                     const Framing& framing,
                     DateLine& date,
                     std::function<void()> wake) {
  BASE_ASSERT(!active_);
  active_ = true;
  total_ = 0;
  wake_ = std::move(wake);
  prepared_ = std::move(response.head);
  const int status = prepared_ ? prepared_->status : response.status;
  if (!prepared_) {
    fmt::format_to(std::back_inserter(head_), "HTTP/1.1 {} {}\r\n", status, reason_phrase(status));
  }
  start_body(response, framing, status);
  finish_head(response, framing, date);
  if (framing.head_request || has_no_body(status)) {
    shrink(text_);
    shared_.reset();
    file_.reset();
    file_left_ = 0;
    if (stream_) {
      std::exchange(stream_, nullptr)->close();
    }
  }
  parts_ = {prepared_ ? std::string_view(prepared_->text) : std::string_view(),
            head_,
            shared_ ? std::string_view(*shared_) : std::string_view(text_),
            std::string_view()};
  first_ = 0;
}

// Takes the body over and writes the fields that frame it.
void Outgoing::start_body(Response& response, const Framing& framing, int status) {
  std::optional<std::uint64_t> length;
  if (auto* const text = std::get_if<std::string>(&response.body)) {
    length = text->size();
    text_ = std::move(*text);
  } else if (auto* const shared = std::get_if<SharedBytes>(&response.body)) {
    shared_ = std::move(*shared);
    length = shared_->size();
  } else if (auto* const file = std::get_if<FileBody>(&response.body)) {
    length = file->length;
    take_file(std::move(*file));
  } else if (auto* const stream = std::get_if<std::shared_ptr<BodyStream>>(&response.body)) {
    stream_ = std::static_pointer_cast<BodyQueue>(std::move(*stream));
    length = stream_->content_length();
    counted_ = length.has_value();
    stream_left_ = length.value_or(0);
    chunked_ = !counted_ && !framing.http_1_0;
  } else {
    length = 0;
  }
  if (prepared_ || has_no_body(status)) {
    return;
  }
  if (length) {
    append_length(head_, *length);
  } else if (chunked_) {
    head_.append("Transfer-Encoding: chunked\r\n");
  }
}

void Outgoing::take_file(FileBody body) {
  file_ = std::move(body.file);
  file_offset_ = body.offset;
  file_left_ = body.length;
  if (body.length > k_read_limit) {
    return;
  }
  text_.resize(body.length);
  std::size_t filled = 0;
  while (filled < text_.size()) {
    const auto count = ::pread(file_->get(),
                               text_.data() + filled,
                               text_.size() - filled,
                               static_cast<off_t>(body.offset + filled));
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      break;  // What is missing is left to write_file, which then fails as it should.
    }
    filled += static_cast<std::size_t>(count);
  }
  text_.resize(filled);
  file_offset_ += filled;
  file_left_ -= filled;
}

void Outgoing::finish_head(const Response& response, const Framing& framing, DateLine& date) {
  for (const Header& field : response.headers) {
    // A line end in a value would begin a field, or a whole response, of an attacker's choice.
    if (is_token(field.name) && is_field_value(field.value)) {
      head_.append(field.name).append(": ").append(field.value).append("\r\n");
    }
  }
  head_.append(date.get());
  switch (framing.connection) {
    case Connection::keep:
      break;
    case Connection::keep_http_1_0:
      head_.append("Connection: keep-alive\r\n");
      break;
    case Connection::close:
      head_.append("Connection: close\r\n");
      break;
  }
  head_.append("\r\n");
}

Outgoing::Step Outgoing::write(Transport& transport) {
  BASE_ASSERT(active_);
  while (true) {
    auto step = write_parts(transport);
    if (step == Step::done && file_left_ > 0) {
      step = write_file(transport);
    }
    if (step != Step::done) {
      return step;
    }
    if (!stream_) {
      cancel();
      return Step::done;
    }
    step = next_chunk();
    if (step != Step::done) {
      return step;
    }
  }
}

Outgoing::Step Outgoing::write_parts(Transport& transport) {
  while (first_ < parts_.size()) {
    if (parts_.at(first_).empty()) {
      ++first_;
      continue;
    }
    const auto follows = file_left_ > 0 ? Follows::more : Follows::nothing;
    const auto moved = transport.write(std::span(parts_).subspan(first_), follows);
    if (moved.state != Moved::State::done) {
      return step_of(moved.state);
    }
    total_ += moved.bytes;
    auto left = moved.bytes;
    while (left > 0) {
      auto& part = parts_.at(first_);
      const auto taken = std::min(left, part.size());
      part.remove_prefix(taken);
      left -= taken;
      first_ += part.empty() ? 1 : 0;
    }
  }
  return Step::done;
}

// One turn only, then the loop serves others: a fast reader of a big file must not keep it.
Outgoing::Step Outgoing::write_file(Transport& transport) {
  const auto moved = transport.send_file(file_->get(), file_offset_, file_left_);
  if (moved.state != Moved::State::done) {
    return step_of(moved.state);
  }
  total_ += moved.bytes;
  file_offset_ += moved.bytes;
  file_left_ -= moved.bytes;
  return file_left_ == 0 ? Step::done : Step::want_write;
}

Outgoing::Step Outgoing::next_chunk() {
  auto taken = stream_->take(wake_);
  switch (taken.state) {
    case BodyQueue::Taken::State::empty:
      return Step::starved;
    case BodyQueue::Taken::State::aborted:
      return Step::failed;
    case BodyQueue::Taken::State::finished:
      if (stream_left_ > 0) {
        return Step::failed;
      }
      stream_.reset();
      text_ = chunked_ ? "0\r\n\r\n" : "";
      parts_ = {std::string_view(), text_, std::string_view(), std::string_view()};
      break;
    case BodyQueue::Taken::State::bytes:
      if (counted_ && taken.bytes.size() > stream_left_) {
        return Step::failed;
      }
      stream_left_ -= counted_ ? taken.bytes.size() : 0;
      text_ = std::move(taken.bytes);
      head_ = chunked_ ? fmt::format("{:x}\r\n", text_.size()) : "";
      parts_ = {std::string_view(), head_, text_, chunked_ ? "\r\n" : ""};
      break;
  }
  first_ = 0;
  return Step::done;
}

void Outgoing::cancel() {
  active_ = false;
  prepared_.reset();
  shared_.reset();
  file_.reset();
  file_left_ = 0;
  chunked_ = false;
  counted_ = false;
  stream_left_ = 0;
  shrink(head_);
  shrink(text_);
  parts_ = {};
  wake_ = {};
  if (stream_) {
    std::exchange(stream_, nullptr)->close();
  }
}

}  // namespace base::http
