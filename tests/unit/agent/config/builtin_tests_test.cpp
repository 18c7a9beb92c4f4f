#include "agent/config/builtin_tests.hpp"

#include "agent/base/crypto/certificate.hpp"
#include "agent/config/amazon_signature.hpp"
#include "tests/support/agent/config/scripted_test_world.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace agent::config;
using base::http::DirectoryEntry;

class Builtin {
 public:
  explicit Builtin(std::string command) : command_(std::move(command)) {}

  // What is wrong; empty: nothing.
  std::string run(std::vector<std::string> arguments) {
    const auto status = run_builtin_test(
        command_, {.arguments = std::move(arguments), .world = world, .limits = {}});
    return status ? std::string() : status.error().message;
  }

  tests::ScriptedTestWorld world;

 private:
  std::string command_;
};

TEST_SUITE_BEGIN("config.builtin_tests");

TEST_CASE("an unknown test is an error") {
  CHECK(Builtin("tea").run({}) == "there is no test 'tea'");
}

TEST_CASE("resolve_host wants an address") {
  Builtin test("resolve_host");
  test.world.hosts["a.example"] = "192.0.2.1";

  CHECK(test.run({"a.example"}).empty());
  CHECK(test.run({"b.example"}) == "b.example has no address");
  CHECK(test.run({""}) == "there is no host name to look up");
}

TEST_CASE("regex_match says the vendor's words") {
  Builtin test("regex_match");

  CHECK(test.run({"555", "^[0-9]+$", "Not a number"}).empty());
  CHECK(test.run({"five", "^[0-9]+$", "Not a number"}) == "Not a number");
  CHECK_FALSE(test.run({"five", "^[0-9]+$"}).empty());
  CHECK_FALSE(test.run({"five", "("}).empty());
}

TEST_CASE("validate_json says where the fault is") {
  Builtin test("validate_json");

  CHECK(test.run({R"({"a": [1]})"}).empty());
  CHECK(test.run({R"({"a": )"}).find("this is not JSON") == 0);
}

TEST_CASE("file_exists looks at path and mode") {
  Builtin test("file_exists");
  test.world.files["/etc/a"] = 0640;

  CHECK(test.run({"/etc/a"}).empty());
  CHECK_FALSE(test.run({"/etc/b"}).empty());
  CHECK_FALSE(test.run({"etc/a"}).empty());
  CHECK(test.run({"/etc/a", "^/etc/"}).empty());
  CHECK_FALSE(test.run({"/etc/a", "^/srv/"}).empty());
  CHECK(test.run({"/etc/a", "", "0640"}).empty());
  CHECK_FALSE(test.run({"/etc/a", "", "0600"}).empty());
  CHECK(test.run({"/etc/a", "", "0600", "1"}).empty());
  CHECK_FALSE(test.run({"/etc/a", "", "0644", "1"}).empty());
}

TEST_CASE("certificate_verify looks at pair, host and chain") {
  Builtin test("certificate_verify");
  const auto authority = base::crypto::make_authority("Authority");
  const auto issued = base::crypto::issue_certificate(
      {.names = {"a.example"}, .addresses = {"192.0.2.1"}}, authority);
  const auto own = base::crypto::self_signed_certificate({.names = {"b.example"}, .addresses = {}});
  REQUIRE((issued && own));
  const auto key = issued->key_pem.reveal();
  const auto& certificate = issued->certificate_pem;

  CHECK(test.run({certificate, key, "a.example", authority.certificate_pem}).empty());
  CHECK(test.run({certificate, "", "192.0.2.1", authority.certificate_pem}).empty());
  CHECK(test.run({own->certificate_pem, own->key_pem.reveal(), "b.example"}).empty());
  CHECK(test.run({certificate, own->key_pem.reveal(), "", authority.certificate_pem}) ==
        "the key does not belong to the certificate");
  CHECK(test.run({certificate, key, "b.example", authority.certificate_pem}) ==
        "the certificate is not for b.example");
  CHECK(test.run({certificate, key}).find("the certificate is not trusted") == 0);
  CHECK(test.run({certificate, "", "", own->certificate_pem}).find("not trusted") !=
        std::string::npos);
  CHECK(test.run({"text"}) == "this is not a certificate in PEM form");
  CHECK(test.run({certificate, "text"}).find("the key is not") == 0);
}

TEST_CASE("smtp_auth signs in, or with None only connects") {
  Builtin test("smtp_auth");
  test.world.reachable = "mail.example:25";

  CHECK(test.run({"mail.example:25", "0", "None"}).empty());
  CHECK_FALSE(test.run({"other.example:25", "0", "None"}).empty());
  CHECK(test.run({"mail.example:25", "1", "CRAM-MD5", "ann", "right"}).empty());
  CHECK_FALSE(test.run({"mail.example:25", "1", "Plain", "ann", "wrong"}).empty());
  CHECK(test.run({"mail.example:25", "1", "Telepathy", "ann", "right"}) ==
        "there is no authentication Telepathy");
}

