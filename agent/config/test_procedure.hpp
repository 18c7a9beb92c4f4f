#pragma once
// `test_proc` of a group or an item: a check of what the admin has typed, before or while it is
// saved.

#include "agent/base/core/result.hpp"
#include "agent/base/data/yaml.hpp"
#include "agent/manifest/document.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace agent::config {

// When a result of a programmable test holds, and what it means then. All that is set must hold.
struct TestOutcome {
  std::string status;  // "success", "warn" or "error".
  std::string message;
  std::map<std::string, std::string> arguments;  // Of the message.
  bool needs_error = false;
  std::optional<std::int64_t> status_code;
  std::string expression;  // A template that gives a boolean; empty: always.
};

struct TestProcedure {
  std::string title;
  std::string command;  // A built-in one, or:
  std::string program;  // What `custom_command` names; its `data` is beside it.
  base::data::YamlNode data;
  std::vector<TestOutcome> outcomes;
  std::optional<std::chrono::seconds> timeout;  // Nothing: none.
  std::vector<std::string> fields;              // Settings whose values are passed.
  std::vector<std::string> arguments;
  std::string on_save;  // A boolean or a template.
  std::string when;
};

// Errors: invalid_input naming the key.
base::Result<TestProcedure> read_test_procedure(const base::data::YamlNode& node);

}  // namespace agent::config
