#include "agent/base/http/io_loop.hpp"

#include "agent/base/core/guarded.hpp"

// Asio's fences come on top of the locks that it synchronises by, and those the sanitizer sees.
#ifdef __SANITIZE_THREAD__
#pragma GCC diagnostic ignored "-Wtsan"
#endif

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <utility>

namespace base::http {
namespace asio = boost::asio;

struct IoLoop::State {
  asio::io_context context{1};  // One thread runs it: Asio saves what a second would need.
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  Guarded<bool> ended{false};
  std::array<char, 65'536> scratch{};
};

IoLoop::IoLoop() : state_(std::make_shared<State>()) {}
IoLoop::~IoLoop() = default;

void IoLoop::run() {
  state_->context.run();
  *state_->ended.lock() = true;
  // Tasks own what they work on, and that may own this loop: they have to go before it can. A
  // second call of stop may be among them and cut a round short.
  do {
    state_->context.restart();
  } while (state_->context.poll() > 0);
}

void IoLoop::stop() {
  post([this] { state_->context.stop(); });
}

void IoLoop::post(std::function<void()> task) {
  auto ended = state_->ended.lock();
  if (!*ended) {
    asio::post(state_->context, std::move(task));
  }
}

bool IoLoop::is_current() const {
  return state_->context.get_executor().running_in_this_thread();
}

std::span<char> IoLoop::scratch() noexcept {
  return state_->scratch;
}

namespace {

class AsioTimer final : public IoLoop::Timer {
 public:
  AsioTimer(asio::io_context& context,
            std::chrono::milliseconds delay,
            std::chrono::milliseconds period,
            std::function<void()> function)
      : state_(std::make_shared<State>(context, period, std::move(function))) {
    state_->timer.expires_after(delay);
    wait(state_);
  }
  AsioTimer(const AsioTimer&) = delete;
  AsioTimer& operator=(const AsioTimer&) = delete;
  AsioTimer(AsioTimer&&) = delete;
  AsioTimer& operator=(AsioTimer&&) = delete;
  ~AsioTimer() override {
    state_->alive = false;
    boost::system::error_code ignored;
    state_->timer.cancel(ignored);
  }

 private:
  struct State {
    State(asio::io_context& context,
          std::chrono::milliseconds period_,
          std::function<void()> function_)
        : timer(context), period(period_), function(std::move(function_)) {}
    asio::steady_timer timer;
    std::chrono::milliseconds period;
    std::function<void()> function;
    bool alive = true;
  };

  static void wait(const std::shared_ptr<State>& state) {
    state->timer.async_wait([state](const boost::system::error_code& error) {
      if (error || !state->alive) {
        return;
      }
      state->function();
      if (state->alive && state->period.count() > 0) {
        state->timer.expires_after(state->period);
        wait(state);
      }
    });
  }

  std::shared_ptr<State> state_;
};

}  // namespace

std::unique_ptr<IoLoop::Timer> IoLoop::after(std::chrono::milliseconds delay,
                                             std::function<void()> function) {
  return std::make_unique<AsioTimer>(
      state_->context, delay, std::chrono::milliseconds(0), std::move(function));
}

std::unique_ptr<IoLoop::Timer> IoLoop::every(std::chrono::milliseconds period,
                                             std::function<void()> function) {
  return std::make_unique<AsioTimer>(state_->context, period, period, std::move(function));
}

struct Watched::Registration {
  Registration(std::shared_ptr<IoLoop::State> owner, int number)
      : loop(std::move(owner)), descriptor(loop->context, number) {}
  std::shared_ptr<IoLoop::State> loop;  // First, so that it goes last.
  asio::posix::stream_descriptor descriptor;
  std::array<bool, 2> waiting{};
};

Watched::Watched(IoLoop& loop, Fd descriptor)
    : registration_(std::make_unique<Registration>(loop.state_, descriptor.get())),
      descriptor_(descriptor.get()) {
  static_cast<void>(descriptor.release());  // Asio closes it.
}

Watched::~Watched() = default;

void Watched::wait(Readiness readiness) {
  const auto index = static_cast<std::size_t>(readiness);
  if (!is_open() || registration_->waiting[index]) {
    return;
  }
  registration_->waiting[index] = true;
  const auto kind = readiness == Readiness::readable ? asio::posix::stream_descriptor::wait_read
                                                     : asio::posix::stream_descriptor::wait_write;
  registration_->descriptor.async_wait(
      kind, [self = shared_from_this(), readiness, index](const boost::system::error_code& error) {
        self->registration_->waiting[index] = false;
        if (!error && self->is_open()) {
          self->on_ready(readiness);
        }
      });
}

void Watched::close_descriptor() {
  if (is_open()) {
    descriptor_ = -1;
    boost::system::error_code ignored;
    registration_->descriptor.close(ignored);
  }
}

}  // namespace base::http
