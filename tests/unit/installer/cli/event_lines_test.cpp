#include "installer/cli/event_lines.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

namespace {

using installer::cli::EventLines;
using installer::cli::Format;

std::string all(EventLines& events, std::initializer_list<std::string_view> lines) {
  std::string text;
  for (const auto line : lines) {
    if (const auto event = events.take(line)) {
      text += *event + "\n";
    }
  }
  return text;
}

TEST_SUITE_BEGIN("installer.cli.event_lines");

TEST_CASE("events are lines for a person") {
  EventLines events(Format::text);

  CHECK(all(events,
            {"event: operation",
             R"(data: {"id":3,"kind":"apply","state":"running"})",
             "",
             "event: component",
             R"(data: {"name":"web","condition":"degraded","reason":"unhealthy"})",
             ""}) == "operation 3 apply running\ncomponent web degraded: unhealthy\n");
}

TEST_CASE("heartbeats and progress say nothing") {
  EventLines events(Format::text);

  CHECK(all(events, {": nothing happened", "", "event: progress", R"(data: {"operation":1})", ""})
            .empty());
}

TEST_CASE("with --json every event is one object in one line") {
  EventLines events(Format::json);

  CHECK(all(events, {"event: progress", R"(data: {"operation": 1})", ""}) ==
        "{\"data\":{\"operation\":1},\"event\":\"progress\"}\n");
}

TEST_CASE("data that is no JSON is left out") {
  EventLines events(Format::json);

  CHECK(all(events, {"event: status", "data: {", ""}).empty());
}

TEST_SUITE_END();

}  // namespace
