#pragma once
// The built-in commands of `test_proc`. Inside this library only.

#include "agent/config/test_world.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace agent::config {

struct TestCall {
  std::vector<std::string> arguments;
  TestWorld& world;
  TestLimits limits;

  // "" beyond the last.
  [[nodiscard]] std::string argument(std::size_t position) const {
    return position < arguments.size() ? arguments[position] : std::string();
  }
};

// ok: the test is passed. The error says what is wrong with the values, and in its hint what mends
// it. Errors besides: not_found for an unknown command.
base::Status run_builtin_test(std::string_view command, const TestCall& call);

base::Status test_host_name(const TestCall& call);
base::Status test_pattern(const TestCall& call);
base::Status test_json(const TestCall& call);
base::Status test_file(const TestCall& call);
base::Status test_certificate(const TestCall& call);
base::Status test_mail(const TestCall& call);
base::Status test_amazon(const TestCall& call);
base::Status test_github(const TestCall& call);
base::Status test_directory(const TestCall& call);
base::Status test_directory_description(const TestCall& call);

// A value is not what it should be.
base::Error wrong(std::string message, std::string hint = "");
// On, as in "1" and "true".
bool is_on(std::string_view text);

}  // namespace agent::config
