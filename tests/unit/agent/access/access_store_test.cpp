#include "agent/access/access_store.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"
#include "tests/support/agent/base/core/manual_clock.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace {

using agent::access::AccessStore;
using agent::access::Role;
using base::ErrorCode;
using base::Secret;
using namespace std::chrono_literals;

struct Fixture {
  base::fs::TemporaryDirectory folder =
      *base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  base::ManualClock clock;
  std::unique_ptr<AccessStore> store = open();

  std::unique_ptr<AccessStore> open() const {
    auto opened = AccessStore::open(folder.path() / "state.db", clock);
    REQUIRE(opened);
    return *std::move(opened);
  }
  Secret code() const {
    auto made = store->create_login_code("root");
    REQUIRE(made);
    return made->code;
  }
  Secret token() const {
    auto signed_in = store->sign_in(code(), "192.0.2.1");
    REQUIRE(signed_in);
    return signed_in->token;
  }
};

TEST_SUITE_BEGIN("agent.access.access_store");

TEST_CASE("a code is three groups of four characters that nobody mixes up") {
  const Fixture fixture;

  const auto code = fixture.code().reveal();

  REQUIRE(code.size() == 14);
  CHECK(code[4] == '-');
  CHECK(code[9] == '-');
  CHECK(code.find_first_of("01OIL") == std::string::npos);
  CHECK(code != fixture.code().reveal());
}

TEST_CASE("a code opens a session of an administrator, once") {
  const Fixture fixture;
  const auto code = fixture.code();

  const auto first = fixture.store->sign_in(code, "192.0.2.1");
  const auto second = fixture.store->sign_in(code, "192.0.2.1");

  REQUIRE(first);
  CHECK(first->session.role == Role::admin);
  CHECK(first->token.reveal().size() >= 43);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::unauthorized);
  CHECK(second.error().reason == "code_refused");
}

TEST_CASE("a code is taken in small letters, with spaces, and without dashes") {
  const Fixture fixture;
  auto typed = fixture.code().reveal();
  std::ranges::replace(typed, '-', ' ');
  std::ranges::transform(typed, typed.begin(), [](unsigned char each) {
    return static_cast<char>(std::tolower(each));
  });

  CHECK(fixture.store->sign_in(Secret(typed), ""));
}

TEST_CASE("a code is worth nothing after a day") {
  Fixture fixture;
  const auto code = fixture.code();

  fixture.clock.advance(24h);

  CHECK_FALSE(fixture.store->sign_in(code, ""));
}

TEST_CASE("only the five latest codes are good") {
  const Fixture fixture;
  const auto oldest = fixture.code();
  Secret latest;
  for (int more = 0; more < 5; ++more) {
    latest = fixture.code();
  }

  CHECK_FALSE(fixture.store->sign_in(oldest, ""));
  CHECK(fixture.store->sign_in(latest, ""));
}

TEST_CASE("who guesses waits, whatever the code is; others do not, and the wait ends") {
  Fixture fixture;
  for (int guess = 0; guess < 10; ++guess) {
    CHECK_FALSE(fixture.store->sign_in(Secret("2222-2222-2222"), "192.0.2.66"));
  }

  const auto guesser = fixture.store->sign_in(fixture.code(), "192.0.2.66");
  const auto wait = fixture.store->sign_in_wait("192.0.2.66");
  const auto other = fixture.store->sign_in(fixture.code(), "192.0.2.1");
  fixture.clock.advance(wait);
  const auto later = fixture.store->sign_in(fixture.code(), "192.0.2.66");

  REQUIRE_FALSE(guesser);
  CHECK(guesser.error().code == ErrorCode::unavailable);
  CHECK(guesser.error().reason == "too_many_attempts");
  CHECK(other);
  CHECK(later);
}

TEST_CASE("root on this machine never waits") {
  const Fixture fixture;
  for (int guess = 0; guess < 300; ++guess) {
    CHECK_FALSE(fixture.store->sign_in(Secret("wrong"), std::nullopt));
    CHECK_FALSE(fixture.store->sign_in(Secret("wrong"), "192.0.2.66"));
  }

  CHECK(fixture.store->sign_in(fixture.code(), std::nullopt));
}

