#include "agent/journal/journal.hpp"

#include "agent/base/crypto/sealing.hpp"
#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

using agent::journal::Journal;
using base::ErrorCode;
using base::crypto::SealingKey;

struct Fixture {
  SealingKey key = *SealingKey::from_bytes(base::Secret(std::string(32, 'k')));
  base::SystemClock clock;
  base::fs::TemporaryDirectory folder =
      *base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  std::unique_ptr<Journal> journal;

  Fixture() { journal = reopen(key); }

  std::unique_ptr<Journal> reopen(const SealingKey& with) {
    journal.reset();
    return *Journal::open(folder.path() / "state.db", with, clock);
  }

  std::string bytes_on_disk() const {
    std::string all;
    for (const auto* name : {"state.db", "state.db-wal"}) {
      if (auto text = base::fs::read_file(folder.path() / name, 64U << 20U)) {
        all += *text;
      }
    }
    return all;
  }
};

TEST_SUITE_BEGIN("agent.journal");

TEST_CASE_FIXTURE(Fixture, "a deployment comes back as it was stored, after reopening too") {
  REQUIRE(journal->store_deployment({.id = {"d1"},
                                     .app = "shop",
                                     .version = "1.0.0",
                                     .author = "root",
                                     .document = R"({"password":"s3cr3t-value"})"}));

  journal = reopen(key);
  const auto stored = journal->deployment({"d1"});

  REQUIRE(stored);
  CHECK(stored->document == R"({"password":"s3cr3t-value"})");
  CHECK(stored->app == "shop");
  CHECK(stored->author == "root");
}

TEST_CASE_FIXTURE(Fixture, "no secret of a deployment or of settings is on the disk in clear") {
  REQUIRE(journal->store_deployment({.id = {"d1"}, .document = "password s3cr3t-value"}));
  REQUIRE(journal->store_settings(R"({"password":"s3cr3t-setting"})", "root"));

  const auto bytes = bytes_on_disk();

  CHECK(bytes.find("s3cr3t") == std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "what was sealed with another key does not open and says so") {
  REQUIRE(journal->store_deployment({.id = {"d1"}, .document = "{}"}));
  REQUIRE(journal->store_settings("{}", "root"));
  const auto other = *SealingKey::from_bytes(base::Secret(std::string(32, 'x')));

  journal = reopen(other);
  const auto deployment = journal->deployment({"d1"});
  const auto settings = journal->latest_settings();

  REQUIRE_FALSE(deployment);
  CHECK(deployment.error().code == ErrorCode::forbidden);
  CHECK(deployment.error().reason == "sealed_with_another_key");
  REQUIRE_FALSE(settings);
  CHECK(settings.error().reason == "sealed_with_another_key");
}

TEST_CASE_FIXTURE(Fixture, "settings count their versions and the latest is found") {
  const auto first = journal->store_settings(R"({"a":"1"})", "root");
  const auto second = journal->store_settings(R"({"a":"2"})", "anna");

  const auto latest = journal->latest_settings();
  const auto older = journal->settings(*first);

  REQUIRE(latest);
  REQUIRE(latest->has_value());
  CHECK((*latest)->version == *second);
  CHECK((*latest)->author == "anna");
  CHECK((*latest)->document == R"({"a":"2"})");
  REQUIRE(older);
  CHECK(older->document == R"({"a":"1"})");
}

TEST_CASE_FIXTURE(Fixture, "the same manifest is stored once") {
  const auto first = journal->store_manifest("name: Shop");
  const auto second = journal->store_manifest("name: Shop");

  REQUIRE(first);
  REQUIRE(second);
  CHECK(*first == *second);
  CHECK(*journal->manifest(*first) == "name: Shop");
}

TEST_CASE_FIXTURE(Fixture, "the last twenty decisions of a component are kept, newest first") {
  for (int number = 1; number <= 25; ++number) {
    REQUIRE(journal->record_decision("web", "restart " + std::to_string(number), "why"));
  }
  REQUIRE(journal->record_decision("db", "nothing", "calm"));

  const auto decisions = journal->decisions("web");

  REQUIRE(decisions);
  REQUIRE(decisions->size() == 20);
  CHECK(decisions->front().text == "restart 25");
  CHECK(decisions->back().text == "restart 6");
  CHECK(journal->decisions("db")->size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "a filled volume is remembered until it is emptied") {
  REQUIRE(journal->mark_complete("shop_cfg_1"));
  REQUIRE(journal->mark_complete("shop_cfg_2"));
  REQUIRE(journal->mark_incomplete("shop_cfg_1"));

  const auto filled = journal->complete_volumes();

  REQUIRE(filled);
  CHECK(*filled == std::set<std::string>{"shop_cfg_2"});
}

TEST_CASE_FIXTURE(Fixture, "what does not exist is not found") {
  CHECK(journal->deployment({"nothing"}).error().code == ErrorCode::not_found);
  CHECK(journal->manifest("nothing").error().code == ErrorCode::not_found);
  CHECK(journal->settings({7}).error().code == ErrorCode::not_found);
  CHECK(journal->operation({7}).error().code == ErrorCode::not_found);
}

TEST_SUITE_END();

}  // namespace
