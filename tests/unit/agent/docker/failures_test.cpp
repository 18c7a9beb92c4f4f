#include "agent/docker/failures.hpp"

#include "agent/docker/decode.hpp"
#include "tests/support/agent/docker/fake_engine_server.hpp"

#include <doctest/doctest.h>

#include <vector>

using agent::docker::failure_of;
using base::ErrorCode;

TEST_CASE("a refusal of engine 26 has the code and the reason that callers act on") {
  struct Refusal {
    const char* file;
    int status;
    ErrorCode code;
    const char* reason;
  };
  const std::vector<Refusal> refusals = {
      {"error-name-in-use.json", 409, ErrorCode::conflict, "name_in_use"},
      {"error-no-image.json", 404, ErrorCode::not_found, ""},
      {"error-port-in-use.json", 500, ErrorCode::conflict, "port_in_use"},
      {"error-not-running.json", 409, ErrorCode::conflict, "not_running"},
      {"error-remove-running.json", 409, ErrorCode::conflict, ""},
      {"error-network-in-use.json", 403, ErrorCode::conflict, "in_use"},
      {"error-volume-in-use.json", 409, ErrorCode::conflict, "in_use"},
      {"pull-unreachable.json", 500, ErrorCode::unavailable, ""},
  };
  for (const auto& refusal : refusals) {
    CAPTURE(refusal.file);
    const auto body = tests::recorded_answer(std::string("engine-26/") + refusal.file);

    const auto error = failure_of(refusal.status, agent::docker::decode_message(body));

    CHECK(error.code == refusal.code);
    CHECK(error.reason == refusal.reason);
    CHECK(error.message.size() > 10);
  }
}

TEST_CASE("a full disk is told from other failures") {
  const auto error = failure_of(200, "write /var/lib/docker/tmp/x: no space left on device");

  CHECK(error.code == ErrorCode::io);
  CHECK(error.reason == "disk_full");
  CHECK_FALSE(error.hint.empty());
}

TEST_CASE("an engine that no longer speaks our versions is named as such") {
  const auto error = failure_of(
      400, "client version 1.52 is too old. Minimum supported API version is 1.60, please upgrade");

  CHECK(error.code == ErrorCode::unavailable);
  CHECK(error.reason == "engine_too_new");
}

TEST_CASE("words in a name do not change what a status says") {
  const auto error = failure_of(404, "No such container: unauthorized");

  CHECK(error.code == ErrorCode::not_found);
  CHECK(error.reason.empty());
}
