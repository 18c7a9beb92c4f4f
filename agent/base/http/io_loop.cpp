#include "agent/base/http/io_loop.hpp"

#include "agent/base/core/guarded.hpp"
#include "agent/base/http/readiness_set.hpp"

// Asio's fences come on top of the locks that it synchronises by, and those the sanitizer sees.
#ifdef __SANITIZE_THREAD__
#pragma GCC diagnostic ignored "-Wtsan"
#endif

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <utility>

namespace base::http {
namespace asio = boost::asio;

// Then what was posted has its turn.
constexpr int k_rounds = 8;

struct IoLoop::State {
  State() { watch(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  State(State&&) = delete;
  State& operator=(State&&) = delete;
  ~State() { poller.release(); }  // The set closes it.

  void watch() {
    poller.async_wait(Poller::wait_read, [this](const boost::system::error_code& error) {
      if (error) {
        return;
      }
      for (int round = 0; round < k_rounds && ready.dispatch() > 0; ++round) {
      }
      watch();
    });
  }

  // With its executor by type, which spares each wait the detour over a virtual one.
  using Poller = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;
  ReadinessSet ready;
  asio::io_context context{1};  // One thread runs it: Asio saves what a second would need.
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  Poller poller{context, ready.descriptor()};
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

// Waits are remembered here, interest in the kernel: that is taken back only when a readiness comes
// that nobody waits for, so that whoever waits again at once costs no call.
struct Watched::Registration final : ReadinessSet::Watcher {
  Registration(std::shared_ptr<IoLoop::State> owner, Watched& object, Fd socket)
      : loop(std::move(owner)), watched(object), descriptor(std::move(socket)) {
    loop->ready.add(descriptor.get(), *this);
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  Registration(Registration&&) = delete;
  Registration& operator=(Registration&&) = delete;
  ~Registration() override { close(); }

  void close() {
    if (descriptor.valid()) {
      loop->ready.remove(descriptor.get());
      descriptor.reset();
    }
    waiting = ReadinessSet::none;
    keep.reset();
  }

  void wait(std::uint8_t event) {
    waiting |= event;
    keep = watched.shared_from_this();
    if ((interest & event) == 0) {
      interest |= event;
      loop->ready.set_interest(descriptor.get(), interest);
    }
  }

  void on_events(std::uint8_t events) override {
    const auto self = watched.shared_from_this();
    if ((interest & events & ~waiting) != 0) {
      interest = waiting;
      loop->ready.set_interest(descriptor.get(), interest);
    }
    end_wait(events & ReadinessSet::writable, Readiness::writable);
    end_wait(events & ReadinessSet::readable, Readiness::readable);
  }

  void end_wait(std::uint8_t event, Readiness readiness) {
    if ((waiting & event) == 0) {
      return;
    }
    waiting &= static_cast<std::uint8_t>(~event);
    if (waiting == ReadinessSet::none) {
      keep.reset();
    }
    watched.on_ready(readiness);
  }

  std::shared_ptr<IoLoop::State> loop;
  Watched& watched;
  Fd descriptor;
  std::uint8_t interest = ReadinessSet::none;
  std::uint8_t waiting = ReadinessSet::none;
  std::shared_ptr<Watched> keep;  // While a wait is under way.
};

Watched::Watched(IoLoop& loop, Fd descriptor) : descriptor_(descriptor.get()) {
  registration_ = std::make_unique<Registration>(loop.state_, *this, std::move(descriptor));
}

Watched::~Watched() = default;

void Watched::wait(Readiness readiness) {
  if (is_open()) {
    registration_->wait(readiness == Readiness::readable ? ReadinessSet::readable
                                                         : ReadinessSet::writable);
  }
}

void Watched::close_descriptor() {
  if (is_open()) {
    descriptor_ = -1;
    registration_->close();
  }
}

}  // namespace base::http
