#include "tests/support/registry/store/metadata_contract.hpp"

#include "registry/core/document.hpp"
#include "tests/support/registry/store/sample_package.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

namespace registry::store {
namespace {

using base::ErrorCode;

core::Package load(MetadataStore& store, const std::string& name) {
  auto package = store.load(name);
  REQUIRE(package);
  REQUIRE(package->has_value());
  return **package;
}

core::Package commit(MetadataStore& store, const core::Change& change) {
  const auto sequence = store.commit(change);
  REQUIRE(sequence);
  auto after = change.after;
  after.sequence = *sequence;
  return after;
}

std::string document(const core::Package& package) {
  return core::full_document(package, "http://r") + core::abbreviated_document(package, "http://r");
}

void unknown_is_nothing(MetadataStore& store) {
  const auto package = store.load("absent");
  const auto user = store.find_user("absent");
  const auto token = store.find_token("absent");

  REQUIRE(package);
  CHECK_FALSE(package->has_value());
  REQUIRE(user);
  CHECK_FALSE(user->has_value());
  REQUIRE(token);
  CHECK_FALSE(token->has_value());
  CHECK(store.check().has_value());
}

void package_survives(MetadataStore& store) {
  auto package = commit(store, sample_publish({.name = "@s/n"}, "1.0.0"));
  package = commit(store, sample_publish(package, "1.1.0"));
  package = commit(store, *core::with_tag(package, "be\"ta", "1.0.0", k_sample_time));
  package = commit(store, core::with_deprecations(package, {{"1.0.0", "ö'ld"}}, k_sample_time));
  package = commit(store, core::with_star(package, "bob", true, k_sample_time));
  package =
      commit(store, *core::with_owners(package, {{"bob", "b@x"}, {"ann", ""}}, k_sample_time));

  const auto stored = load(store, "@s/n");

  CHECK(document(stored) == document(package));
  CHECK(stored.revision == 6);
  CHECK(stored.sequence == package.sequence);
  CHECK(stored.versions[0].content->blob == "aa1.0.0");
  CHECK(stored.versions[0].content->integrity == "sha512-AP8=");
  CHECK(stored.versions[0].content->size == 42);
}

void removed_version_keeps_time(MetadataStore& store) {
  auto package = commit(store, sample_publish({.name = "n"}, "1.0.0"));
  package = commit(store, sample_publish(package, "1.1.0"));
  package = commit(store, core::without_versions(package, {"1.1.0"}, k_sample_time));

  const auto stored = load(store, "n");

  CHECK(document(stored) == document(package));
  CHECK(stored.versions.size() == 1);
  CHECK(stored.times.size() == 2);
}

void tombstone_survives(MetadataStore& store) {
  auto package = commit(store, sample_publish({.name = "n"}, "1.0.0"));
  package = commit(store, core::without_versions(package, {"1.0.0"}, k_sample_time));

  const auto stored = load(store, "n");

  CHECK(stored.is_unpublished());
  CHECK(stored.was_published("1.0.0"));
  CHECK(stored.revision == 2);
  CHECK(store.search({.text = "n"})->total == 0);
}

void stale_change_is_refused(MetadataStore& store) {
  const auto first = commit(store, sample_publish({.name = "n"}, "1.0.0"));
  commit(store, sample_publish(first, "1.1.0"));

  const auto stale = store.commit(sample_publish(first, "1.2.0"));
  const auto second_first = store.commit(sample_publish({.name = "n"}, "2.0.0"));

  REQUIRE_FALSE(stale);
  CHECK(stale.error().code == ErrorCode::conflict);
  REQUIRE_FALSE(second_first);
  CHECK(second_first.error().code == ErrorCode::conflict);
  CHECK(load(store, "n").versions.size() == 2);
}

void one_racing_publisher_wins(MetadataStore& store) {
  constexpr int k_publishers = 8;
  const auto change = sample_publish({.name = "n"}, "1.0.0");
  std::atomic<int> won = 0;
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> publishers;
    for (int i = 0; i < k_publishers; ++i) {
      publishers.emplace_back([&] {
        const auto committed = store.commit(change);
        won += committed ? 1 : 0;
        refused += !committed && committed.error().code == ErrorCode::conflict ? 1 : 0;
      });
    }
  }

