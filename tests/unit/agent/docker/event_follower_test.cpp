#include "agent/docker/event_follower.hpp"

#include "agent/base/core/guarded.hpp"
#include "tests/support/agent/docker/fake_engine_server.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <condition_variable>

using namespace agent::docker;  // NOLINT(google-build-using-namespace): every name here is of it.
using base::ErrorCode;
using tests::Conversation;
using tests::FakeEngineServer;
using tests::SeenRequest;

namespace {

std::string event_text(const std::string& id, std::int64_t time) {
  return fmt::format(
      R"({{"Type":"container","Action":"start","Actor":{{"ID":"{}","Attributes":{{}}}},"timeNano":{}}})",
      id,
      time);
}

// What a follower did, in order.
class Diary {
 public:
  void write(std::string entry) {
    entries_.lock()->push_back(std::move(entry));
    changed_.notify_all();
  }

  // Once there are `count` entries, or what there is after ten seconds.
  std::vector<std::string> wait_for(std::size_t count) {
    auto entries = entries_.lock();
    entries.wait_until(changed_,
                       std::chrono::steady_clock::now() + std::chrono::seconds(10),
                       [&](const auto& written) { return written.size() >= count; });
    return *entries;
  }

 private:
  base::Guarded<std::vector<std::string>> entries_;
  std::condition_variable changed_;
};

EventFollowerCallbacks writing_to(Diary& diary) {
  return {
      .on_relist =
          [&](const std::stop_token&) {
            diary.write("relist");
            return base::ok();
          },
      .on_event = [&](const Event& event) { diary.write("event " + event.id); },
      .on_up = [&] { diary.write("up"); },
      .on_down =
          [&](const base::Error& error) {
            diary.write(fmt::format("down {}", base::name_of(error.code)));
          },
  };
}

EventFollowerOptions quick() {
  return {.first_delay = std::chrono::milliseconds(1),
          .longest_delay = std::chrono::milliseconds(20)};
}

}  // namespace

TEST_CASE("everything is listed before the first event is given") {
  FakeEngineServer server;
  server.on("GET /events", [](const SeenRequest&, Conversation& conversation) {
    conversation.open(200);
    conversation.chunk(event_text("a", 1) + "\n" + event_text("b", 2) + "\n");
    conversation.hold();
  });
  const auto engine = make_engine({.socket = server.socket()});
  Diary diary;

  const EventFollower follower(*engine, quick(), writing_to(diary));

  CHECK(diary.wait_for(4) == std::vector<std::string>{"relist", "up", "event a", "event b"});
}

TEST_CASE("after a break everything is listed again before an event is trusted") {
  FakeEngineServer server;
  std::atomic<int> streams = 0;
  server.on("GET /events", [&](const SeenRequest&, Conversation& conversation) {
    conversation.open(200);
    if (++streams == 1) {
      conversation.chunk(event_text("a", 7));
      conversation.hang_up();  // The engine dies within the stream.
    } else {
      conversation.chunk(event_text("a", 7) + event_text("b", 8));
      conversation.hold();
    }
  });
  const auto engine = make_engine({.socket = server.socket()});
  Diary diary;

  const EventFollower follower(*engine, quick(), writing_to(diary));

  CHECK(diary.wait_for(7) ==
        std::vector<std::string>{"relist", "up", "event a", "down io", "relist", "up", "event b"});
  CHECK(server.last().target == "/v1.41/events?since=0.000000007");
}

TEST_CASE("an engine that is away is told once, and again when it is back") {
  FakeEngineServer server;
  std::atomic<int> asked = 0;
  server.on("GET /events", [&](const SeenRequest&, Conversation& conversation) {
    if (++asked < 5) {
      conversation.hang_up();
      return;
    }
    conversation.open(200);
    conversation.hold();
  });
  const auto engine = make_engine({.socket = server.socket()});
  Diary diary;

  const EventFollower follower(*engine, quick(), writing_to(diary));

  CHECK(diary.wait_for(3) == std::vector<std::string>{"down unavailable", "relist", "up"});
  CHECK(asked == 5);
}

TEST_CASE("a list that fails is made again on a fresh stream") {
  FakeEngineServer server;
  server.on("GET /events", [](const SeenRequest&, Conversation& conversation) {
    conversation.open(200);
    conversation.chunk(event_text("a", 1));
    conversation.hold();
  });
  const auto engine = make_engine({.socket = server.socket()});
  Diary diary;
  int lists = 0;
  auto callbacks = writing_to(diary);
  callbacks.on_relist = [&](const std::stop_token&) -> base::Status {
    if (++lists == 1) {
      return base::Error{ErrorCode::timed_out, "the list took too long"};
    }
    diary.write("relist");
    return base::ok();
  };

  const EventFollower follower(*engine, quick(), callbacks);

  CHECK(diary.wait_for(4) == std::vector<std::string>{"down timed_out", "relist", "up", "event a"});
}

TEST_CASE("a follower is stopped while it waits for the engine or for an event") {
  FakeEngineServer server;
  std::size_t entries = 2;
  SUBCASE("for an event") {
    server.on("GET /events", [](const SeenRequest&, Conversation& conversation) {
      conversation.open(200);
      conversation.hold();
    });
  }
  SUBCASE("for the engine") {
    entries = 1;
  }
  const auto engine = make_engine({.socket = server.socket()});
  Diary diary;
  {
    const EventFollower follower(
        *engine,
        {.first_delay = std::chrono::hours(1), .longest_delay = std::chrono::hours(1)},
        writing_to(diary));
    REQUIRE(diary.wait_for(entries).size() == entries);
  }

  CHECK(diary.wait_for(entries).size() == entries);  // Nothing was called after its end.
}

TEST_CASE("events are asked for by type and label") {
  FakeEngineServer server;
  server.on("GET /events", [](const SeenRequest&, Conversation& conversation) {
    conversation.open(200);
    conversation.close_chunks();
  });
  const auto engine = make_engine({.socket = server.socket()});

  const auto status = engine->stream_events(
      {.types = {"container"},
       .labels = {"io.slipway.app"},
       .since_nanoseconds = 1'700'000'000'000'000'005},
      [] { return true; },
      [](const Event&) { return true; },
      {});

  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::unavailable);
  CHECK(server.last().target ==
        "/v1.41/events?since=1700000000.000000005&filters=%7B%22label%22%3A%5B%22io.slipway.app%22%"
        "5D%2C%22type%22%3A%5B%22container%22%5D%7D");
}
