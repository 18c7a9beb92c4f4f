#include "agent/base/crypto/encoding.hpp"
#include "agent/base/fs/fd.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <iostream>
#include <thread>

#include "installer/cli/verbs.hpp"

namespace installer::cli {
namespace {

using base::Error;
using base::ErrorCode;

// Carries what is typed, and the terminal's size, to the program, on a thread of its own.
class Input {
 public:
  Input(AgentClient& agent, std::string path, bool tty)
      : agent_(agent), path_(std::move(path)), tty_(tty), ended_(::eventfd(0, EFD_CLOEXEC)) {
    sigset_t resized;
    sigemptyset(&resized);
    sigaddset(&resized, SIGWINCH);
    pthread_sigmask(SIG_BLOCK, &resized, nullptr);
    resized_ = base::Fd(::signalfd(-1, &resized, SFD_CLOEXEC | SFD_NONBLOCK));
    thread_ = std::thread([this] { run(); });
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  Input(Input&&) = delete;
  Input& operator=(Input&&) = delete;
  ~Input() {
    const std::uint64_t one = 1;
    static_cast<void>(::write(ended_.get(), &one, sizeof one) == sizeof one);
    thread_.join();
  }

 private:
  void run() {
    std::array<pollfd, 3> waited{
        pollfd{.fd = ended_.get(), .events = POLLIN, .revents = 0},
        pollfd{.fd = tty_ ? resized_.get() : -1, .events = POLLIN, .revents = 0},
        pollfd{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0}};
    while (::poll(waited.data(), waited.size(), -1) >= 0 || errno == EINTR) {
      if (waited[0].revents != 0) {
        return;
      }
      if (waited[1].revents != 0) {
        send_size();
      }
      if (waited[2].revents != 0 && !send_bytes()) {
        waited[2].fd = -1;
      }
    }
  }

  void send_size() {
    signalfd_siginfo signal{};
    while (::read(resized_.get(), &signal, sizeof signal) > 0) {
    }
    const auto size = terminal_size(STDIN_FILENO);
    // The program may just have ended; its size is then nobody's concern.
    static_cast<void>(
        agent_.post(path_ + "/resize", {{"rows", size.rows}, {"cols", size.columns}}));
  }

  // False when there will be no more.
  bool send_bytes() {
    std::array<char, 32768> buffer{};
    const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) {
      return true;
    }
    const bool more = count > 0;
    const std::string_view bytes(buffer.data(), more ? static_cast<std::size_t>(count) : 0);
    const auto sent = agent_.post(path_ + "/input",
                                  {{"data", base::crypto::base64_encode(bytes)}, {"close", !more}});
    return more && sent;
  }

  AgentClient& agent_;
  std::string path_;
  bool tty_;
  base::Fd ended_;
  base::Fd resized_;
  std::thread thread_;
};

// Prints a piece of output; the exit code when it is the last line.
std::optional<int> take_output(const Output& output, std::string_view line) {
  const auto json = base::data::parse_json(line, {.max_bytes = std::size_t{4} << 20U});
  if (!json || !json->is_object()) {
    return std::nullopt;
  }
  if (output.json()) {
    Output::line(line);
  }
  if (const auto code = json->find("exit_code"); code != json->end() && code->is_number_integer()) {
    return code->get<int>();
  }
  const auto data = json->find("data");
  if (!output.json() && data != json->end() && data->is_string()) {
    if (const auto bytes = base::crypto::base64_decode(data->get<std::string>())) {
      auto& where = json->value("stream", std::string()) == "stderr" ? std::cerr : std::cout;
      where << *bytes << std::flush;
    }
  }
  return std::nullopt;
}

}  // namespace

int execute(Context& context, const ExecOptions& options) {
  if (options.tty && !is_terminal(STDIN_FILENO)) {
    static_cast<void>(context.output.fail(
        {ErrorCode::invalid_input, "-t needs a terminal as standard input", "Leave it out."}));
    return number_of(ExitCode::wrong_usage);
  }
  const auto size = terminal_size(STDIN_FILENO);
  const auto session = context.agent.post(
      "/api/v1/components/" + path_segment(options.name) + "/exec",
      {{"argv", options.argv}, {"tty", options.tty}, {"rows", size.rows}, {"cols", size.columns}});
  if (!session) {
    return number_of(context.output.fail(session.error()));
  }
  const auto path = "/api/v1/exec/" + session->value("id", std::string());
  std::optional<int> code;
  base::Status status = base::ok();
  {
    std::optional<RawTerminal> raw;
    std::optional<Input> input;
    if (options.tty) {
      raw.emplace(STDIN_FILENO);
    } else {
      context.interrupts.restore();
    }
    if (options.tty || options.input) {
      input.emplace(context.agent, path, options.tty);
    } else {
      static_cast<void>(context.agent.post(path + "/input", {{"data", ""}, {"close", true}}));
    }
    status = context.agent.stream(path + "/output", [&](std::string_view line) {
      code = take_output(context.output, line);
      return !code;
    });
  }
  if (code) {
    return *code;
  }
  return number_of(context.output.fail(
      status ? Error{ErrorCode::io, "the program's output ended without an exit code"}
             : status.error()));
}

}  // namespace installer::cli
