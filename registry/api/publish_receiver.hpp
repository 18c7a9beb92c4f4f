#pragma once
// The body of a publish between the event loop, where it arrives, and a worker, where it is
// decoded, hashed and written.

#include "agent/base/core/guarded.hpp"
#include "registry/api/application.hpp"
#include "registry/core/publish_scanner.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace registry::api {

// What arrived, complete.
struct ReceivedPublish {
  std::string metadata;                         // Validated JSON.
  std::unique_ptr<store::PendingBlob> tarball;  // Null when there was none.
  std::uint64_t tarball_size = 0;
};

// Shared by the sink that the server calls and the task that decodes. Pieces wait in a queue of at
// most a megabyte, beyond which the client is told to wait; so memory does not grow with the
// tarball and no piece is handled on the loop.
class PublishReceiver final : public core::AttachmentSink,
                              public std::enable_shared_from_this<PublishReceiver> {
 public:
  using Complete = std::function<base::Result<base::http::Response>(ReceivedPublish)>;

  // Starts to take the body. `complete` runs on a worker and may block.
  static void start(const Services& services, const Call& call, Complete complete);

  PublishReceiver(const Services& services, const Call& call, Complete complete);

  base::Status begin_attachment(std::string_view key) override;
  base::Status attachment_bytes(std::string_view bytes) override;

 private:
  class Sink;
  struct Queue {
    std::deque<std::string> pieces;
    std::size_t bytes = 0;
    bool working = false;   // A task is decoding.
    bool paused = false;    // The client was told to wait.
    bool ended = false;     // No more pieces come.
    bool answered = false;  // The outcome is known; what still arrives is dropped.
  };

  base::http::BodyFlow take(std::string_view piece);
  void end();
  void fail(const base::Error& error);
  void schedule();
  void work();
  base::Status feed(std::string_view piece);
  void finish();
  void answer(base::http::Response response);

  const Services& services_;
  std::shared_ptr<base::http::Exchange> exchange_;
  std::optional<base::Error> refusal_;  // Of whoever may only star the package.
  Complete complete_;
  base::Guarded<Queue> queue_;
  // Only of the task that is decoding, of which there is one at a time.
  core::PublishScanner scanner_;
  std::unique_ptr<store::PendingBlob> tarball_;
  std::vector<std::shared_ptr<void>> metadata_places_;
};

}  // namespace registry::api
