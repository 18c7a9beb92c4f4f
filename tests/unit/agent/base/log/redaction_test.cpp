#include "agent/base/log/redaction.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

using base::log::is_secret_key;
using base::log::Redactor;

constexpr std::string_view k_secret = "p@ss w/rd?";

TEST_SUITE_BEGIN("base.log.redaction");

TEST_CASE("a known secret is hidden in every form in which it is carried") {
  Redactor redactor;
  redactor.add(k_secret);
  std::string text;
  SUBCASE("exact") {
    text = "connect with p@ss w/rd? failed";
  }
  SUBCASE("percent-encoded") {
    text = "GET /?p=p%40ss%20w%2Frd%3F";
  }
  SUBCASE("percent-encoded in lower case") {
    text = "GET /?p=p%40ss%20w%2frd%3f";
  }
  SUBCASE("as a form field") {
    text = "p=p%40ss+w%2Frd%3F";
  }
  SUBCASE("base64") {
    text = "sent cEBzcyB3L3JkPw== to it";
  }
  SUBCASE("base64 without padding") {
    text = "sent cEBzcyB3L3JkPw";
  }
  SUBCASE("base64 behind one byte") {
    text = "sent OnBAc3Mgdy9yZD8=";  // ":" before it
  }
  SUBCASE("base64 behind two bytes") {
    text = "sent dTpwQHNzIHcvcmQ/";  // "u:" before it
  }
  SUBCASE("base64 in the URL alphabet") {
    text = "sent dTpwQHNzIHcvcmQ_";
  }

  const auto shown = redactor.apply(text);

  CHECK(shown.find("***") != std::string::npos);
  for (const char* trace : {"p@ss", "p%40", "cEBz", "BAc3", "wQHN", "dTpw", "OnBA", "JkPw"}) {
    CAPTURE(trace);
    CHECK(shown.find(trace) == std::string::npos);
  }
}

TEST_CASE("a secret with quotes and line ends is hidden inside JSON") {
  Redactor redactor;
  redactor.add("a\"b\\c\nd");

  CHECK(redactor.apply(R"({"x":"a\"b\\c\nd"})") == R"({"x":"***"})");
}

TEST_CASE("the longer of two secrets is hidden whole") {
  Redactor redactor;
  redactor.add("secret");
  redactor.add("secret-and-more");

  CHECK(redactor.apply("got secret-and-more, secret") == "got ***, ***");
}

TEST_CASE("very short secrets are not looked for") {
  Redactor redactor;
  redactor.add("a");
  redactor.add("");

  CHECK(redactor.apply("a banana") == "a banana");
}

TEST_CASE("credentials are hidden by the place where they stand") {
  const Redactor redactor;
  const auto check = [&](std::string_view text, std::string_view expected) {
    CAPTURE(text);
    CHECK(redactor.apply(text) == expected);
  };

  check("postgres://user:pa:ss@db/registry", "postgres://***@db/registry");
  check("https://a@b:c@host/x https://host/a@b", "https://***@host/x https://host/a@b");
  check("Authorization: Bearer abc.def", "Authorization: ***");
  check("authorization:Digest user=\"x\", y\nHost: h", "authorization:***\nHost: h");
  check("Cookie: a=b; c=d", "Cookie: ***");
  check(R"({"Authorization": "Basic dTpw", "a": 1})", R"({"Authorization": "***", "a": 1})");
  check(R"({"X-Registry-Auth":"e30="})", R"({"X-Registry-Auth":"***"})");
  check(R"("{\"password\":\"a\\\"b\",\"x\":1}")", R"("{\"password\":\"***\",\"x\":1}")");
  check(R"({"password":"a\"b","x":1})", R"({"password":"***","x":1})");
  check(R"({"password":"a\\","x":1})", R"({"password":"***","x":1})");
  check(R"("{\"password\":\"a\\\\\",\"x\":1}")", R"("{\"password\":\"***\",\"x\":1}")");
  check(R"({"password":"cut off)", R"({"password":"***)");
  check("curl -H 'bearer 0123456789abcdef'", "curl -H 'bearer ***'");
  check("//npm.example/:_authToken=npm_abc rest", "//npm.example/:_authToken=*** rest");
  check("DB_PASSWORD=x&user=y", "DB_PASSWORD=***&user=y");
}

TEST_CASE("running text stays readable") {
  const Redactor redactor;

  for (const char* text : {"unexpected token: '}'",
                           "authorization failed",
                           "basic usage: see https://example.org/a?b=c",
                           "a == b",
                           "password:",
                           "=",
                           "://",
                           "\"=\\"}) {
    CAPTURE(text);
    CHECK(redactor.apply(text) == text);
  }
}

TEST_CASE("keys that name secrets are known in every spelling") {
  for (const char* key : {"password",
                          "DB_PASSWORD",
                          "accessToken",
                          "X-Registry-Auth",
                          "_auth",
                          "private-key",
                          "Set-Cookie"}) {
    CAPTURE(key);
    CHECK(is_secret_key(key));
  }
  for (const char* key : {"name", "author", "key", "auth_method", ""}) {
    CAPTURE(key);
    CHECK_FALSE(is_secret_key(key));
  }
}

TEST_SUITE_END();

}  // namespace
