#include "agent/base/http/curl_session.hpp"

#include "agent/base/core/assert.hpp"
#include "agent/base/http/client_transfer.hpp"

#include <cstring>

namespace base::http {
namespace {

constexpr std::size_t k_most_output = std::size_t{4} << 20U;

// curl asks about once a second while nothing comes, and more often otherwise.
int on_progress(void* context,
                curl_off_t /*expected down*/,
                curl_off_t /*down*/,
                curl_off_t /*expected up*/,
                curl_off_t /*up*/) {
  return static_cast<const SessionLimits*>(context)->stop.stop_requested() ? 1 : 0;
}

std::size_t on_output(char* data, std::size_t size, std::size_t count, void* context) {
  auto& output = *static_cast<std::string*>(context);
  if (output.size() + size * count > k_most_output) {
    return 0;
  }
  output.append(data, size * count);
  return size * count;
}

}  // namespace

CurlSession::CurlSession(const SessionLimits& limits) {
  // For curl's own start, which must happen once.
  static_cast<void>(Lane::make());
  easy_.reset(curl_easy_init());
  BASE_ASSERT(easy_ != nullptr);
  CURL* easy = easy_.get();
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, problem_.data());
  const long milliseconds = limits.deadline.count();
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &limits);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_output);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &output_);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  if (!limits.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, limits.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
  }
}

CURLcode CurlSession::run() {
  return curl_easy_perform(easy_.get());
}

std::string CurlSession::problem(CURLcode code) const {
  return std::strlen(problem_.data()) > 0 ? problem_.data() : curl_easy_strerror(code);
}

}  // namespace base::http
