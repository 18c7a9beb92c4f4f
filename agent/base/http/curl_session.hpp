#pragma once
// One conversation of libcurl in another protocol than HTTP. Inside this library only.

#include "agent/base/http/session_limits.hpp"

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>

namespace base::http {

class CurlSession {
 public:
  // `limits` outlives the session.
  explicit CurlSession(const SessionLimits& limits);

  [[nodiscard]] CURL* handle() const { return easy_.get(); }
  // Cancelled by `limits` gives CURLE_ABORTED_BY_CALLBACK.
  CURLcode run();
  // What curl says about the failure, or its name for the code.
  [[nodiscard]] std::string problem(CURLcode code) const;
  [[nodiscard]] const std::string& output() const { return output_; }

 private:
  struct Deleter {
    void operator()(void* handle) const noexcept { curl_easy_cleanup(handle); }
  };
  std::unique_ptr<void, Deleter> easy_;
  std::array<char, CURL_ERROR_SIZE> problem_{};
  std::string output_;
};

}  // namespace base::http
