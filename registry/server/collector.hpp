#pragma once

#include "agent/base/core/clock.hpp"
#include "registry/store/blob_store.hpp"
#include "registry/store/metadata_store.hpp"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

namespace registry::server {

// Collects blobs that nothing names, in a thread of its own: at once and then every day. What fails
// is logged and tried again.
class Collector {
 public:
  // All outlive the collector.
  Collector(store::MetadataStore& metadata, store::BlobStore& blobs, const base::Clock& clock);

 private:
  void run(const std::stop_token& stop);
  bool collect(const std::stop_token& stop);

  store::MetadataStore& metadata_;
  store::BlobStore& blobs_;
  const base::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread thread_;  // Last, so that it ends before the rest goes.
};

}  // namespace registry::server
