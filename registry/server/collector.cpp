#include "registry/server/collector.hpp"

#include "agent/base/log/log.hpp"

#include <chrono>
#include <string>

namespace registry::server {
namespace {

constexpr std::chrono::hours k_pause{24};
constexpr std::chrono::minutes k_pause_after_failure{10};
// Long enough to notice a registry that runs on the wrong database, where nothing names any blob.
constexpr std::chrono::hours k_grace{24 * 7};

}  // namespace

Collector::Collector(store::MetadataStore& metadata,
                     store::BlobStore& blobs,
                     const base::Clock& clock)
    : metadata_(metadata),
      blobs_(blobs),
      clock_(clock),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Collector::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::chrono::seconds pause = collect(stop) ? k_pause : k_pause_after_failure;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, pause, [] { return false; });
  }
}

bool Collector::collect(const std::stop_token& stop) {
  const auto done = blobs_.collect(
      {.is_named = [this](const std::string& id) { return metadata_.names_blob(id); },
       .now = clock_.wall_time(),
       .grace = k_grace,
       .stop = stop});
  if (!done) {
    // Another registry on the same folder does it for both.
    const bool shared = done.error().code == base::ErrorCode::conflict;
    if (!shared) {
      base::log::warn("unreferenced blobs could not be collected", done.error());
    }
    return shared;
  }
  if (done->set_aside + done->put_back + done->deleted > 0) {
    base::log::info("unreferenced blobs collected",
                    {{"set_aside", done->set_aside},
                     {"put_back", done->put_back},
                     {"deleted", done->deleted},
                     {"deleted_bytes", done->deleted_bytes}});
  }
  return true;
}

}  // namespace registry::server
