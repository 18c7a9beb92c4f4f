#include "agent/engine/probes.hpp"

#include "agent/base/core/assert.hpp"
#include "agent/base/fs/fd.hpp"
#include "agent/base/http/socket_address.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>
#include <vector>

namespace agent::engine {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

std::string text_of(int error) {
  std::array<char, 128> buffer{};
  return ::strerror_r(error, buffer.data(), buffer.size());
}

// One probe under way. `step` is called when its socket is ready; an outcome ends it.
class Attempt {
 public:
  Attempt(ProbeRequest request, std::function<void(const ProbeOutcome&)> done)
      : request_(std::move(request)),
        done_(std::move(done)),
        deadline_(std::chrono::steady_clock::now() + request_.timeout) {
    connect();
  }
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;
  Attempt(Attempt&&) = delete;
  Attempt& operator=(Attempt&&) = delete;
  ~Attempt() = default;

  [[nodiscard]] bool finished() const { return outcome_.has_value(); }
  [[nodiscard]] SteadyTime deadline() const { return deadline_; }
  [[nodiscard]] pollfd interest() const {
    return {
        .fd = socket_.get(), .events = static_cast<short>(sent_ ? POLLIN : POLLOUT), .revents = 0};
  }
  void report() { done_(*outcome_); }
  void expire() { fail("no answer in time"); }

  void advance() {
    if (!connected_ && !check_connection()) {
      return;
    }
    if (request_.kind == ProbeKind::tcp) {
      outcome_ = ProbeOutcome{.healthy = true};
    } else if (!sent_) {
      send_request();
    } else {
      read_answer();
    }
  }

 private:
  void fail(std::string detail) { outcome_ = ProbeOutcome{.detail = std::move(detail)}; }

  void connect() {
    const auto address = base::http::socket_address(request_.address, request_.port);
    if (!address) {
      fail(fmt::format("`{}` is no address", request_.address));
      return;
    }
    socket_ = base::Fd(
        ::socket(address->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket_.valid()) {
      fail(text_of(errno));
      return;
    }
    // The sockets interface is defined in terms of this cast.
    const auto* generic = reinterpret_cast<const sockaddr*>(&address->storage);  // NOLINT
    if (::connect(socket_.get(), generic, address->size) != 0 && errno != EINPROGRESS) {
      fail(text_of(errno));
    }
  }

  bool check_connection() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
      fail(text_of(error));
      return false;
    }
    connected_ = true;
    return true;
  }

