// `raw` in the helper image and `scheduler` in one of the application's own.
#include "agent/base/data/json.hpp"
#include "agent/config/test_programs.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace agent::config {
namespace {

using base::Result;
using base::data::YamlNode;

// A list, or text that holds a list as JSON, as the manifest has it; other text is for a shell.
Result<std::vector<std::string>> words_of(const TestProgram& program, const YamlNode& node) {
  std::vector<std::string> words;
  for (const auto& item : node.items) {
    BASE_TRY_ASSIGN(auto word, program.expand(item.text));
    words.push_back(std::move(word));
  }
  if (node.kind != YamlNode::Kind::scalar) {
    return words;
  }
  BASE_TRY_ASSIGN(auto text, program.expand(node.text));
  const auto json = base::data::parse_json(text);
  if (!json || !json->is_array()) {
    return std::vector<std::string>{"/bin/sh", "-c", std::move(text)};
  }
  for (const auto& word : *json) {
    if (!word.is_string()) {
      return wrong("the test's own cmd is a list of other things than text");
    }
    words.push_back(word.get<std::string>());
  }
  return words;
}

const manifest::Container* find_container(const manifest::Manifest& manifest,
                                          const std::string& component,
                                          const std::string& container) {
  for (const auto& each : manifest.components) {
    if (each.name.value != component) {
      continue;
    }
    for (const auto& candidate : each.containers) {
      if (container.empty() || candidate.image_name.value == container ||
          candidate.name.value == container) {
        return &candidate;
      }
    }
  }
  return nullptr;
}

base::Status add_environment(const TestProgram& program,
                             const std::vector<manifest::EnvVar>& variables,
                             ContainerProgram& made) {
  for (const auto& variable : variables) {
    BASE_TRY_ASSIGN(const auto wanted, program.expand(variable.when.value));
    if (!wanted.empty() && !is_on(wanted)) {
      continue;
    }
    BASE_TRY_ASSIGN(const auto value, program.expand(variable.value.value));
    made.environment.push_back(fmt::format("{}={}", variable.name.value, value));
  }
  return base::ok();
}

base::Status add_environment(const TestProgram& program,
                             const YamlNode& node,
                             ContainerProgram& made) {
  for (const auto& variable : node.items) {
    const auto* name = variable.find("name");
    const auto* value = variable.find("value");
    if (name != nullptr && value != nullptr) {
      BASE_TRY_ASSIGN(const auto text, program.expand(value->text));
      made.environment.push_back(fmt::format("{}={}", name->text, text));
    }
  }
  return base::ok();
}

base::Status take_container(const TestProgram& program,
                            const YamlNode& data,
                            ContainerProgram& made) {
  const auto text_at = [](const YamlNode& node, const char* key) {
    const auto* found = node.find(key);
    return found != nullptr ? found->text : std::string();
  };
  const auto* nested = data.find("replicated");
  const auto& names = nested != nullptr ? *nested : data;
  const auto component = text_at(names, "component");
  const auto name = text_at(names, "container");
  const auto* container = find_container(program.manifest, component, name);
  if (container == nullptr) {
    return wrong(fmt::format("the test runs in {} of {}, which is not there", name, component),
                 "The manifest asks for it; ask its vendor.");
  }
  BASE_TRY_ASSIGN(const auto version, program.expand(container->version.value));
  made.image =
      fmt::format("{}:{}", container->image_name.value, version.empty() ? "latest" : version);
  return add_environment(program, container->env_vars, made);
}

}  // namespace

Result<ProgramOutput> run_in_container(const TestProgram& program) {
  const auto& data = program.procedure.data;
  ContainerProgram made;
  if (program.procedure.program == "scheduler") {
    BASE_TRY(take_container(program, data, made));
  }
  if (const auto* command = data.find("cmd")) {
    BASE_TRY_ASSIGN(made.command, words_of(program, *command));
  } else if (program.procedure.program == "raw") {
    return wrong("the test's own cmd is missing", "The manifest asks for it; ask its vendor.");
  }
  if (const auto* entrypoint = data.find("entrypoint")) {
    BASE_TRY_ASSIGN(auto words, words_of(program, *entrypoint));
    made.entrypoint = std::move(words);
  }
  if (const auto* variables = data.find("env_vars")) {
    BASE_TRY(add_environment(program, *variables, made));
  }
  return program.call.world.run_container(made, program.call.limits);
}

}  // namespace agent::config
