#include "agent/base/http/client_transfer.hpp"

#include "agent/base/http/headers.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <system_error>

namespace base::http {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// A line break in a header would let its value write headers of its own.
bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

struct ListDeleter {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

// What curl's callbacks share with the loop that drives them; all on the sending thread.
struct Transfer {
  explicit Transfer(const ClientRequest& sent) : request(sent) {}

  const ClientRequest& request;
  ClientResponse response;
  bool head_complete = false;
  bool ended_by_caller = false;
  std::optional<Error> failure;
  SteadyTime last_activity = std::chrono::steady_clock::now();
};

// Called once a line, for every answer of a chain (100 Continue, then the real one).
std::size_t on_header_line(char* data, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::string_view raw(data, size * count);
  transfer.last_activity = std::chrono::steady_clock::now();
  if (transfer.head_complete) {
    return raw.size();  // Trailers of a chunked body.
  }
  std::string_view line = raw;
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) {
    line.remove_suffix(1);
  }
  if (line.starts_with("HTTP/")) {
    transfer.response.headers.clear();
    const auto space = line.find(' ');
    const auto code = line.substr(std::min(space, line.size() - 1) + 1);
    transfer.response.status = 0;
    std::from_chars(code.data(), code.data() + code.size(), transfer.response.status);
    return raw.size();
  }
  if (!line.empty()) {
    const auto colon = std::min(line.find(':'), line.size());
    auto value = line.substr(std::min(colon + 1, line.size()));
    const auto first = value.find_first_not_of(" \t");
    value.remove_prefix(std::min(first, value.size()));
    transfer.response.headers.emplace_back(line.substr(0, colon), value);
    return raw.size();
  }
  if (transfer.response.status < 200) {
    return raw.size();
  }
  transfer.head_complete = true;
  if (transfer.request.on_head && !transfer.request.on_head(transfer.response)) {
    transfer.ended_by_caller = true;
    return 0;
  }
  transfer.last_activity = std::chrono::steady_clock::now();
  return raw.size();
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::string_view bytes(data, size * count);
  if (transfer.request.on_data && transfer.response.status < 300) {
    if (!transfer.request.on_data(bytes)) {
      transfer.ended_by_caller = true;
      return 0;
    }
  } else if (transfer.response.body.size() + bytes.size() > transfer.request.max_body) {
    transfer.failure =
        Error{ErrorCode::too_large,
              fmt::format("the answer is larger than {} bytes", transfer.request.max_body)};
    return 0;
  } else {
    transfer.response.body.append(bytes);
  }
  // Taken after the callback, so that a slow consumer is not mistaken for a silent peer.
  transfer.last_activity = std::chrono::steady_clock::now();
  return bytes.size();
}

std::size_t on_upload(char* buffer, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  auto filled = transfer.request.body_source(buffer, size * count);
  if (!filled) {
    transfer.failure = std::move(filled).error();
    return CURL_READFUNC_ABORT;
  }
  transfer.last_activity = std::chrono::steady_clock::now();
  return *filled;
}

Result<HeaderList> header_list(const ClientRequest& request) {
  // An empty value takes out what curl would add by itself: the wait for 100 Continue costs a
  // second with servers that never send it, and the media type would be a form's.
  std::vector<std::string> lines = {"Expect:"};
  bool has_type = false;
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || !is_one_line(name) || !is_one_line(value) ||
        name.find(':') != std::string::npos) {
      return Error{ErrorCode::invalid_input,
                   fmt::format("the header {:?} cannot be sent", name.substr(0, 64))};
    }
    has_type = has_type || equal_ignoring_case(name, "Content-Type");
    // A semicolon is how curl is told of an empty value.
    lines.push_back(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  if (!has_type) {
    lines.emplace_back("Content-Type:");
  }
  HeaderList list;
  for (const auto& line : lines) {
    auto* longer = curl_slist_append(list.get(), line.c_str());
    BASE_ASSERT(longer != nullptr);
    static_cast<void>(list.release());
    list.reset(longer);
  }
  return list;
}

void set_body(CURL* easy, const ClientRequest& request, Transfer& transfer) {
  if (request.body_source) {
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, &on_upload);
    curl_easy_setopt(easy, CURLOPT_READDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 512L * 1024L);
    curl_easy_setopt(
        easy,
        CURLOPT_INFILESIZE_LARGE,
        request.body_size ? static_cast<curl_off_t>(*request.body_size) : curl_off_t{-1});
    // A source cannot be rewound, so curl could not send again what it wrote to a kept connection
    // that turns out to be dead.
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  } else if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(
        easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  } else if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void set_options(CURL* easy,
                 const ClientOptions& options,
                 const ClientRequest& request,
                 Transfer& transfer,
                 char* error_text) {
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_text);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  }
  auto connect_deadline = options.connect_deadline;
  if (request.deadline.count() > 0) {
    connect_deadline = std::min(connect_deadline, request.deadline);
  }
  const long connect_milliseconds =
      std::max(connect_deadline, std::chrono::milliseconds(1)).count();
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_milliseconds);
  if (!request.unix_socket.empty()) {
    curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
  }
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header_line);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  set_body(easy, request, transfer);
}

