#include "packaging/release/license_verbs.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace {

using base::ErrorCode;
using base::fs::TemporaryDirectory;
using packaging::release::create_key;
using packaging::release::issue_license;
using packaging::release::show_license;

struct Vendor {
  TemporaryDirectory folder = *TemporaryDirectory::create(std::filesystem::temp_directory_path());
  std::filesystem::path at(const char* name) const { return folder.path() / name; }
  void write(const char* name, std::string_view text) const {
    REQUIRE(base::fs::write_atomically(at(name), text, 0600));
  }
};

TEST_SUITE_BEGIN("packaging.release.license");

TEST_CASE_FIXTURE(Vendor, "an issued licence shows what it was given") {
  REQUIRE(create_key(at("key")));
  write("fields.json", R"({"id":"l1","assignee":"ACME","channel":"stable","fields":{"seats":50}})");

  REQUIRE(issue_license(at("key"), at("fields.json"), at("acme.license")));
  const auto text = show_license(at("key.pub"), at("acme.license"));

  REQUIRE(text);
  CHECK(text->find("assignee  ACME\n") != std::string::npos);
  CHECK(text->find("seats = 50\n") != std::string::npos);
}

TEST_CASE_FIXTURE(Vendor, "another vendor's key does not open it") {
  REQUIRE(create_key(at("key")));
  REQUIRE(create_key(at("other")));
  write("fields.json", R"({"id":"l1","assignee":"ACME"})");
  REQUIRE(issue_license(at("key"), at("fields.json"), at("acme.license")));

  const auto text = show_license(at("other.pub"), at("acme.license"));

  REQUIRE_FALSE(text);
  CHECK(text.error().reason == "bad_signature");
}

TEST_CASE_FIXTURE(Vendor, "fields that the agent would refuse are not signed") {
  REQUIRE(create_key(at("key")));
  write("fields.json", R"({"id":"l1"})");

  const auto issued = issue_license(at("key"), at("fields.json"), at("acme.license"));

  REQUIRE_FALSE(issued);
  CHECK(issued.error().message.find("assignee") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(at("acme.license")));
}

TEST_CASE_FIXTURE(Vendor, "a key is never replaced") {
  REQUIRE(create_key(at("key")));
  const auto before = base::fs::read_file(at("key"), 1000);

  const auto again = create_key(at("key"));

  REQUIRE_FALSE(again);
  CHECK(again.error().code == ErrorCode::conflict);
  CHECK(*base::fs::read_file(at("key"), 1000) == *before);
}

TEST_SUITE_END();

}  // namespace
