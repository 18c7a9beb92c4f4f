#include "agent/config/local_test_world.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"
#include "tests/support/agent/base/http/loopback_server.hpp"

#include <doctest/doctest.h>

#include <charconv>
#include <filesystem>
#include <string>

namespace {

using namespace agent::config;
using base::ErrorCode;
using base::http::DirectoryQuery;

struct World {
  base::SystemClock clock;
  base::process::SystemRunner runner;
  LocalTestWorld world{clock, runner};
  TestLimits limits{.time = std::chrono::seconds(8), .stop = {}};

  ErrorCode mail(const tests::LoopbackServer& server,
                 const std::string& method,
                 const std::string& password) {
    const auto status = world.sign_in_to_mail({.address = server.address(),
                                               .method = method,
                                               .user = "ann",
                                               .password = base::Secret(password)},
                                              limits);
    return status ? ErrorCode::internal : status.error().code;  // `internal`: none.
  }
};

DirectoryQuery query(const tests::LoopbackServer& server,
                     const std::string& password,
                     const std::string& filter,
                     const std::string& base = "dc=ex") {
  return {.host = "127.0.0.1",
          .port = server.port(),
          .user = "cn=search,dc=ex",
          .password = base::Secret(password),
          .base = base,
          .filter = filter,
          .attributes = {"dn"}};
}

TEST_SUITE_BEGIN("config.local_test_world");

TEST_CASE("names are looked up as the host does it") {
  World host;

  const auto here = host.world.addresses_of("localhost", host.limits);
  const auto nowhere = host.world.addresses_of("nowhere.invalid", host.limits);

  REQUIRE(here);
  CHECK_FALSE(here->empty());
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().code == ErrorCode::not_found);
  CHECK_FALSE(host.world.addresses_of("--help", host.limits));
}

TEST_CASE("a port is taken while somebody listens") {
  World host;
  std::string port;
  {
    const tests::LoopbackServer server([](int) {});
    port = server.port();
    std::uint16_t number = 0;
    std::from_chars(port.data(), port.data() + port.size(), number);
    CHECK(host.world.dial(server.address(), host.limits));
    const auto taken =
        host.world.try_port({.protocol = "tcp", .address = "127.0.0.1", .port = number});
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == ErrorCode::conflict);
  }
  const auto gone = host.world.dial("127.0.0.1:" + port, host.limits);
  REQUIRE_FALSE(gone);
  CHECK(gone.error().code == ErrorCode::unavailable);
  CHECK_FALSE(host.world.dial("no port", host.limits));
}

TEST_CASE("a mail server lets in who has the password") {
  World host;
  const tests::LoopbackServer server(tests::serve_mail);

  CHECK(host.mail(server, "PLAIN", "right") == ErrorCode::internal);
  CHECK(host.mail(server, "LOGIN", "right") == ErrorCode::internal);
  CHECK(host.mail(server, "PLAIN", "wrong") == ErrorCode::unauthorized);
  CHECK(host.mail(server, "LOGIN", "wrong") == ErrorCode::unauthorized);
}

TEST_CASE("a server that says nothing ends a test at its time limit") {
  World host;
  const tests::LoopbackServer silent([](int socket) { tests::receive(socket); });
  host.limits.time = std::chrono::milliseconds(300);

  CHECK(host.mail(silent, "PLAIN", "right") == ErrorCode::timed_out);
}

TEST_CASE("a test that nobody waits for any more ends") {
  World host;
  const tests::LoopbackServer silent([](int socket) { tests::receive(socket); });
  std::stop_source stop;
  host.limits.stop = stop.get_token();
  stop.request_stop();

  CHECK(host.mail(silent, "PLAIN", "right") == ErrorCode::cancelled);
}

TEST_CASE("a directory is searched by whoever it lets in") {
  World host;
  const tests::LoopbackServer server(tests::serve_directory);

  const auto found = host.world.search_directory(query(server, "right", "(uid=ann)"), host.limits);
  const auto nobody = host.world.search_directory(query(server, "right", "(uid=zed)"), host.limits);
  const auto refused = host.world.search_directory(query(server, "no", "(uid=ann)"), host.limits);
  const auto nowhere =
      host.world.search_directory(query(server, "right", "(uid=ann)", "dc=none"), host.limits);

  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(found->front().name == "uid=ann,dc=ex");
  REQUIRE(nobody);
  CHECK(nobody->empty());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::unauthorized);
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().code == ErrorCode::not_found);
}

TEST_CASE("nothing is sent in the clear when encryption was asked for") {
  World host;
  bool asked = false;
  const tests::LoopbackServer server([&](int) { asked = true; });
  auto secured = query(server, "right", "(uid=ann)");
  secured.protection = base::http::DirectoryProtection::start_tls;

  CHECK_FALSE(host.world.search_directory(secured, host.limits));
  CHECK_FALSE(asked);
}

TEST_CASE("a file has its mode") {
  World host;
  const auto folder = base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  REQUIRE(folder);
  const auto path = folder->path() / "a";
  REQUIRE(base::fs::write_atomically(path, "", 0640));

  const auto file = host.world.file(path.string());

  REQUIRE(file);
  CHECK(file->mode == 0640);
  CHECK(host.world.file((folder->path() / "b").string()).error().code == ErrorCode::not_found);
  CHECK(host.world.disk("/")->total > 0);
}

TEST_SUITE_END();

}  // namespace
