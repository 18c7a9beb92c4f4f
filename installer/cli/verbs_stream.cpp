#include "agent/base/fs/fd.hpp"
#include "agent/base/http/client.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "installer/cli/event_lines.hpp"
#include "installer/cli/text_table.hpp"
#include "installer/cli/verbs.hpp"

namespace installer::cli {
namespace {

using base::Error;
using base::ErrorCode;

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

// Progress of a file on its way, drawn over on a terminal.
class Sending {
 public:
  Sending(const Output& output, std::string name, std::uint64_t size)
      : shown_(!output.json() && is_terminal(STDERR_FILENO)), name_(std::move(name)), size_(size) {}

  void moved(std::uint64_t bytes) {
    sent_ += bytes;
    if (shown_ && (sent_ - told_ >= k_step || sent_ == size_)) {
      told_ = sent_;
      show(fmt::format("{} of {}",
                       bytes_text(static_cast<double>(sent_)),
                       bytes_text(static_cast<double>(size_))));
    }
  }
  void show(const std::string& what) const {
    if (shown_) {
      std::cerr << fmt::format("\r\x1b[K{}  {}", name_, printable(what)) << std::flush;
    }
  }
  void clear() const {
    if (shown_) {
      std::cerr << "\r\x1b[K" << std::flush;
    }
  }

 private:
  static constexpr std::uint64_t k_step = 1U << 20U;
  bool shown_;
  std::string name_;
  std::uint64_t size_;
  std::uint64_t sent_ = 0;
  std::uint64_t told_ = 0;
};

base::Result<base::Fd> open_archive(const std::string& file, std::uint64_t& size) {
  base::Fd opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!opened.valid() || ::fstat(opened.get(), &status) != 0) {
    return Error{errno == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                 fmt::format("{}: {}", file, std::strerror(errno))};
  }
  if (!S_ISREG(status.st_mode)) {
    return Error{ErrorCode::invalid_input, file + ": not a file"};
  }
  size = static_cast<std::uint64_t>(status.st_size);
  return opened;
}

base::Result<std::vector<std::string>> load_one(Context& context, const std::string& file) {
  std::uint64_t size = 0;
  BASE_TRY_ASSIGN(const auto opened, open_archive(file, size));
  Sending sending(context.output, file, size);
  std::vector<std::string> images;
  std::optional<Error> failure;
  const auto source = [&](char* buffer, std::size_t capacity) -> base::Result<std::size_t> {
    const ssize_t count = ::read(opened.get(), buffer, capacity);
    if (count < 0) {
      return Error{ErrorCode::io, fmt::format("{}: {}", file, std::strerror(errno))};
    }
    sending.moved(static_cast<std::uint64_t>(count));
    return static_cast<std::size_t>(count);
  };
  const auto status =
      context.agent.upload("/api/v1/images", source, size, [&](std::string_view line) {
        const auto json = base::data::parse_json(line);
        if (!json || !json->is_object()) {
          return true;
        }
        if (const auto image = text_at(*json, "image"); !image.empty()) {
          images.push_back(image);
        }
        if (const auto message = text_at(*json, "message"); !message.empty()) {
          sending.show(message);
        }
        if (const auto error = json->find("error"); error != json->end() && error->is_object()) {
          failure = error_of(*error);
        }
        return true;
      });
  sending.clear();
  if (!status) {
    return status.error();
  }
  if (failure) {
    return *failure;
  }
  return images;
}

}  // namespace

ExitCode show_logs(Context& context, const LogOptions& options) {
  context.interrupts.restore();  // Ctrl-C ends it, as it ends `tail -f`.
  auto path = fmt::format(
      "/api/v1/components/{}/logs?follow={}", path_segment(options.name), options.follow);
  if (options.tail) {
    path += fmt::format("&tail={}", *options.tail);
  }
  if (!options.since.empty()) {
    path += "&since=" + base::http::percent_encoded(options.since);
  }
  const auto status = context.agent.stream(path, [&](std::string_view line) {
    if (context.output.json()) {
      context.output.line(line);
      return true;
    }
    const auto json = base::data::parse_json(line, {.max_bytes = std::size_t{4} << 20U});
    if (!json || !json->is_object()) {
      return true;
    }
    // As the program wrote it when it goes to a file; a terminal is not for its control characters.
    const auto text = text_at(*json, "line");
    const auto shown = is_terminal(STDOUT_FILENO) ? printable(text) : text;
    auto& where = text_at(*json, "stream") == "stderr" ? std::cerr : std::cout;
    where << (options.times ? text_at(*json, "time") + " " : "") << shown << std::endl;
    return where.good();
  });
  return status ? ExitCode::done : context.output.fail(status.error());
}

ExitCode show_events(Context& context) {
  context.interrupts.restore();
  EventLines events(context.output.json() ? Format::json : Format::text);
  const auto status = context.agent.stream("/api/v1/events", [&](std::string_view line) {
    if (const auto text = events.take(line)) {
      context.output.line(*text);
    }
    return true;
  });
  return status ? ExitCode::done : context.output.fail(status.error());
}

ExitCode load_images(Context& context, const std::vector<std::string>& files) {
  context.interrupts.restore();
  Json loaded = Json::array();
  std::string text;
  for (const auto& file : files) {
    const auto images = load_one(context, file);
    if (!images) {
      return context.output.fail(images.error());
    }
    for (const auto& image : *images) {
      loaded.push_back(image);
      text += printable(image) + "\n";
    }
  }
  context.output.result({{"images", loaded}}, text);
  return ExitCode::done;
}

ExitCode list_images(Context& context) {
  auto answer = context.agent.get("/api/v1/images");
  if (!answer) {
    return context.output.fail(answer.error());
  }
  std::vector<std::vector<std::string>> rows{{"IMAGE", "SIZE", "ID"}};
  for (const auto& each : (*answer)["images"]) {
    const auto& bytes = each["bytes"];
    rows.push_back({printable(text_at(each, "reference")),
                    bytes.is_number() ? bytes_text(bytes.get<double>()) : "missing",
                    printable(text_at(each, "image_id"))});
  }
  context.output.result(*answer, text_table(rows));
  return ExitCode::done;
}

}  // namespace installer::cli
