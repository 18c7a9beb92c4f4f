#pragma once

#include "agent/config/command.hpp"

#include <string>
#include <vector>

namespace tests {

// Answers that tell how often it was asked, so that a value made anew is another one.
class ScriptedWorld final : public agent::config::CommandWorld {
 public:
  std::string random_text(std::string_view alphabet, std::size_t count) override {
    std::string text(count, alphabet.at(static_cast<std::size_t>(asked++) % alphabet.size()));
    return text;
  }
  base::Result<agent::config::CertificateFiles> certificate(
      const std::vector<std::string>& names,
      const std::vector<std::string>& /*addresses*/) override {
    ++asked;
    return agent::config::CertificateFiles{"key", "certificate of " + names.front(), "authority"};
  }
  base::Result<std::string> public_address() override {
    ++asked;
    return base::Error{base::ErrorCode::unavailable, "no way out"};
  }
  base::Result<std::string> run_raw(const agent::config::RawCommand& command) override {
    ++asked;
    raw = command;
    return command.words.empty() ? std::string() : command.words.front();
  }

  int asked = 0;
  agent::config::RawCommand raw;  // The last.
};

}  // namespace tests