  void send_request() {
    const auto host = request_.host_header.empty()
                          ? fmt::format("{}:{}", request_.address, request_.port)
                          : request_.host_header;
    const auto text = fmt::format(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: slipwayd\r\nAccept: */*\r\nConnection: "
        "close\r\n\r\n",
        request_.path.empty() ? "/" : request_.path,
        host);
    // A fresh connection's buffer takes these few hundred bytes whole.
    if (::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(text.size())) {
      fail(text_of(errno));
    }
    sent_ = true;
  }

  // Only the status line matters: "HTTP/1.1 200 OK".
  void read_answer() {
    std::array<char, 512> buffer{};
    const auto count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
      return;
    }
    if (count <= 0) {
      fail(count == 0 ? "the connection was closed without an answer" : text_of(errno));
      return;
    }
    answer_.append(buffer.data(), static_cast<std::size_t>(count));
    constexpr std::size_t k_enough = 12;
    if (answer_.size() < k_enough) {
      return;
    }
    judge();
  }

  void judge() {
    constexpr std::size_t k_status_at = 9;
    const auto digits = answer_.substr(k_status_at, 3);
    const bool is_http = answer_.starts_with("HTTP/1.") && answer_[k_status_at - 1] == ' ' &&
                         digits.find_first_not_of("0123456789") == std::string::npos;
    if (!is_http) {
      fail("the answer is not HTTP");
      return;
    }
    const int status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
    const bool good = request_.status ? status == *request_.status : status >= 200 && status < 400;
    outcome_ =
        ProbeOutcome{.healthy = good, .detail = good ? "" : fmt::format("answered {}", status)};
  }

  ProbeRequest request_;
  std::function<void(const ProbeOutcome&)> done_;
  SteadyTime deadline_;
  base::Fd socket_;
  bool connected_ = false;
  bool sent_ = false;
  std::string answer_;
  std::optional<ProbeOutcome> outcome_;
};

class SocketProbes final : public Probes {
 public:
  SocketProbes() : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    BASE_ASSERT(wake_.valid());
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  SocketProbes(const SocketProbes&) = delete;
  SocketProbes& operator=(const SocketProbes&) = delete;
  SocketProbes(SocketProbes&&) = delete;
  SocketProbes& operator=(SocketProbes&&) = delete;
  ~SocketProbes() override {
    thread_.request_stop();
    knock();
    thread_.join();
  }

  void start(ProbeRequest request, std::function<void(const ProbeOutcome&)> done) override {
    auto attempt = std::make_unique<Attempt>(std::move(request), std::move(done));
    {
      const std::lock_guard lock(mutex_);
      incoming_.push_back(std::move(attempt));
    }
    knock();
  }

  std::optional<bool> listens(int pid, std::uint16_t port) override;

 private:
  void knock() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
  }

  void take_incoming() {
    const std::lock_guard lock(mutex_);
    std::move(incoming_.begin(), incoming_.end(), std::back_inserter(attempts_));
    incoming_.clear();
  }

  void wait_and_advance() {
    const auto now = std::chrono::steady_clock::now();
    std::vector<pollfd> interests{{.fd = wake_.get(), .events = POLLIN, .revents = 0}};
    auto next = now + std::chrono::hours(1);
    for (const auto& attempt : attempts_) {
      interests.push_back(attempt->interest());
      next = attempt->finished() ? now : std::min(next, attempt->deadline());
    }
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next - now).count();
    ::poll(interests.data(), interests.size(), static_cast<int>(std::max<long>(wait, 0)));
    std::uint64_t drained = 0;
    [[maybe_unused]] const auto count = ::read(wake_.get(), &drained, sizeof drained);
    const auto after = std::chrono::steady_clock::now();
    for (std::size_t index = 0; index < attempts_.size(); ++index) {
      auto& attempt = *attempts_[index];
      if (!attempt.finished() && interests[index + 1].revents != 0) {
        attempt.advance();
      }
      if (!attempt.finished() && after >= attempt.deadline()) {
        attempt.expire();
      }
    }
  }

  void report_finished() {
    const auto open =
        std::stable_partition(attempts_.begin(), attempts_.end(), [](const auto& attempt) {
          return !attempt->finished();
        });
    std::vector<std::unique_ptr<Attempt>> finished(std::make_move_iterator(open),
                                                   std::make_move_iterator(attempts_.end()));
    attempts_.erase(open, attempts_.end());
    for (const auto& attempt : finished) {
      attempt->report();
    }
  }

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      take_incoming();
      wait_and_advance();
      report_finished();
    }
  }

  base::Fd wake_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Attempt>> incoming_;
  std::vector<std::unique_ptr<Attempt>> attempts_;  // The thread's own.
  std::jthread thread_;
};

// proc(5): "sl local_address rem_address st ...", the address as hex "0100007F:1F90"; state 0A is
// LISTEN.
std::optional<bool> has_listener(const std::string& path, std::uint16_t port) {
  std::ifstream file(path);
  if (!file) {
    return std::nullopt;
  }
  const auto suffix = fmt::format(":{:04X}", port);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string slot;
    std::string local;
    std::string remote;
    std::string state;
    fields >> slot >> local >> remote >> state;
    if (state == "0A" && local.ends_with(suffix)) {
      return true;
    }
  }
  return false;
}

std::optional<bool> SocketProbes::listens(int pid, std::uint16_t port) {
  const auto four = has_listener(fmt::format("/proc/{}/net/tcp", pid), port);
  if (four && *four) {
    return true;
  }
  const auto six = has_listener(fmt::format("/proc/{}/net/tcp6", pid), port);
  if (six && *six) {
    return true;
  }
  return four || six ? std::optional<bool>(false) : std::nullopt;
}

}  // namespace

std::unique_ptr<Probes> make_socket_probes() {
  return std::make_unique<SocketProbes>();
}

}  // namespace agent::engine
