// Logs and archives: answers that are streams of bytes.
#include "agent/docker/decode.hpp"
#include "agent/docker/frames.hpp"
#include "agent/docker/http_engine.hpp"
#include "agent/docker/log_lines.hpp"

#include <fmt/format.h>

namespace agent::docker {
namespace {

std::string log_query(const LogQuery& query) {
  std::string since;
  if (query.since) {
    const auto milliseconds = query.since->time_since_epoch().count();
    since = fmt::format("{}.{:03}000000", milliseconds / 1000, milliseconds % 1000);
  }
  return query_of({{"stdout", "1"},
                   {"stderr", "1"},
                   {"timestamps", "1"},
                   {"follow", query.follow ? "1" : ""},
                   {"tail", query.tail ? fmt::format("{}", *query.tail) : std::string("all")},
                   {"since", since}});
}

}  // namespace

base::Status HttpEngine::read_logs(const std::string& container,
                                   const LogQuery& query,
                                   const std::function<bool(const LogLine&)>& on_line,
                                   const Call& call) {
  // The answer's media type does not tell frames from raw bytes with every engine; the container's
  // own configuration does.
  BASE_TRY_ASSIGN(const auto details, inspect_container(container, call));
  LogLines lines(query.max_line, on_line);
  FrameReader frames;
  base::Status failure = base::ok();
  bool ended_by_caller = false;

  Outgoing outgoing;
  outgoing.path = fmt::format("/containers/{}/logs{}", details.id, log_query(query));
  outgoing.pace = query.follow ? Pace::endless : Pace::silence;
  outgoing.on_data = [&](std::string_view bytes) {
    if (details.tty) {
      ended_by_caller = !lines.add_raw(bytes);
      return !ended_by_caller;
    }
    const auto more =
        frames.feed(bytes, [&](OutputStream stream, std::string_view payload, FramePart part) {
          ended_by_caller = !lines.add_frame(stream, payload, part);
          return !ended_by_caller;
        });
    if (!more) {
      failure = more.error();
    }
    return more && *more;
  };
  BASE_TRY(transport_.exchange(outgoing, call));
  BASE_TRY(std::move(failure));
  if (!ended_by_caller) {
    lines.finish();
    return frames.finish();
  }
  return base::ok();
}

base::Status HttpEngine::put_archive(const std::string& container,
                                     const std::string& path,
                                     const base::http::BodySource& tar,
                                     const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(container));
  Outgoing outgoing;
  outgoing.method = "PUT";
  outgoing.path = fmt::format("/containers/{}/archive{}", segment, query_of({{"path", path}}));
  outgoing.headers = {{"Content-Type", "application/x-tar"}};
  outgoing.source = tar;
  outgoing.pace = Pace::silence;
  BASE_TRY(transport_.exchange(outgoing, call));
  return base::ok();
}

base::Status HttpEngine::get_archive(const std::string& container,
                                     const std::string& path,
                                     const std::function<bool(std::string_view)>& on_data,
                                     const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, segment_of(container));
  Outgoing outgoing;
  outgoing.path = fmt::format("/containers/{}/archive{}", segment, query_of({{"path", path}}));
  outgoing.pace = Pace::silence;
  outgoing.on_data = on_data;
  BASE_TRY(transport_.exchange(outgoing, call));
  return base::ok();
}

}  // namespace agent::docker
