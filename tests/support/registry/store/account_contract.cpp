#include "tests/support/registry/store/account_contract.hpp"

#include "registry/store/organizations.hpp"
#include "tests/support/registry/store/sample_package.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace registry::store {
namespace {

using base::ErrorCode;

void add_users(SqlMetadataStore& store) {
  for (const char* name : {"ann", "bob", "cid"}) {
    REQUIRE(store.add_user({.name = name, .password_hash = "h", .email = {}, .created = {}}));
  }
}

ErrorCode code_of(const base::Status& status) {
  REQUIRE_FALSE(status);
  return status.error().code;
}

Memberships memberships_of(Organizations& organizations, const std::string& user) {
  auto memberships = organizations.memberships_of(user);
  REQUIRE(memberships);
  return *std::move(memberships);
}

std::vector<std::string> members_of_everybody(Organizations& organizations) {
  auto members = organizations.team_members("acme", "developers");
  REQUIRE(members);
  return *std::move(members);
}

void publish(SqlMetadataStore& store, const std::string& name, bool restricted = false) {
  auto change = sample_publish({.name = name}, "1.0.0");
  change.after.restricted = restricted;
  REQUIRE(store.commit(change));
}

void members_have_roles(SqlMetadataStore& store) {
  add_users(store);
  Organizations organizations(store);
  REQUIRE(organizations.create("acme", "ann", 1));

  CHECK(code_of(organizations.create("acme", "bob", 2)) == ErrorCode::conflict);
  CHECK(organizations.set_member("acme", {.user = "bob", .role = Role::admin}));
  CHECK(code_of(organizations.set_member("acme", {.user = "nobody"})) == ErrorCode::invalid_input);
  CHECK(code_of(organizations.set_member("none", {.user = "bob"})) == ErrorCode::not_found);
  CHECK(memberships_of(organizations, "bob").roles.at("acme") == Role::admin);
  CHECK(organizations.set_member("acme", {.user = "bob", .role = Role::developer}));
  CHECK(memberships_of(organizations, "bob").roles.at("acme") == Role::developer);
  CHECK(members_of_everybody(organizations) == std::vector<std::string>{"ann", "bob"});
  CHECK(organizations.remove_member("acme", "bob"));
  CHECK(code_of(organizations.remove_member("acme", "bob")) == ErrorCode::not_found);
  CHECK(memberships_of(organizations, "bob").roles.empty());
  CHECK(members_of_everybody(organizations) == std::vector<std::string>{"ann"});
}

void last_owner_stays(SqlMetadataStore& store) {
  add_users(store);
  Organizations organizations(store);
  REQUIRE(organizations.create("acme", "ann", 1));

  CHECK(code_of(organizations.remove_member("acme", "ann")) == ErrorCode::conflict);
  CHECK(code_of(organizations.set_member("acme", {.user = "ann", .role = Role::admin})) ==
        ErrorCode::conflict);
  REQUIRE(organizations.set_member("acme", {.user = "bob", .role = Role::owner}));
  CHECK(organizations.remove_member("acme", "ann"));
}

void teams_grant_packages(SqlMetadataStore& store) {
  add_users(store);
  Organizations organizations(store);
  REQUIRE(organizations.create("acme", "ann", 1));
  REQUIRE(organizations.set_member("acme", {.user = "bob"}));
  REQUIRE(organizations.add_team("acme", "readers", "Read"));
  CHECK(code_of(organizations.add_team("acme", "readers", "")) == ErrorCode::conflict);
  CHECK(code_of(organizations.add_to_team("acme", "readers", "cid")) == ErrorCode::invalid_input);
  CHECK(code_of(organizations.add_to_team("acme", "none", "bob")) == ErrorCode::not_found);
  REQUIRE(organizations.add_to_team("acme", "readers", "bob"));
  REQUIRE(organizations.grant("acme", "readers", {.name = "n", .writes = false}));

  CHECK_FALSE(memberships_of(organizations, "bob").packages.at("n"));
  REQUIRE(organizations.grant("acme", "developers", {.name = "n", .writes = true}));
  CHECK(memberships_of(organizations, "bob").packages.at("n"));
  const auto granted = organizations.users_granted("n");
  REQUIRE(granted);
  REQUIRE(granted->size() == 2);
  CHECK(granted->at(1).name == "bob");
  CHECK(granted->at(1).writes);
  CHECK(code_of(organizations.remove_team("acme", "developers")) == ErrorCode::forbidden);
  REQUIRE(organizations.revoke("acme", "developers", "n"));
  CHECK(code_of(organizations.revoke("acme", "developers", "n")) == ErrorCode::not_found);
  CHECK_FALSE(memberships_of(organizations, "bob").packages.at("n"));
  REQUIRE(organizations.remove_team("acme", "readers"));
  CHECK(memberships_of(organizations, "bob").packages.empty());
}

void everybody_writes_new_packages(SqlMetadataStore& store) {
  add_users(store);
  Organizations organizations(store);
  publish(store, "@acme/before");
  publish(store, "@ac_e/other");
  REQUIRE(organizations.create("acme", "ann", 1));
  publish(store, "@acme/after");

  CHECK(memberships_of(organizations, "ann").packages ==
        std::map<std::string, bool>{{"@acme/after", true}, {"@acme/before", true}});
}

// The names that a search shows to the reader, in alphabetical order.
std::string found_by(SqlMetadataStore& store, const Reader& reader) {
  const auto page = store.search({.text = "", .limit = 20, .reader = reader});
  REQUIRE(page);
  std::vector<std::string> names;
  for (const auto& summary : page->summaries) {
    const auto start = summary.find(R"("name":"@)") + 8;
    names.push_back(summary.substr(start, summary.find('"', start) - start));
  }
  CHECK(page->total == static_cast<std::int64_t>(names.size()));
  std::sort(names.begin(), names.end());
  std::string text;
  for (const auto& name : names) {
    text += name + " ";
  }
  return text;
}

void search_shows_what_may_be_read(SqlMetadataStore& store) {
  add_users(store);
  Organizations organizations(store);
  REQUIRE(organizations.create("a_c", "ann", 1));
  REQUIRE(organizations.set_member("a_c", {.user = "bob"}));
  REQUIRE(organizations.set_member("a_c", {.user = "cid", .role = Role::admin}));
  publish(store, "@a_c/open");
  publish(store, "@a_c/shut", true);
  publish(store, "@abc/shut", true);  // Would match "@a_c/" if "_" stood for any character.
  REQUIRE(organizations.revoke("a_c", "developers", "@a_c/shut"));

  CHECK(found_by(store, {}) == "@a_c/open ");
  CHECK(found_by(store, {.user = "bob"}) == "@a_c/open ");
  CHECK(found_by(store, {.user = "cid"}) == "@a_c/open @a_c/shut ");
  CHECK(found_by(store, {.user = "ann"}) == "@a_c/open @a_c/shut @abc/shut ");
  CHECK(found_by(store, {.user = "ANN"}) == "@a_c/open ");
  CHECK(found_by(store, {.user = "bob", .sees_everything = true}) ==
        "@a_c/open @a_c/shut @abc/shut ");
  REQUIRE(organizations.grant("a_c", "developers", {.name = "@abc/shut"}));
  CHECK(found_by(store, {.user = "bob"}) == "@a_c/open @abc/shut ");
}

void search_knows_qualifiers(SqlMetadataStore& store) {
  publish(store, "@acme/n");
  auto change = sample_publish({.name = "@other/m"}, "0.1.0");
  change.after.owners = {{.name = "bob", .email = {}}};
  change.after.versions.front().deprecated = "old";
  change.deprecations.emplace_back("0.1.0", "old");
  REQUIRE(store.commit(change));
  const auto found = [&](const std::string& text) {
    const auto page = store.search({.text = text});
    REQUIRE(page);
    return page->total;
  };

  CHECK(found("scope:acme") == 1);
  CHECK(found("scope:@other sample") == 1);
  CHECK(found("scope:ac_e") == 0);
  CHECK(found("maintainer:bob") == 1);
  CHECK(found("author:ann") == 1);
  CHECK(found("keywords:alpha") == 2);
  CHECK(found("keywords:alph") == 0);
  CHECK(found("keywords:none,ALPHA") == 2);
  CHECK(found("keywords:alpha+b%ta") == 2);
  CHECK(found("keywords:alpha+none") == 0);
  CHECK(found("keywords:-alpha") == 0);
  CHECK(found("not:deprecated") == 1);
  CHECK(found("is:deprecated") == 1);
  CHECK(found("is:unstable") == 1);
  CHECK(found("not:unstable not:insecure") == 1);
  CHECK(found("is:insecure") == 0);
  CHECK(found("boost-exact:false") == 2);
  CHECK(found("unknown:word") == 0);
}

void administrators_are_made(SqlMetadataStore& store) {
  add_users(store);
  Organizations organizations(store);

  REQUIRE(organizations.set_administrator("ann", true));
  CHECK(code_of(organizations.set_administrator("nobody", true)) == ErrorCode::not_found);

  CHECK(memberships_of(organizations, "ann").administrator);
  CHECK_FALSE(memberships_of(organizations, "bob").administrator);
  REQUIRE(organizations.set_administrator("ann", false));
  CHECK_FALSE(memberships_of(organizations, "ann").administrator);
}

void packages_are_listed(SqlMetadataStore& store) {
  Organizations organizations(store);
  publish(store, "@acme/n", true);
  publish(store, "m");

  const auto scoped = organizations.packages_in_scope("@acme");
  REQUIRE(scoped);
  REQUIRE(scoped->size() == 1);
  CHECK(scoped->front().name == "@acme/n");
  CHECK(scoped->front().restricted);
  CHECK(organizations.packages_owned_by("ann")->size() == 2);
  CHECK(organizations.packages_owned_by("an")->empty());
  CHECK(organizations.packages_owned_by("ANN")->empty());
}

}  // namespace

std::vector<AccountContract> account_contract() {
  return {{"members have roles", members_have_roles},
          {"the last owner stays", last_owner_stays},
          {"teams grant packages", teams_grant_packages},
          {"everybody writes new packages", everybody_writes_new_packages},
          {"search shows what may be read", search_shows_what_may_be_read},
          {"search knows qualifiers", search_knows_qualifiers},
          {"administrators are made and unmade", administrators_are_made},
          {"packages are listed by scope and owner", packages_are_listed}};
}

}  // namespace registry::store