  CHECK(won == 1);
  CHECK(refused == k_publishers - 1);
  CHECK(load(store, "n").revision == 1);
}

void parallel_publishes_all_arrive(MetadataStore& store) {
  constexpr int k_packages = 40;
  {
    std::vector<std::jthread> publishers;
    std::vector<core::Change> changes;
    for (int i = 0; i < k_packages; ++i) {
      changes.push_back(sample_publish({.name = "p" + std::to_string(i)}, "1.0.0"));
    }
    for (const auto& change : changes) {
      publishers.emplace_back([&store, change] { static_cast<void>(store.commit(change)); });
    }
  }

  const auto changes = store.changes_since(0, 100);
  REQUIRE(changes);
  CHECK(changes->size() == k_packages);
  for (std::size_t i = 1; i < changes->size(); ++i) {
    CHECK((*changes)[i].sequence > (*changes)[i - 1].sequence);
  }
}

void changes_follow_the_last_write(MetadataStore& store) {
  const auto a = commit(store, sample_publish({.name = "a"}, "1.0.0"));
  const auto b = commit(store, sample_publish({.name = "b"}, "1.0.0"));
  commit(store, sample_publish(a, "1.1.0"));

  const auto all = store.changes_since(0, 10);
  const auto later = store.changes_since(b.sequence, 10);

  REQUIRE(all);
  REQUIRE(all->size() == 2);
  CHECK((*all)[0].name == "b");
  CHECK((*all)[1].name == "a");
  CHECK((*all)[1].revision == 2);
  REQUIRE(later);
  CHECK(later->size() == 1);
}

void blobs_are_named_by_versions(MetadataStore& store) {
  const auto a = commit(store, sample_publish({.name = "a"}, "1.0.0"));
  const auto b = commit(store, sample_publish({.name = "b"}, "1.0.0"));
  const auto blob = a.versions[0].content->blob;
  REQUIRE(b.versions[0].content->blob == blob);

  const auto of_two = store.names_blob(blob);
  commit(store, core::without_versions(a, {"1.0.0"}, k_sample_time));
  const auto of_one = store.names_blob(blob);
  commit(store, core::without_versions(b, {"1.0.0"}, k_sample_time));
  const auto of_none = store.names_blob(blob);

  REQUIRE(of_two);
  CHECK(*of_two);
  REQUIRE(of_one);
  CHECK(*of_one);
  REQUIRE(of_none);
  CHECK_FALSE(*of_none);
  CHECK_FALSE(*store.names_blob("never"));
}

void user_name_is_taken_once(MetadataStore& store) {
  const UserRecord ann{
      .name = "ann", .password_hash = "hash", .email = "ann@x", .created = k_sample_time};
  REQUIRE(store.add_user(ann));

  const auto again = store.add_user({.name = "ann", .password_hash = "other"});

  REQUIRE_FALSE(again);
  CHECK(again.error().code == ErrorCode::conflict);
  const auto stored = store.find_user("ann");
  REQUIRE(stored);
  REQUIRE(stored->has_value());
  CHECK((*stored)->password_hash == "hash");
  CHECK((*stored)->email == "ann@x");
  CHECK((*stored)->created == k_sample_time);
}

void tokens_are_kept_and_removed(MetadataStore& store) {
  const TokenRecord one{.digest = "d1",
                        .key = "k1",
                        .user = "ann",
                        .label = "ci",
                        .hint = "npm_…",
                        .read_only = true,
                        .created = k_sample_time,
                        .expires = k_sample_time + std::chrono::hours(1)};
  TokenRecord two = one;
  two.digest = "d2";
  two.key = "k2";
  two.expires.reset();
  REQUIRE(store.add_token(one));
  REQUIRE(store.add_token(two));

  const auto found = store.find_token("d1");
  const auto foreign = store.remove_token("bob", "k1");
  const auto removed = store.remove_token("ann", "k1");

  REQUIRE(found);
  REQUIRE(found->has_value());
  CHECK((*found)->read_only);
  CHECK((*found)->expires == one.expires);
  REQUIRE_FALSE(foreign);
  CHECK(foreign.error().code == ErrorCode::not_found);
  CHECK(removed.has_value());
  const auto left = store.tokens_of("ann");
  REQUIRE(left);
  REQUIRE(left->size() == 1);
  CHECK(left->front().key == "k2");
  CHECK_FALSE(left->front().expires.has_value());
}

void search_finds_words(MetadataStore& store) {
  for (const char* name : {"zeta-tool", "tool", "@s/tool-kit", "other"}) {
    commit(store, sample_publish({.name = name}, "1.0.0"));
  }

  const auto page = store.search({.text = "TOOL sample", .limit = 2});
  const auto second = store.search({.text = "tool", .offset = 2, .limit = 2});
  const auto all = store.search({.text = ""});
  const auto literal = store.search({.text = "b%ta"});
  const auto none = store.search({.text = "100%"});

  REQUIRE(page);
  CHECK(page->total == 3);
  REQUIRE(page->summaries.size() == 2);
  CHECK(page->summaries[0].find(R"("name":"tool")") != std::string::npos);
  CHECK(second->summaries.size() == 1);
  CHECK(all->total == 4);
  CHECK(literal->total == 4);
  CHECK(none->total == 0);
}

}  // namespace

const std::vector<ContractCase>& metadata_contract() {
  static const std::vector<ContractCase> cases = {
      {"what is unknown is nothing and no error", unknown_is_nothing},
      {"a package survives with all that was written", package_survives},
      {"a removed version keeps its time", removed_version_keeps_time},
      {"an unpublished package stays as a tombstone", tombstone_survives},
      {"a change of an old revision is refused", stale_change_is_refused},
      {"of publishers that race for a version one wins", one_racing_publisher_wins},
      {"publishes of different packages at once all arrive", parallel_publishes_all_arrive},
      {"changes are listed in the order of the last write", changes_follow_the_last_write},
      {"blobs are named by the versions that are not removed", blobs_are_named_by_versions},
      {"a user name is taken once", user_name_is_taken_once},
      {"tokens are kept, and removed by their user alone", tokens_are_kept_and_removed},
      {"search finds packages that have all words", search_finds_words},
  };
  return cases;
}

}  // namespace registry::store
