#include "agent/base/log/line.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

namespace {

using base::Secret;
using base::log::Field;
using base::log::Format;
using base::log::format_line;
using base::log::Level;
using base::log::Record;
using base::log::Redactor;

std::string line(Format format, std::string_view event, const std::vector<Field>& fields) {
  const Redactor redactor;
  return format_line(format,
                     Record{.time = *base::parse_time("2026-11-24T04:27:00.123Z"),
                            .level = Level::warn,
                            .event = event,
                            .fields = fields},
                     redactor);
}

TEST_SUITE_BEGIN("base.log.line");

TEST_CASE("a text line has time, level, event and fields") {
  CHECK(line(Format::text,
             "container started",
             {{"name", "web"}, {"pid", 4711}, {"ok", true}, {"note", "two words"}, {"none", ""}}) ==
        "2026-11-24T04:27:00.123Z warn  container started name=web pid=4711 ok=true "
        "note=\"two words\" none=\"\"");
}

TEST_CASE("a JSON line keeps numbers and truth values as such") {
  CHECK(line(Format::json,
             "say \"hi\"",
             {{"name", "web"}, {"pid", 4711U}, {"ok", false}, {"share", 0.5}}) ==
        R"({"time":"2026-11-24T04:27:00.123Z","level":"warn","event":"say \"hi\"",)"
        R"("name":"web","pid":4711,"ok":false,"share":0.5})");
}

TEST_CASE("text from outside cannot forge a line or steer a terminal") {
  const std::string hostile =
      "x\n2026-11-24T04:27:00.123Z error forged\r\x1b[2J\x7f\xc2\x9b\xe2\x80\xae\t\xff";

  for (const auto format : {Format::text, Format::json}) {
    const auto shown = line(format, hostile, {{"value", hostile}});

    for (const char c : shown) {
      CHECK(static_cast<unsigned char>(c) >= 0x20);
    }
    CHECK(shown.find('\x7f') == std::string::npos);
    CHECK(shown.find("\xc2\x9b") == std::string::npos);
    // NOLINTNEXTLINE(misc-misleading-bidirectional)
    CHECK(shown.find("\xe2\x80\xae") == std::string::npos);
    CHECK(shown.find('\xff') == std::string::npos);
    CHECK(shown.find("\\n2026") != std::string::npos);
  }
}

TEST_CASE("text beyond ASCII stays readable, what is not UTF-8 is replaced") {
  const auto shown =
      line(Format::text, "grün € 🚢", {{"bad", "a\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82z"}});

  CHECK(shown.find("grün € 🚢") != std::string::npos);
  std::string expected = "bad=a";
  for (int i = 0; i < 11; ++i) {
    expected += "\xef\xbf\xbd";
  }
  CHECK(shown.ends_with(expected + "z"));
}

TEST_CASE("secrets are hidden by type, by key and by content") {
  Redactor redactor;
  redactor.add("hunter2");
  const std::vector<Field> fields{
      {"key", Secret("abc")}, {"password", 1234}, {"url", "http://x/?p=hunter2"}};

  for (const auto format : {Format::text, Format::json}) {
    const auto shown =
        format_line(format, {.event = "sign in as hunter2", .fields = fields}, redactor);

    CHECK(shown.find("hunter2") == std::string::npos);
    CHECK(shown.find("abc") == std::string::npos);
    CHECK(shown.find("1234") == std::string::npos);
  }
}

TEST_SUITE_END();

}  // namespace
