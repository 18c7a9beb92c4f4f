#include "agent/config/test_procedure.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

namespace {

using agent::config::read_test_procedure;

base::Result<agent::config::TestProcedure> read(const std::string& text) {
  const auto node = base::data::parse_yaml(text);
  REQUIRE(node);
  return read_test_procedure(*node);
}

TEST_SUITE_BEGIN("config.test_procedure");

TEST_CASE("a built-in test has its arguments and the original's time limit") {
  const auto plain = read("{command: regex_match, args: ['^a', wrong], run_on_save: true}");
  const auto longer = read("{command: resolve_host, timeout: 60, arg_fields: [a, b]}");
  const auto forever = read("{command: resolve_host, timeout: -1}");

  REQUIRE(plain);
  CHECK(plain->command == "regex_match");
  CHECK(plain->arguments == std::vector<std::string>{"^a", "wrong"});
  CHECK(plain->timeout == std::chrono::seconds(15));
  CHECK(plain->on_save == "true");
  REQUIRE(longer);
  CHECK(longer->timeout == std::chrono::seconds(60));
  CHECK(longer->fields == std::vector<std::string>{"a", "b"});
  REQUIRE(forever);
  CHECK_FALSE(forever->timeout);
}

TEST_CASE("a programmable test has outcomes with conditions") {
  const auto procedure = read(
      "custom_command: {id: tcp_dial, timeout: 5, data: {addr: 'a:1'}}\n"
      "results:\n"
      "- {status: error, message: {id: x, default_message: 'no: {{.why}}', args: {why: w}},"
      " condition: {error: true, status_code: 111}}\n"
      "- {status: success, message: fine}\n");

  REQUIRE(procedure);
  CHECK(procedure->program == "tcp_dial");
  CHECK(procedure->data.find("addr")->text == "a:1");
  CHECK(procedure->timeout == std::chrono::seconds(5));
  REQUIRE(procedure->outcomes.size() == 2);
  CHECK(procedure->outcomes[0].needs_error);
  CHECK(procedure->outcomes[0].status_code == 111);
  CHECK(procedure->outcomes[0].message == "no: {{.why}}");
  CHECK(procedure->outcomes[0].arguments.at("why") == "w");
  CHECK(procedure->outcomes[1].message == "fine");
}

TEST_CASE("what is no test is refused") {
  for (const auto* text : {"{}",
                           "{command: regex_match, timeout: soon}",
                           "{custom_command: {id: raw}, results: [{status: perhaps}]}"}) {
    CAPTURE(text);
    CHECK_FALSE(read(text));
  }
}

TEST_SUITE_END();

}  // namespace
