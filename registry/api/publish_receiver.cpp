#include "registry/api/publish_receiver.hpp"

#include "registry/api/answers.hpp"
#include "registry/core/json_slices.hpp"

#include <utility>

namespace registry::api {
namespace {

using base::Error;
using base::ErrorCode;
using base::http::BodyFlow;
using base::http::Response;

constexpr std::size_t k_mebibyte = std::size_t{1} << 20U;
constexpr std::size_t k_queue_limit = k_mebibyte;
constexpr std::size_t k_max_metadata = 64 * k_mebibyte;

}  // namespace

class PublishReceiver::Sink final : public base::http::BodySink {
 public:
  explicit Sink(std::shared_ptr<PublishReceiver> receiver) : receiver_(std::move(receiver)) {}

  BodyFlow write(std::string_view chunk) override { return receiver_->take(chunk); }
  void finish() override { receiver_->end(); }
  void abort(const Error& error) override { receiver_->fail(error); }

 private:
  std::shared_ptr<PublishReceiver> receiver_;
};

PublishReceiver::PublishReceiver(const Services& services, const Call& call, Complete complete)
    : services_(services),
      exchange_(call.exchange),
      refusal_(call.only_stars),
      complete_(std::move(complete)),
      scanner_(*this, {.metadata = k_max_metadata, .attachment = services.max_tarball}) {}

void PublishReceiver::start(const Services& services, const Call& call, Complete complete) {
  auto receiver = std::make_shared<PublishReceiver>(services, call, std::move(complete));
  // Base64 is four thirds of the tarball.
  const std::uint64_t max_body =
      call.only_stars ? k_mebibyte : services.max_tarball / 3 * 4 + k_max_metadata;
  call.exchange->stream_body(max_body, std::make_unique<Sink>(std::move(receiver)));
}

base::Status PublishReceiver::begin_attachment(std::string_view /*key*/) {
  if (refusal_) {
    return *refusal_;
  }
  BASE_TRY_ASSIGN(tarball_, services_.blobs.begin());
  return base::ok();
}

base::Status PublishReceiver::attachment_bytes(std::string_view bytes) {
  return tarball_->append(bytes);
}

BodyFlow PublishReceiver::take(std::string_view piece) {
  auto flow = BodyFlow::more;
  {
    auto queue = queue_.lock();
    if (queue->answered) {
      return BodyFlow::more;
    }
    queue->pieces.emplace_back(piece);
    queue->bytes += piece.size();
    if (queue->bytes >= k_queue_limit) {
      queue->paused = true;
      flow = BodyFlow::pause;
    }
  }
  schedule();
  return flow;
}

void PublishReceiver::end() {
  queue_.lock()->ended = true;
  schedule();
}

void PublishReceiver::fail(const Error& error) {
  // Whoever left or broke the framing cannot be answered.
  if (error.code == ErrorCode::cancelled || error.code == ErrorCode::invalid_input) {
    queue_.lock()->answered = true;
    return;
  }
  // Whoever may only star the package sends a large body in vain for another reason than its size.
  auto response = error_answer(refusal_ && error.code == ErrorCode::too_large ? *refusal_ : error);
  response.close = true;
  answer(std::move(response));
}

void PublishReceiver::answer(Response response) {
  {
    auto queue = queue_.lock();
    if (std::exchange(queue->answered, true)) {
      return;
    }
    queue->pieces.clear();
  }
  exchange_->respond(std::move(response));
}

void PublishReceiver::schedule() {
  {
    auto queue = queue_.lock();
    if (queue->working || queue->answered) {
      return;
    }
    queue->working = true;
  }
  if (!services_.workers.submit([self = shared_from_this()] { self->work(); })) {
    fail(busy());
  }
}

void PublishReceiver::work() {
  while (true) {
    std::deque<std::string> pieces;
    bool resume = false;
    {
      auto queue = queue_.lock();
      if (queue->answered) {
        queue->working = false;
        return;
      }
      if (queue->pieces.empty()) {
        // `working` stays set when the end was reached: nothing may start another task.
        if (queue->ended) {
          break;
        }
        queue->working = false;
        return;
      }
      pieces.swap(queue->pieces);
      queue->bytes = 0;
      resume = std::exchange(queue->paused, false);
    }
    if (resume) {
      exchange_->resume_body();
    }
    for (const auto& piece : pieces) {
      if (const auto fed = feed(piece); !fed) {
        auto response = failure_answer(exchange_->request(), fed.error());
        response.close = true;  // The rest of the body is not worth reading.
        answer(std::move(response));
        return;
      }
    }
  }
  finish();
}

base::Status PublishReceiver::feed(std::string_view piece) {
  BASE_TRY(scanner_.feed(piece));
  // The first mebibyte is free: usual publishes need no more, and are not to suffer from large
  // ones.
  while (metadata_places_.size() < scanner_.metadata_size() / k_mebibyte) {
    auto place = services_.metadata_mebibytes.take();
    if (place == nullptr) {
      return busy();
    }
    metadata_places_.push_back(std::move(place));
  }
  return base::ok();
}

void PublishReceiver::finish() {
  ReceivedPublish received;
  auto metadata = scanner_.finish();
  auto valid = metadata ? core::validate_json(*metadata) : base::Status(metadata.error());
  if (!valid) {
    answer(error_answer(valid.error()));
    return;
  }
  received.metadata = *std::move(metadata);
  received.tarball = std::move(tarball_);
  received.tarball_size = scanner_.attachment_size();
  auto response = complete_(std::move(received));
  answer(response ? *std::move(response) : failure_answer(exchange_->request(), response.error()));
}

}  // namespace registry::api
