#include "agent/base/log/log.hpp"

#include "agent/base/log/line.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cmath>
#include <memory>
#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <system_error>
#include <utility>
#include <vector>

namespace base::log {
namespace {

using Logger = std::shared_ptr<spdlog::logger>;

Logger make_logger(spdlog::sink_ptr sink) {
  auto logger = std::make_shared<spdlog::logger>("slipway", std::move(sink));
  logger->set_pattern("%v");  // The line is ours; spdlog only carries it away.
  logger->set_level(spdlog::level::trace);
  logger->flush_on(spdlog::level::trace);  // Lines matter most just before a crash.
  return logger;
}

struct Output {
  Format format = Format::text;
  Logger logger = make_logger(std::make_shared<spdlog::sinks::stderr_sink_mt>());
};

struct State {
  std::atomic<Level> level{Level::info};
  Guarded<Output> output;
};

State& state() {
  // Never destroyed: other threads may log until the very end.
  static auto* const k_state = new State;
  return *k_state;
}

// Makes the file for its owner and group before spdlog would with the umask's mode, and finds out
// why it cannot be written while there is still somebody to tell.
Status prepare(const File& file) {
  const int descriptor = ::open(file.path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor >= 0) {
    static_cast<void>(::close(descriptor));
    return ok();
  }
  const int number = errno;
  const auto code = number == ENOENT                      ? ErrorCode::not_found
                    : number == EACCES || number == EPERM ? ErrorCode::forbidden
                                                          : ErrorCode::io;
  return Error{code,
               fmt::format("open the log file {}: {}",
                           file.path.string(),
                           std::error_code(number, std::generic_category()).message())};
}

void write(Level level, std::string_view event, std::span<const Field> fields) {
  if (!enabled(level)) {
    return;
  }
  Output output;
  {
    auto current = state().output.lock();
    output = *current;
  }
  const auto line = format_line(
      output.format,
      {.time = SystemClock().wall_time(), .level = level, .event = event, .fields = fields},
      redactor());
  output.logger->log(spdlog::level::info, spdlog::string_view_t(line));
}

void write(Level level, std::string_view event, const Error& cause, Fields fields) {
  std::vector<Field> all(fields);
  all.push_back({"code", base::name_of(cause.code)});
  if (!cause.reason.empty()) {
    all.push_back({"reason", cause.reason});
  }
  all.push_back({"error", cause.message});
  write(level, event, all);
}

}  // namespace

Value::Value(double number) : text_(fmt::format("{}", number)), quoted_(!std::isfinite(number)) {}

Status configure(const Options& options) {
  Output output{.format = options.format};
  if (options.file) {
    BASE_TRY(prepare(*options.file));
    try {
      output.logger = make_logger(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
          options.file->path.string(), options.file->max_bytes, options.file->kept));
    } catch (const spdlog::spdlog_ex& exception) {
      return Error{
          ErrorCode::io,
          fmt::format("open the log file {}: {}", options.file->path.string(), exception.what())};
    }
  }
  *state().output.lock() = std::move(output);
  state().level = options.level;
  return ok();
}

std::string_view name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warn:
      return "warn";
    case Level::error:
      return "error";
  }
  return "error";
}

std::string_view name_of(Format format) {
  return format == Format::json ? "json" : "text";
}

Result<Level> parse_level(std::string_view name) {
  for (const auto level : {Level::debug, Level::info, Level::warn, Level::error}) {
    if (name == name_of(level)) {
      return level;
    }
  }
  return Error{ErrorCode::invalid_input,
               fmt::format("'{:.40}' is no log level: debug, info, warn or error", name)};
}

Result<Format> parse_format(std::string_view name) {
  for (const auto format : {Format::text, Format::json}) {
    if (name == name_of(format)) {
      return format;
    }
  }
  return Error{ErrorCode::invalid_input,
               fmt::format("'{:.40}' is no log format: text or json", name)};
}

void debug(std::string_view event, Fields fields) {
  write(Level::debug, event, fields);
}

void info(std::string_view event, Fields fields) {
  write(Level::info, event, fields);
}

void warn(std::string_view event, Fields fields) {
  write(Level::warn, event, fields);
}

void error(std::string_view event, Fields fields) {
  write(Level::error, event, fields);
}

void warn(std::string_view event, const Error& cause, Fields fields) {
  write(Level::warn, event, cause, fields);
}

void error(std::string_view event, const Error& cause, Fields fields) {
  write(Level::error, event, cause, fields);
}

bool enabled(Level level) {
  return level >= state().level.load(std::memory_order_relaxed);
}

}  // namespace base::log
