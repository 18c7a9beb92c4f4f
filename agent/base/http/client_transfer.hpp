#pragma once
// One transfer of the client, driven by curl's multi interface, whose wait another thread can end.

#include "agent/base/core/result.hpp"
#include "agent/base/http/client.hpp"

#include <memory>

namespace base::http {

// A handle and the connections it left open. The connection cache belongs to the multi handle, so
// lanes never share a lock while they transfer. Null when memory is short.
struct Lane {
  struct EasyDeleter {
    void operator()(void* handle) const noexcept;
  };
  struct MultiDeleter {
    void operator()(void* handle) const noexcept;
  };

  static Lane make();

  std::unique_ptr<void, MultiDeleter> multi;  // CURLM
  std::unique_ptr<void, EasyDeleter> easy;    // CURL
};

Result<ClientResponse> perform(const Lane& lane,
                               const ClientOptions& options,
                               const ClientRequest& request);

}  // namespace base::http
