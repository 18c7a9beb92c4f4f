#include "agent/base/crypto/sealing.hpp"
#include "agent/base/fs/temporary_directory.hpp"
#include "agent/journal/journal.hpp"

#include <doctest/doctest.h>

namespace {

using agent::journal::DeploymentId;
using agent::journal::Journal;
using agent::journal::OperationKind;
using agent::journal::OperationState;
using agent::journal::StepState;
using base::ErrorCode;

struct Fixture {
  base::crypto::SealingKey key =
      *base::crypto::SealingKey::from_bytes(base::Secret(std::string(32, 'k')));
  base::SystemClock clock;
  base::fs::TemporaryDirectory folder =
      *base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  std::unique_ptr<Journal> journal = *Journal::open(folder.path() / "state.db", key, clock);

  Fixture() {
    REQUIRE(journal->store_deployment({.id = {"d1"}, .document = "{}"}));
    REQUIRE(journal->store_deployment({.id = {"d2"}, .document = "{}"}));
  }

  agent::journal::OperationId begin() {
    return *journal->begin_operation({.kind = OperationKind::apply,
                                      .target = DeploymentId{"d2"},
                                      .previous = DeploymentId{"d1"},
                                      .author = "root"});
  }
};

TEST_SUITE_BEGIN("agent.journal.operations");

TEST_CASE_FIXTURE(Fixture, "a second operation is refused while one is not final") {
  const auto first = begin();

  const auto second = journal->begin_operation({.kind = OperationKind::down, .author = "root"});

  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::conflict);
  CHECK(second.error().reason == "operation_running");
  REQUIRE(journal->finish_operation(first, OperationState::succeeded, {}, DeploymentId{"d2"}));
  CHECK(journal->begin_operation({.kind = OperationKind::down, .author = "root"}));
}

TEST_CASE_FIXTURE(Fixture, "the end of an operation and what the host should run are one change") {
  const auto id = begin();
  CHECK_FALSE(journal->current_deployment()->has_value());

  REQUIRE(journal->finish_operation(id, OperationState::succeeded, {}, DeploymentId{"d2"}));

  CHECK(journal->operation(id)->state == OperationState::succeeded);
  CHECK(journal->operation(id)->ended.has_value());
  CHECK(*journal->current_deployment() == DeploymentId{"d2"});
  CHECK_FALSE(journal->unfinished_operation()->has_value());
}

TEST_CASE_FIXTURE(Fixture,
                  "the error that turned an operation back is not replaced by a later one") {
  const auto id = begin();
  const base::Error first{.code = ErrorCode::conflict,
                          .message = "port 80 is held",
                          .hint = "Stop it.",
                          .reason = "port_in_use"};

  REQUIRE(journal->turn_back(id, first));
  REQUIRE(journal->finish_operation(
      id, OperationState::failed, base::Error{.message = "later"}, DeploymentId{"d1"}));

  const auto record = journal->operation(id);
  REQUIRE(record);
  REQUIRE(record->error);
  CHECK(record->error->code == ErrorCode::conflict);
  CHECK(record->error->message == "port 80 is held");
  CHECK(record->error->hint == "Stop it.");
  CHECK(record->error->reason == "port_in_use");
}

TEST_CASE_FIXTURE(Fixture, "steps go from pending by intent to their result") {
  const auto id = begin();
  const auto attempt = journal->begin_attempt(
      id,
      {{.index = 0, .kind = "create_network", .subject = "shop", .reason = "not there"},
       {.index = 1, .kind = "start_container", .subject = "web", .reason = "created"}});

  REQUIRE(attempt);
  REQUIRE(journal->record_intents(id, *attempt, {0, 1}));
  REQUIRE(journal->record_result(id, *attempt, 0, StepState::done, ""));

  const auto steps = journal->steps(id);
  REQUIRE(steps);
  REQUIRE(steps->size() == 2);
  CHECK((*steps)[0].state == StepState::done);
  CHECK((*steps)[0].ended.has_value());
  CHECK((*steps)[1].state == StepState::intent);
  CHECK((*steps)[1].subject == "web");
}

TEST_CASE_FIXTURE(Fixture, "a further attempt skips what the one before left open") {
  const auto id = begin();
  const auto first = journal->begin_attempt(id, {{.index = 0}, {.index = 1}});
  REQUIRE(journal->record_intents(id, *first, {0}));

  const auto second = journal->begin_attempt(id, {{.index = 0}});

  REQUIRE(second);
  CHECK(*second == 2);
  const auto steps = journal->steps(id);
  REQUIRE(steps->size() == 3);
  CHECK((*steps)[0].state == StepState::skipped);
  CHECK((*steps)[1].state == StepState::skipped);
  CHECK((*steps)[2].state == StepState::pending);
}

TEST_CASE_FIXTURE(Fixture, "an unfinished operation is found with what it needs to go on") {
  const auto id = begin();
  REQUIRE(journal->turn_back(id, {.code = ErrorCode::io, .message = "it broke"}));

  const auto found = journal->unfinished_operation();

  REQUIRE(found);
  REQUIRE(found->has_value());
  CHECK((*found)->id == id);
  CHECK((*found)->state == OperationState::reverting);
  CHECK((*found)->target == DeploymentId{"d2"});
  CHECK((*found)->previous == DeploymentId{"d1"});
}

TEST_CASE_FIXTURE(Fixture, "operations are listed newest first and their log in order") {
  const auto first = begin();
  REQUIRE(journal->append_log(first, "one"));
  REQUIRE(journal->append_log(first, "two"));
  REQUIRE(journal->finish_operation(first, OperationState::succeeded, {}, {}));
  const auto second = begin();

  const auto operations = journal->operations(10);
  const auto log = journal->log(first);

  REQUIRE(operations->size() == 2);
  CHECK((*operations)[0].id == second);
  CHECK((*operations)[1].id == first);
  REQUIRE(log->size() == 2);
  CHECK((*log)[1].text == "two");
}

TEST_SUITE_END();

}  // namespace
