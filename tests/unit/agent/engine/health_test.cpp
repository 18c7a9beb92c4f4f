#include "agent/engine/health.hpp"

#include "tests/support/agent/engine/test_application.hpp"

#include <doctest/doctest.h>

namespace {

using namespace agent::engine;  // NOLINT(google-build-using-namespace): a test of this namespace.
using agent::docker::ContainerDetails;
using agent::docker::ContainerStatus;
using agent::docker::HealthStatus;
using std::chrono::seconds;

DesiredContainer desired_web() {
  return desired_for_test(test_application({test_container("web")})).containers.at(0);
}

TEST_SUITE_BEGIN("agent.engine.health");

TEST_CASE("what is seen of a container becomes a condition") {
  struct Row {
    const char* name = nullptr;
    ContainerDetails details;
    Role role{};
    Condition condition{};
  };
  const Row rows[] = {
      {"running without a check",
       {.status = ContainerStatus::running},
       Role::service,
       Condition::ready},
      {"healthy",
       {.status = ContainerStatus::running, .health = HealthStatus::healthy},
       Role::service,
       Condition::ready},
      {"starting",
       {.status = ContainerStatus::running, .health = HealthStatus::starting},
       Role::service,
       Condition::updating},
      {"unhealthy",
       {.status = ContainerStatus::running, .health = HealthStatus::unhealthy},
       Role::service,
       Condition::degraded},
      {"restarting", {.status = ContainerStatus::restarting}, Role::service, Condition::degraded},
      {"paused", {.status = ContainerStatus::paused}, Role::service, Condition::degraded},
      {"created", {.status = ContainerStatus::created}, Role::service, Condition::unavailable},
      {"ended", {.status = ContainerStatus::exited}, Role::service, Condition::unavailable},
      {"job at work", {.status = ContainerStatus::running}, Role::job, Condition::updating},
      {"job done", {.status = ContainerStatus::exited}, Role::job, Condition::ready},
      {"job failed",
       {.status = ContainerStatus::exited, .exit_code = 1},
       Role::job,
       Condition::unavailable},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    auto desired = desired_web();
    desired.role = row.role;

    const auto view = view_of(desired, &row.details, nullptr, OperationPresence::none);

    CHECK(view.condition == row.condition);
    CHECK(view.reason.empty() == (row.condition == Condition::ready));
  }
}

TEST_CASE("no container is missing, and while an operation runs updating") {
  CHECK(view_of(desired_web(), nullptr, nullptr, OperationPresence::none).condition ==
        Condition::missing);
  CHECK(view_of(desired_web(), nullptr, nullptr, OperationPresence::under_way).condition ==
        Condition::updating);
}

TEST_CASE("the application is as well as its worst component") {
  const std::vector<ComponentView> components{
      {.name = "a", .condition = Condition::ready},
      {.name = "b", .condition = Condition::unavailable, .reason = "ended"},
      {.name = "c", .condition = Condition::degraded, .reason = "slow"}};

  const auto overall = overall_of(components);

  CHECK(overall.condition == Condition::unavailable);
  CHECK(overall.reason == "b: ended");
}

TEST_CASE("a probe's verdict follows Docker's rules") {
  const Probe probe{.start_period = seconds(30), .retries = 2};
  ProbeHealth health;

  SUBCASE("one success is healthy") {
    health.record(probe, true, "", seconds(1));
    CHECK(health.verdict() == ProbeHealth::Verdict::healthy);
  }
  SUBCASE("failures of the start period do not count") {
    for (int round = 0; round < 5; ++round) {
      health.record(probe, false, "refused", seconds(29));
    }
    CHECK(health.verdict() == ProbeHealth::Verdict::starting);
    CHECK(health.detail() == "refused");
  }
  SUBCASE("so many failures in a row are unhealthy") {
    health.record(probe, true, "", seconds(1));
    health.record(probe, false, "refused", seconds(40));
    CHECK(health.verdict() == ProbeHealth::Verdict::healthy);
    health.record(probe, false, "refused", seconds(50));
    CHECK(health.verdict() == ProbeHealth::Verdict::unhealthy);
  }
  SUBCASE("a success in between starts the count anew") {
    health.record(probe, true, "", seconds(1));
    health.record(probe, false, "refused", seconds(40));
    health.record(probe, true, "", seconds(50));
    health.record(probe, false, "refused", seconds(60));
    CHECK(health.verdict() == ProbeHealth::Verdict::healthy);
  }
  SUBCASE("after a success the start period is over") {
    health.record(probe, true, "", seconds(1));
    health.record(probe, false, "refused", seconds(2));
    health.record(probe, false, "refused", seconds(3));
    CHECK(health.verdict() == ProbeHealth::Verdict::unhealthy);
  }
}

TEST_SUITE_END();

}  // namespace
