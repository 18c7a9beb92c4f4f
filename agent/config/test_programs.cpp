#include "agent/config/test_programs.hpp"

#include "agent/manifest/scalars.hpp"

#include <fmt/format.h>

#include <utility>

namespace agent::config {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr int k_wrong_data = 22;
constexpr int k_timed_out = 62;
constexpr int k_port_in_use = 98;
constexpr int k_refused = 111;

int status_code_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::invalid_input:
    case ErrorCode::not_found:
      return k_wrong_data;
    case ErrorCode::timed_out:
      return k_timed_out;
    case ErrorCode::conflict:
      return k_port_in_use;
    case ErrorCode::unavailable:
      return k_refused;
    case ErrorCode::unauthorized:
    case ErrorCode::forbidden:
    case ErrorCode::too_large:
    case ErrorCode::cancelled:
    case ErrorCode::io:
    case ErrorCode::internal:
      return 1;
  }
  return 1;
}

// A scalar of the command's data with its templates expanded; `otherwise` when it is not there.
Result<std::string> data_at(const TestProgram& program,
                            std::string_view key,
                            const std::string& otherwise = "") {
  const auto* found = program.procedure.data.find(key);
  if (found == nullptr || found->text.empty()) {
    return otherwise;
  }
  return program.expand(found->text);
}

Result<TestOutput> run_disk(const TestProgram& program) {
  BASE_TRY_ASSIGN(const auto directory, data_at(program, "dir", "/"));
  BASE_TRY_ASSIGN(const auto space, program.call.world.disk(directory));
  const bool all = program.procedure.program == "disk_space_total";
  return TestOutput{.results = {fmt::format("{}", all ? space.total : space.available)}};
}

Result<TestOutput> run_port(const TestProgram& program) {
  BASE_TRY_ASSIGN(const auto text, data_at(program, "port"));
  const auto port = manifest::parse_port(text);
  if (!port) {
    return wrong(fmt::format("'{:.40}' is no port", text), "Give a number from 1 to 65535.");
  }
  PortAsk ask{.port = *port};
  BASE_TRY_ASSIGN(ask.protocol, data_at(program, "proto", "tcp"));
  BASE_TRY_ASSIGN(ask.address, data_at(program, "ip", "0.0.0.0"));
  BASE_TRY(program.call.world.try_port(ask));
  return TestOutput{};
}

Result<TestOutput> run_dial(const TestProgram& program) {
  BASE_TRY_ASSIGN(const auto address, data_at(program, "addr"));
  BASE_TRY(program.call.world.dial(address, program.call.limits));
  return TestOutput{};
}

Result<TestOutput> run_http(const TestProgram& program) {
  HttpAsk ask;
  BASE_TRY_ASSIGN(ask.method, data_at(program, "method", "GET"));
  BASE_TRY_ASSIGN(ask.url, data_at(program, "url"));
  BASE_TRY_ASSIGN(ask.body, data_at(program, "body"));
  if (const auto* headers = program.procedure.data.find("headers")) {
    for (const auto& header : headers->entries) {
      for (const auto& value : header.value.items) {
        BASE_TRY_ASSIGN(auto text, program.expand(value.text));
        ask.headers.emplace_back(header.key, std::move(text));
      }
    }
  }
  BASE_TRY_ASSIGN(const auto reply, program.call.world.http(ask, program.call.limits));
  return TestOutput{.results = {reply.body}, .status_code = reply.status};
}

Result<TestOutput> run_container(const TestProgram& program) {
  BASE_TRY_ASSIGN(auto output, run_in_container(program));
  TestOutput made{.results = {std::move(output.text)}, .status_code = output.exit_code};
  if (output.exit_code != 0) {
    made.error =
        Error{ErrorCode::invalid_input, fmt::format("the program ended with {}", output.exit_code)};
  }
  return made;
}

Result<TestOutput> run_named(const TestProgram& program) {
  const auto& id = program.procedure.program;
  if (id == "disk_space_available" || id == "disk_space_total") {
    return run_disk(program);
  }
  if (id == "port_available") {
    return run_port(program);
  }
  if (id == "tcp_dial") {
    return run_dial(program);
  }
  if (id == "http_request") {
    return run_http(program);
  }
  if (id == "raw" || id == "scheduler") {
    return run_container(program);
  }
  return wrong(fmt::format("there is no command '{:.80}' for tests", id),
               "The manifest asks for it; ask its vendor.");
}

}  // namespace

TestOutput run_test_program(const TestProgram& program) {
  auto output = run_named(program);
  if (!output) {
    return {.status_code = status_code_of(output.error()), .error = std::move(output).error()};
  }
  return *std::move(output);
}

}  // namespace agent::config