TEST_CASE("a crowd of guessers neither locks out the admin nor floods the record") {
  const Fixture fixture;
  const auto code = fixture.code();
  for (int guess = 0; guess < 500; ++guess) {
    CHECK_FALSE(fixture.store->sign_in(Secret("wrong"), "203.0." + std::to_string(guess) + ".1"));
  }

  CHECK(fixture.store->sign_in(code, "192.0.2.1"));
  CHECK(fixture.store->audit(1000)->size() <= 202);
}

TEST_CASE("a session ends when it is not used for half an hour") {
  Fixture fixture;
  const auto token = fixture.token();

  fixture.clock.advance(29min);
  CHECK(fixture.store->session_of(token));
  fixture.clock.advance(29min);
  CHECK(fixture.store->session_of(token));
  fixture.clock.advance(30min);

  const auto session = fixture.store->session_of(token);
  REQUIRE_FALSE(session);
  CHECK(session.error().reason == "session_expired");
}

TEST_CASE("a session ends after twelve hours however much it is used") {
  Fixture fixture;
  const auto token = fixture.token();
  for (auto passed = 0min; passed < 12h - 20min; passed += 20min) {
    fixture.clock.advance(20min);
    REQUIRE(fixture.store->session_of(token));
  }

  fixture.clock.advance(20min);

  CHECK_FALSE(fixture.store->session_of(token));
}

TEST_CASE("a stream that lasts does not keep a session alive") {
  Fixture fixture;
  const auto token = fixture.token();

  fixture.clock.advance(20min);
  CHECK(fixture.store->peek(token));
  fixture.clock.advance(10min);

  CHECK_FALSE(fixture.store->peek(token));
}

TEST_CASE("signing out ends the session at once") {
  const Fixture fixture;
  const auto token = fixture.token();

  REQUIRE(fixture.store->sign_out(token, ""));

  CHECK_FALSE(fixture.store->session_of(token));
  CHECK(fixture.store->sign_out(token, ""));
}

TEST_CASE("codes and sessions outlive a restart of the agent") {
  Fixture fixture;
  const auto code = fixture.code();
  const auto token = fixture.token();

  fixture.store = fixture.open();

  CHECK(fixture.store->session_of(token));
  CHECK(fixture.store->sign_in(code, ""));
}

TEST_CASE("neither code nor token is in the file") {
  Fixture fixture;
  const auto code = fixture.code().reveal();
  const auto token = fixture.token().reveal();
  fixture.store.reset();

  std::string bytes;
  for (const auto& entry : std::filesystem::directory_iterator(fixture.folder.path())) {
    const auto contents = base::fs::read_file(entry.path(), 10'000'000);
    REQUIRE(contents);
    bytes += *contents;
  }

  CHECK(bytes.find("access_code") != std::string::npos);
  CHECK(bytes.find(code) == std::string::npos);
  CHECK(bytes.find(code.substr(0, 4) + code.substr(5, 4) + code.substr(10)) == std::string::npos);
  CHECK(bytes.find(token) == std::string::npos);
}

TEST_CASE("the record says who signed in, who was refused and who left") {
  const Fixture fixture;
  const auto token = fixture.token();
  CHECK_FALSE(fixture.store->sign_in(Secret("wrong"), "192.0.2.66"));
  REQUIRE(fixture.store->sign_out(token, "192.0.2.1"));

  const auto records = fixture.store->audit(10);

  REQUIRE(records);
  REQUIRE(records->size() == 4);
  CHECK(records->at(0).event == "logout");
  CHECK(records->at(1).event == "login_refused");
  CHECK(records->at(1).address == "192.0.2.66");
  CHECK(records->at(2).event == "login");
  CHECK(records->at(2).actor == "admin");
  CHECK(records->at(3).event == "login_code_created");
}

TEST_SUITE_END();

}  // namespace
