#include "agent/api/event_broker.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

namespace {

using agent::api::EventBroker;
using agent::api::StreamEvent;
using namespace std::chrono_literals;
using Kind = StreamEvent::Kind;

TEST_SUITE_BEGIN("agent.api.event_broker");

TEST_CASE("what happens after subscribing is heard in order, what happened before is not") {
  EventBroker broker;
  broker.on_operation({.id = {1}});
  const auto subscriber = broker.subscribe();

  broker.on_operation({.id = {2}});
  broker.on_component({.name = "web"});

  const auto first = subscriber->next({}, 0ms);
  const auto second = subscriber->next({}, 0ms);
  REQUIRE(first.kind == Kind::text);
  CHECK(first.text->starts_with("event: operation\ndata: {"));
  CHECK(first.text->find("\"id\":2") != std::string::npos);
  REQUIRE(second.kind == Kind::text);
  CHECK(second.text->starts_with("event: component\n"));
  CHECK(subscriber->next({}, 0ms).kind == Kind::quiet);
}

TEST_CASE("an event is one line of data, whatever is in it") {
  EventBroker broker;
  const auto subscriber = broker.subscribe();

  broker.on_log({1}, {.time = {}, .text = "one\ntwo\r\n\nevent: forged"});

  const auto event = subscriber->next({}, 0ms);
  REQUIRE(event.kind == Kind::text);
  CHECK(std::count(event.text->begin(), event.text->end(), '\n') == 3);
}

TEST_CASE("many changes of the status are one look") {
  EventBroker broker;
  const auto subscriber = broker.subscribe();

  broker.on_status({});
  broker.on_status({});
  broker.on_status({});

  CHECK(subscriber->next({}, 0ms).kind == Kind::look);
  CHECK(subscriber->next({}, 0ms).kind == Kind::quiet);
}

TEST_CASE("a reader that is too slow is told so, and others go on") {
  EventBroker broker(2);
  const auto slow = broker.subscribe();
  const auto quick = broker.subscribe();

  for (int event = 0; event < 3; ++event) {
    broker.on_component({.name = "web"});
    CHECK(quick->next({}, 0ms).kind == Kind::text);
  }

  CHECK(slow->next({}, 0ms).kind == Kind::lost);
}

TEST_CASE("a reader that waits is woken by an event and by being asked to stop") {
  EventBroker broker;
  const auto subscriber = broker.subscribe();
  std::stop_source stop;

  std::jthread speaker([&] { broker.on_component({.name = "web"}); });
  CHECK(subscriber->next(stop.get_token(), 1h).kind == Kind::text);

  std::jthread stopper([&] { stop.request_stop(); });
  CHECK(subscriber->next(stop.get_token(), 1h).kind == Kind::ended);
}

TEST_SUITE_END();

}  // namespace
