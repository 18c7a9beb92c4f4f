#include "agent/api/bodies.hpp"
#include "agent/api/routes.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "agent/base/data/json_reader.hpp"
#include "agent/base/log/log.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace agent::api {
namespace {

using access::Permission;
using base::data::Json;
using base::data::JsonReader;
using base::http::LocalResponse;
using base::http::ResponseWriter;

constexpr std::size_t k_most_arguments = 256;
constexpr int k_largest_terminal = 1000;
constexpr std::size_t k_input_body = std::size_t{1} << 20U;

int terminal_size(JsonReader& reader, const char* key, int otherwise) {
  const auto value = reader.optional_integer(key).value_or(otherwise);
  if (value < 1 || value > k_largest_terminal) {
    reader.fail(key, "a number from 1 to 1000");
    return otherwise;
  }
  return static_cast<int>(value);
}

base::Result<LocalResponse> start(const Services& services, const Incoming& incoming) {
  BASE_TRY_ASSIGN(const auto json, read_json(incoming.body, k_small_body));
  JsonReader reader(json, "$");
  reader.allow_only({"argv", "tty", "rows", "cols"});
  docker::ExecSpec spec{.argv = reader.strings("argv"),
                        .tty = reader.optional_boolean("tty").value_or(false),
                        .with_stdin = true};
  const int rows = terminal_size(reader, "rows", 24);
  const int columns = terminal_size(reader, "cols", 80);
  if (spec.argv.empty() || spec.argv.size() > k_most_arguments) {
    reader.fail("argv", "1 to 256 arguments");
  }
  BASE_TRY(reader.finish());
  BASE_TRY_ASSIGN(const auto component,
                  component_with_container(services.lifecycle, incoming.parameters.at("name")));
  // The program alone: arguments may be passwords.
  base::log::info("exec",
                  {{"user", incoming.caller.name()},
                   {"component", component.name},
                   {"program", spec.argv.front()}});
  BASE_TRY_ASSIGN(const auto id,
                  services.executions.open(
                      incoming.caller.name(), component.container_id, spec, rows, columns));
  return json_answer({{"id", id}}, 201);
}

std::string output_line(const ExecPiece& piece) {
  return base::data::canonical(
             {{"stream", piece.stream == docker::OutputStream::err ? "stderr" : "stdout"},
              {"data", base::crypto::base64_encode(piece.data)},
              {"exit_code", nullptr}}) +
         "\n";
}

base::Result<LocalResponse> read_output(ExecSessions& executions, const Incoming& incoming) {
  const auto owner = incoming.caller.name();
  const auto id = incoming.parameters.at("id");
  BASE_TRY(executions.check(owner, id));
  return LocalResponse{
      .headers = {{"Content-Type", "application/x-ndjson"}},
      .stream = [&executions, owner, id](ResponseWriter& writer) {
        const auto code = executions.read(
            owner,
            id,
            [&](const ExecPiece& piece) { return writer.write(output_line(piece)); },
            writer.stop());
        if (!code) {
          return false;
        }
        return writer.write(
            base::data::canonical({{"stream", nullptr}, {"data", nullptr}, {"exit_code", *code}}) +
            "\n");
      }};
}

base::Result<LocalResponse> write_input(ExecSessions& executions, const Incoming& incoming) {
  BASE_TRY_ASSIGN(const auto json, read_json(incoming.body, k_input_body));
  JsonReader reader(json, "$");
  reader.allow_only({"data", "close"});
  const auto text = reader.string("data");
  const bool close = reader.optional_boolean("close").value_or(false);
  BASE_TRY(reader.finish());
  BASE_TRY_ASSIGN(const auto bytes, base::crypto::base64_decode(text));
  const auto owner = incoming.caller.name();
  const auto& id = incoming.parameters.at("id");
  if (!bytes.empty()) {
    BASE_TRY(executions.write(owner, id, bytes));
  }
  if (close) {
    BASE_TRY(executions.close_input(owner, id));
  }
  return empty_answer();
}

base::Result<LocalResponse> resize(ExecSessions& executions, const Incoming& incoming) {
  BASE_TRY_ASSIGN(const auto json, read_json(incoming.body, k_small_body));
  JsonReader reader(json, "$");
  reader.allow_only({"rows", "cols"});
  const int rows = terminal_size(reader, "rows", 0);
  const int columns = terminal_size(reader, "cols", 0);
  BASE_TRY(reader.finish());
  BASE_TRY(executions.resize(incoming.caller.name(), incoming.parameters.at("id"), rows, columns));
  return empty_answer();
}

}  // namespace

std::vector<Route> exec_routes(const Services& services) {
  auto& executions = services.executions;
  return {
      {"POST",
       "/api/v1/components/{name}/exec",
       Permission::admin,
       [services](const Incoming& incoming) { return start(services, incoming); }},
      {"GET",
       "/api/v1/exec/{id}/output",
       Permission::admin,
       [&executions](const Incoming& incoming) { return read_output(executions, incoming); }},
      {"POST",
       "/api/v1/exec/{id}/input",
       Permission::admin,
       [&executions](const Incoming& incoming) { return write_input(executions, incoming); }},
      {"POST",
       "/api/v1/exec/{id}/resize",
       Permission::admin,
       [&executions](const Incoming& incoming) { return resize(executions, incoming); }},
      {"DELETE",
       "/api/v1/exec/{id}",
       Permission::admin,
       [&executions](const Incoming& incoming) -> base::Result<LocalResponse> {
         BASE_TRY(executions.close(incoming.caller.name(), incoming.parameters.at("id")));
         return empty_answer();
       }},
  };
}

}  // namespace agent::api