std::string target_of(const ClientRequest& request) {
  // Without the query, which may hold something that does not belong into a log.
  const auto url = request.url.substr(0, request.url.find('?'));
  return request.unix_socket.empty() ? url : request.unix_socket;
}

Error error_of(CURLcode code, CURL* easy, const Transfer& transfer, const char* text) {
  const char* detail = std::strlen(text) > 0 ? text : curl_easy_strerror(code);
  long system_error = 0;
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
  auto kind = ErrorCode::unavailable;
  if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    kind = ErrorCode::invalid_input;
  } else if (code == CURLE_OPERATION_TIMEDOUT) {
    kind = ErrorCode::timed_out;
  } else if (transfer.head_complete) {
    kind = ErrorCode::io;
  }
  const bool connecting = code == CURLE_COULDNT_CONNECT && system_error != 0;
  return Error{
      kind,
      fmt::format(
          "{}: {}{}{}",
          target_of(transfer.request),
          detail,
          connecting ? ": " : "",
          connecting ? std::generic_category().message(static_cast<int>(system_error)) : "")};
}

// How long to wait for the network: until the nearer of the two deadlines; an Error once one of
// them has passed.
Result<int> wait_milliseconds(const ClientRequest& request,
                              SteadyTime started,
                              SteadyTime last_activity) {
  const auto now = std::chrono::steady_clock::now();
  auto wait = std::chrono::milliseconds(60'000);
  const auto limit = [&](SteadyTime since, std::chrono::milliseconds allowed) {
    if (allowed.count() > 0) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(since + allowed - now);
      wait = std::min(wait, left);
    }
  };
  limit(started, request.deadline);
  limit(last_activity, request.idle_deadline);
  if (wait.count() <= 0) {
    return Error{ErrorCode::timed_out,
                 fmt::format("{} did not answer in time", target_of(request))};
  }
  return static_cast<int>(wait.count());
}

// Drives one transfer to its end, or to the moment when somebody no longer wants it.
Result<CURLcode> drive(const Lane& lane, const ClientRequest& request, const Transfer& transfer) {
  const auto started = std::chrono::steady_clock::now();
  const std::stop_callback wake(request.stop, [&] { curl_multi_wakeup(lane.multi.get()); });
  while (true) {
    if (request.stop.stop_requested()) {
      return Error{ErrorCode::cancelled, fmt::format("{}: cancelled", target_of(request))};
    }
    int running = 0;
    if (curl_multi_perform(lane.multi.get(), &running) != CURLM_OK) {
      return Error{ErrorCode::io, "curl cannot go on"};
    }
    int queued = 0;
    if (const auto* message = curl_multi_info_read(lane.multi.get(), &queued);
        message != nullptr && message->msg == CURLMSG_DONE) {
      return message->data.result;
    }
    BASE_TRY_ASSIGN(const auto wait, wait_milliseconds(request, started, transfer.last_activity));
    curl_multi_poll(lane.multi.get(), nullptr, 0, wait, nullptr);
  }
}

}  // namespace

void Lane::EasyDeleter::operator()(void* handle) const noexcept {
  curl_easy_cleanup(handle);
}

void Lane::MultiDeleter::operator()(void* handle) const noexcept {
  curl_multi_cleanup(handle);
}

Lane Lane::make() {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  BASE_ASSERT(initialised == CURLE_OK);
  Lane lane;
  lane.multi.reset(curl_multi_init());
  lane.easy.reset(curl_easy_init());
  return lane;
}

Result<ClientResponse> perform(const Lane& lane,
                               const ClientOptions& options,
                               const ClientRequest& request) {
  if (request.method.empty() || !is_one_line(request.method) || !is_one_line(request.url)) {
    return Error{ErrorCode::invalid_input, "the method or URL cannot be sent"};
  }
  BASE_TRY_ASSIGN(const auto headers, header_list(request));
  Transfer transfer(request);
  std::array<char, CURL_ERROR_SIZE> error_text{};
  CURL* easy = lane.easy.get();
  curl_easy_reset(easy);
  set_options(easy, options, request, transfer, error_text.data());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());

  curl_multi_add_handle(lane.multi.get(), easy);
  const auto code = drive(lane, request, transfer);
  // Closes the connection too, unless the answer was read to its end.
  curl_multi_remove_handle(lane.multi.get(), easy);
  if (transfer.failure) {
    return *std::move(transfer.failure);
  }
  if (!code) {
    return code.error();
  }
  if (*code != CURLE_OK && !transfer.ended_by_caller) {
    return error_of(*code, easy, transfer, error_text.data());
  }
  return std::move(transfer.response);
}

}  // namespace base::http
