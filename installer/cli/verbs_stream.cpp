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
#include <system_error>

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

std::optional<double> number_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? std::optional(found->get<double>())
                                                     : std::nullopt;
}

// Progress of a file on its way, drawn over on a terminal.
class Sending {
 public:
  Sending(const Output& output, std::string name)
      : shown_(!output.json() && is_terminal(STDERR_FILENO)), name_(std::move(name)) {}

  void show(const Json& line) const {
    const auto message = text_at(line, "message");
    if (!shown_ || message.empty()) {
      return;
    }
    const auto done = number_at(line, "done_bytes");
    const auto total = number_at(line, "total_bytes");
    const auto amount = done && total
                            ? fmt::format("  {} of {}", bytes_text(*done), bytes_text(*total))
                            : std::string();
    std::cerr << fmt::format("\r\x1b[K{}  {}{}", name_, printable(message), amount) << std::flush;
  }
  void clear() const {
    if (shown_) {
      std::cerr << "\r\x1b[K" << std::flush;
    }
  }

 private:
  bool shown_;
  std::string name_;
};

base::Result<base::Fd> open_archive(const std::string& file, std::uint64_t& size) {
  base::Fd opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!opened.valid() || ::fstat(opened.get(), &status) != 0) {
    return Error{errno == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                 fmt::format("{}: {}", file, std::generic_category().message(errno))};
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
  const Sending sending(context.output, file);
  std::vector<std::string> images;
  std::optional<Error> failure;
  const auto source = [&](char* buffer, std::size_t capacity) -> base::Result<std::size_t> {
    const ssize_t count = ::read(opened.get(), buffer, capacity);
    if (count < 0) {
      return Error{ErrorCode::io,
                   fmt::format("{}: {}", file, std::generic_category().message(errno))};
    }
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
        sending.show(*json);
        if (const auto error = json->find("error"); error != json->end() && error->is_object()) {
          failure = error_of(*error);
        }
        return !failure;  // What is left of the archive is not wanted.
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
      Output::line(line);
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
      Output::line(*text);
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