TEST_CASE("a request to Amazon is signed as its documentation says") {
  const auto headers = signed_headers({.host = "ec2.us-east-1.amazonaws.com",
                                       .query = "Action=DescribeRegions&Version=2016-11-15",
                                       .service = "ec2",
                                       .region = "us-east-1",
                                       .time = base::WallTime(std::chrono::seconds(1440938160))},
                                      "AKIDEXAMPLE",
                                      base::Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));

  REQUIRE(headers.size() == 3);
  CHECK(headers[0].second == "20150830T123600Z");
  CHECK(headers[2].second.find("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/ec2/"
                               "aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, "
                               "Signature=") == 0);
}

TEST_CASE("aws_auth asks the service, or what stands in for S3") {
  Builtin test("aws_auth");
  test.world.reply = HttpReply{.status = 200, .body = ""};

  CHECK(test.run({"id", "secret", "ec2"}).empty());
  CHECK(test.run({"id", "secret", "s3", "store.example:9000/", "eu-1"}).empty());
  CHECK(test.run({"id", "secret", "sqs", "", "eu-west-1"}).empty());
  CHECK_FALSE(test.run({"id", "secret", "glacier"}).empty());
  CHECK_FALSE(test.run({"id", "", "ec2"}).empty());
  REQUIRE(test.world.asked.size() == 3);
  CHECK(test.world.asked[0].url ==
        "https://ec2.us-east-1.amazonaws.com/?Action=DescribeRegions&Version=2016-11-15");
  CHECK(test.world.asked[1].url == "https://store.example:9000/");
  CHECK(test.world.asked[2].url ==
        "https://sqs.eu-west-1.amazonaws.com/?Action=ListQueues&Version=2012-11-05");
  test.world.reply = HttpReply{.status = 403, .body = "SignatureDoesNotMatch"};
  CHECK(test.run({"id", "secret", "ec2"}).find("refuses these keys") != std::string::npos);
}

TEST_CASE("github_app_auth tells right from wrong by what GitHub complains about") {
  Builtin test("github_app_auth");
  const auto run = [&](int status, const std::string& body) {
    test.world.reply = HttpReply{.status = status, .body = body};
    return test.run(
        {"github_type_enterprise", "git.example", "github_enterprise_protocol_http", "id", "s&t"});
  };

  CHECK(run(200, R"({"error":"bad_verification_code"})").empty());
  CHECK_FALSE(run(200, R"({"error":"incorrect_client_credentials"})").empty());
  CHECK(run(404, "").find("knows no application") != std::string::npos);
  CHECK_FALSE(run(200, "<html>").empty());
  CHECK(test.world.asked[0].url == "http://git.example/login/oauth/access_token");
  CHECK(test.world.asked[0].body == "client_id=id&client_secret=s%26t&code=none");
  test.world.reply = HttpReply{.status = 404};
  CHECK_FALSE(test.run({"github_type_public", "", "", "id", "secret"}).empty());
  CHECK(test.world.asked.back().url == "https://github.com/login/oauth/access_token");
}

std::vector<std::string> directory_arguments(const std::string& user,
                                             const std::string& password,
                                             const std::string& group = "") {
  return {"ldap_type_openldap",
          "dir.example",
          "389",
          "ldap_encryption_starttls",
          "cn=search",
          "s",
          "dc=ex",
          "ou=people",
          group,
          "uid",
          user,
          password};
}

TEST_CASE("ldap_auth finds the user, looks into the group and signs in") {
  Builtin test("ldap_auth");
  test.world.directory = [](const auto& query) -> base::Result<std::vector<DirectoryEntry>> {
    if (query.user == "uid=ann,ou=people,dc=ex" && query.password.reveal() != "right") {
      return base::Error{base::ErrorCode::unauthorized, "no"};
    }
    const bool found = query.filter == "(uid=ann)" || query.base == "cn=ops,dc=ex" ||
                       query.base == "uid=ann,ou=people,dc=ex";
    return found
               ? std::vector<DirectoryEntry>{{.name = "uid=ann,ou=people,dc=ex", .attributes = {}}}
               : std::vector<DirectoryEntry>{};
  };

  CHECK(test.run(directory_arguments("ann", "right")).empty());
  CHECK(test.run(directory_arguments("ann", "right", "cn=ops")).empty());
  CHECK(test.run(directory_arguments("ann", "right", "cn=dev")) ==
        "the test user is not in the group cn=dev,dc=ex");
  CHECK(test.run(directory_arguments("ann", "wrong")).find("the test user cannot sign in") == 0);
  CHECK(test.run(directory_arguments("ann", "")) == "the test user has no password");
  CHECK(test.run(directory_arguments("*", "right")) ==
        "the test user is not found under ou=people,dc=ex");
  CHECK(test.world.searched[0].protection == base::http::DirectoryProtection::start_tls);
  CHECK(test.world.searched.back().filter == R"((uid=\2a))");
}

TEST_CASE("ldap_config_validate wants directories with hosts") {
  Builtin test("ldap_config_validate");

  CHECK(test.run({R"([{"Hostname": "dir.example", "Port": "389"}])"}).empty());
  CHECK(test.run({R"({"Hostname": "dir.example"})"}).empty());
  CHECK_FALSE(test.run({"[]"}).empty());
  CHECK_FALSE(test.run({"[{}]"}).empty());
  CHECK_FALSE(test.run({"text"}).empty());
}

TEST_SUITE_END();

}  // namespace
