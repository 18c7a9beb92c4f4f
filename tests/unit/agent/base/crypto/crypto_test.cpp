#include "agent/base/crypto/certificate.hpp"
#include "agent/base/crypto/digest.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "agent/base/crypto/password.hpp"
#include "agent/base/crypto/random.hpp"
#include "agent/base/crypto/sealing.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace {

using namespace base::crypto;  // NOLINT(google-build-using-namespace): the module under test.
using base::Secret;

TEST_SUITE_BEGIN("base.crypto");

TEST_CASE("digests agree with the published vectors, whole and in pieces") {
  Digest pieces(DigestKind::sha256);
  pieces.update("a");
  pieces.update("bc");

  CHECK(hex_encode(pieces.finish()) == sha256_hex("abc"));
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_encode(digest(DigestKind::sha1, "abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hex_encode(digest(DigestKind::sha512, "")).substr(0, 16) == "cf83e1357eefb8bd");
}

TEST_CASE("base64 is read in both alphabets, with or without padding") {
  const std::string bytes("\xfb\xff\x00", 3);

  CHECK(base64_encode(bytes) == "+/8A");
  CHECK(base64url_encode(bytes) == "-_8A");
  for (const char* text : {"+/8A", "-_8A"}) {
    CHECK(*base64_decode(text) == bytes);
  }
  CHECK(*base64_decode("YQ==") == "a");
  CHECK(*base64_decode("YQ") == "a");
  CHECK(base64_decode("")->empty());
}

TEST_CASE("what is not base64 is refused") {
  for (const char* text : {"Y", "YQ=A", "Y Q", "Y\nQ", "ä"}) {
    CAPTURE(text);
    CHECK_FALSE(base64_decode(text));
  }
}

TEST_CASE("random text uses its alphabet alone") {
  const auto text = random_text("ab", 200);

  CHECK(text.size() == 200);
  CHECK(text.find_first_not_of("ab") == std::string::npos);
  CHECK(random_bytes(16) != random_bytes(16));
}

TEST_CASE("a password verifies against its own hash only") {
  const auto hash = hash_password(Secret("correct horse"));

  CHECK(hash.rfind("$argon2id$v=19$m=19456,t=2,p=1$", 0) == 0);
  CHECK(verify_password(Secret("correct horse"), hash));
  CHECK_FALSE(verify_password(Secret("wrong horse"), hash));
  CHECK_FALSE(verify_password(Secret("correct horse"), "not a hash"));
}

TEST_CASE("a keyed hash differs by key and by text") {
  const std::string key(32, 'k');
  const std::string other(32, 'o');

  CHECK(keyed_hash(key, "a") == keyed_hash(key, "a"));
  CHECK(keyed_hash(key, "a") != keyed_hash(key, "b"));
  CHECK(keyed_hash(key, "a") != keyed_hash(other, "a"));
}

TEST_CASE("equality in constant time is still equality") {
  CHECK(constant_time_equal("abc", "abc"));
  CHECK_FALSE(constant_time_equal("abc", "abd"));
  CHECK_FALSE(constant_time_equal("abc", "abcd"));
}

TEST_CASE("a sealed value opens with its key and context only") {
  const auto key = SealingKey::from_bytes(Secret(std::string(32, 'k')));
  const auto other = SealingKey::from_bytes(Secret(std::string(32, 'o')));
  REQUIRE(key);
  REQUIRE(other);

  const auto sealed = key->seal("secret", "settings:1");

  CHECK(sealed.find("secret") == std::string::npos);
  CHECK(*key->open(sealed, "settings:1") == "secret");
  CHECK_FALSE(key->open(sealed, "settings:2"));
  CHECK_FALSE(other->open(sealed, "settings:1"));
  CHECK(key->seal("secret", "settings:1") != sealed);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_FALSE(key->open(changed, "settings:1"));
    CHECK_FALSE(key->open(sealed.substr(0, i), "settings:1"));
  }
}

TEST_CASE("the key file is made once and a damaged one is kept") {
  const auto folder = base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path());
  REQUIRE(folder);
  const auto path = folder->path() / "seal.key";
  const auto first = SealingKey::load_or_create(path);
  REQUIRE(first);
  const auto sealed = first->seal("x", "c");

  const auto second = SealingKey::load_or_create(path);
  REQUIRE(second);
  CHECK(*second->open(sealed, "c") == "x");

  REQUIRE(base::fs::write_atomically(path, "short", 0600));
  CHECK_FALSE(SealingKey::load_or_create(path));
  CHECK(*base::fs::read_file(path, 100) == "short");
}

TEST_CASE("a certificate of our own has a fingerprint and refuses odd names") {
  const auto made = self_signed_certificate(
      {.names = {"host.example", "localhost"}, .addresses = {"127.0.0.1", "::1"}});
  REQUIRE(made);

  const auto fingerprint = certificate_fingerprint(made->certificate_pem);
  REQUIRE(fingerprint);
  CHECK(fingerprint->size() == 95);
  CHECK(made->key_pem.reveal().rfind("-----BEGIN PRIVATE KEY-----", 0) == 0);
  CHECK_FALSE(self_signed_certificate({.names = {"a,DNS:b"}}));
  CHECK_FALSE(self_signed_certificate({.names = {"a"}, .addresses = {"300.1.1.1"}}));
  CHECK_FALSE(certificate_fingerprint("nonsense"));
}

TEST_SUITE_END();

}  // namespace
