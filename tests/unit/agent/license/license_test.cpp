#include "agent/license/license.hpp"

#include "agent/base/crypto/encoding.hpp"

#include <doctest/doctest.h>
#include <sodium.h>

#include <array>
#include <string>

namespace {

using agent::license::field_text;
using agent::license::read_license;

// A vendor's key pair, made from a fixed seed, and files signed with it.
class Vendor {
 public:
  Vendor() {
    std::array<unsigned char, crypto_sign_SEEDBYTES> seed{};
    seed.fill(7);
    std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> key{};
    crypto_sign_seed_keypair(key.data(), secret_.data(), seed.data());
    public_key.assign(key.begin(), key.end());
  }

  [[nodiscard]] std::string sign(const std::string& payload) const {
    std::array<unsigned char, crypto_sign_BYTES> signature{};
    const std::basic_string<unsigned char> message(payload.begin(), payload.end());
    crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret_.data());
    return R"({"payload":")" + base::crypto::base64_encode(payload) + R"(","signature":")" +
           base::crypto::base64_encode(std::string(signature.begin(), signature.end())) + R"("})";
  }

  std::string public_key;

 private:
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret_{};
};

constexpr const char* k_payload = R"({"id":"7","assignee":"Big Bank","channel":"Stable",)"
                                  R"("expires":"2030-01-31T12:00:00Z","policy":"noupdate-stop",)"
                                  R"("fields":{"seats":50,"tier":"gold","beta":true}})";

TEST_SUITE_BEGIN("license");

TEST_CASE("a signed licence is read with its typed fields") {
  const Vendor vendor;

  const auto license = read_license(vendor.sign(k_payload), vendor.public_key);

  REQUIRE(license);
  CHECK(license->assignee == "Big Bank");
  CHECK(license->policy == agent::license::ExpirationPolicy::no_update_stop);
  CHECK(field_text(*license, "seats") == "50");
  CHECK(field_text(*license, "tier") == "gold");
  CHECK(field_text(*license, "beta") == "true");
  CHECK_FALSE(field_text(*license, "unknown"));
}

TEST_CASE("a licence expires at its second") {
  const Vendor vendor;
  const auto license = read_license(vendor.sign(k_payload), vendor.public_key);
  REQUIRE(license);
  const std::chrono::sys_seconds moment(std::chrono::seconds(1'896'091'200));

  CHECK_FALSE(is_expired(*license, moment - std::chrono::seconds(1)));
  CHECK(is_expired(*license, moment));
}

TEST_CASE("a changed payload or another key is refused") {
  const Vendor vendor;
  auto changed = vendor.sign(k_payload);
  changed.replace(changed.find("payload") + 12, 1, "f");
  auto other_key = vendor.public_key;
  other_key[0] = static_cast<char>(other_key[0] ^ 1);

  const auto by_payload = read_license(changed, vendor.public_key);
  const auto by_key = read_license(vendor.sign(k_payload), other_key);

  REQUIRE_FALSE(by_payload);
  CHECK(by_payload.error().reason == "bad_signature");
  REQUIRE_FALSE(by_key);
  CHECK(by_key.error().code == base::ErrorCode::forbidden);
}

TEST_CASE("a signed file that makes no sense is invalid") {
  const Vendor vendor;
  for (const std::string payload : {"",
                                    "[]",
                                    R"({"id":"7"})",
                                    R"({"id":"7","assignee":"a","expires":"soon"})",
                                    R"({"id":"7","assignee":"a","expires":"2030-02-31"})",
                                    R"({"id":"7","assignee":"a","policy":"explode"})",
                                    R"({"id":"7","assignee":"a","fields":{"x":[1]}})"}) {
    CAPTURE(payload);

    const auto license = read_license(vendor.sign(payload), vendor.public_key);

    REQUIRE_FALSE(license);
    CHECK(license.error().code == base::ErrorCode::invalid_input);
  }
  CHECK_FALSE(read_license("not JSON", vendor.public_key));
  CHECK_FALSE(read_license(vendor.sign(k_payload), "short key"));
}

TEST_SUITE_END();

}  // namespace
