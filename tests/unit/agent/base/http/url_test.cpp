#include "agent/base/http/url.hpp"

#include "agent/base/http/headers.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace base::http;

TEST_CASE("a path is decoded once") {
  const auto url = parse_target("/@s%2fname/%252f?a=b%20c&d&a=2+3&=x");

  REQUIRE(url);
  CHECK(url->raw_path == "/@s%2fname/%252f");
  CHECK(url->path == "/@s/name/%2f");
  CHECK(url->parameter("a") == "b c");
  CHECK(url->parameter("d") == "");
  CHECK_FALSE(url->parameter("e"));
  CHECK(url->query.size() == 4);
}

TEST_CASE("segments are split where a slash was sent") {
  using Segments = std::vector<std::string>;

  CHECK(*split_path("/") == Segments{});
  CHECK(*split_path("/@s%2Fname/-/x") == Segments{"@s/name", "-", "x"});
  CHECK(*split_path("/a//b/") == Segments{"a", "", "b", ""});
}

TEST_CASE("wrong escapes and NUL are refused") {
  for (const auto* text : {"/%", "/%1", "/%zz", "/%00", "/a%0", "relative", "", "/a#b", "/?a=%"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_target(text));
  }
}

TEST_CASE("a query with too many parameters is refused") {
  std::string query;
  for (int i = 0; i < 257; ++i) {
    query += "a&";
  }

  CHECK_FALSE(parse_query(query));
}

TEST_CASE("fields are found without regard to case") {
  Headers headers{{"ETag", "x"}, {"Accept-Encoding", "br;q=1, GZIP"}, {"etag", "y"}};

  CHECK(headers.get("etag") == "x");
  CHECK(headers.count("ETAG") == 2);
  CHECK(headers.lists("accept-encoding", "gzip"));
  CHECK(headers.lists("accept-encoding", "br"));
  CHECK_FALSE(headers.lists("accept-encoding", "zip"));
  headers.set("ETAG", "z");
  CHECK(headers.count("etag") == 1);
  CHECK(headers.get("etag") == "z");
}

TEST_CASE("a line end is no part of a field value") {
  CHECK(is_field_value("a\tb \xc3\xa4"));
  CHECK_FALSE(is_field_value("a\r\nb"));
  CHECK_FALSE(is_token("a b"));
  CHECK_FALSE(is_token(""));
}
