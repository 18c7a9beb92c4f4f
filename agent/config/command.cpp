#include "agent/config/command.hpp"

#include "agent/base/crypto/certificate.hpp"
#include "agent/base/crypto/random.hpp"
#include "agent/manifest/scalars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

namespace agent::config {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr std::size_t k_most_random = 4096;
constexpr std::uint64_t k_most_seconds = 3600;  // A release waits for its commands.

std::string argument(const manifest::ValueCommand& command,
                     std::size_t position,
                     std::string_view otherwise) {
  const bool given =
      position < command.arguments.size() && !command.arguments[position].value.empty();
  return given ? command.arguments[position].value : std::string(otherwise);
}

std::vector<std::string> comma_separated(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    auto part = text.substr(0, comma);
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    part = part.substr(0, part.find_last_not_of(' ') + 1);
    if (!part.empty()) {
      parts.emplace_back(part);
    }
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

Result<std::vector<std::string>> run_random(const manifest::ValueCommand& command,
                                            CommandWorld& world) {
  const auto length = manifest::parse_unsigned(argument(command, 0, "16"));
  if (!length || *length == 0 || *length > k_most_random) {
    return Error{ErrorCode::invalid_input,
                 fmt::format("random: the length must be a number from 1 to {}", k_most_random)};
  }
  BASE_TRY_ASSIGN(const auto alphabet, alphabet_of(argument(command, 1, "[_A-Za-z0-9]")));
  return std::vector<std::string>{world.random_text(alphabet, *length)};
}

// The bits of the first argument are those of RSA, which nobody should choose; keys are on P-256.
Result<std::vector<std::string>> run_cert(const manifest::ValueCommand& command,
                                          CommandWorld& world) {
  BASE_TRY_ASSIGN(auto files,
                  world.certificate(comma_separated(argument(command, 1, "example.com")),
                                    comma_separated(argument(command, 2, ""))));
  return std::vector<std::string>{
      std::move(files.key_pem), std::move(files.certificate_pem), std::move(files.authority_pem)};
}

Result<std::vector<std::string>> run_raw(const manifest::ValueCommand& command,
                                         CommandWorld& world) {
  RawCommand raw{.readonly_root = command.readonly_root};
  if (!command.timeout.value.empty()) {
    const auto seconds = manifest::parse_unsigned(command.timeout.value);
    if (!seconds || *seconds == 0 || *seconds > k_most_seconds) {
      return Error{ErrorCode::invalid_input,
                   fmt::format("raw: the timeout must be from 1 to {} seconds", k_most_seconds)};
    }
    raw.time = std::chrono::seconds(*seconds);
  }
  for (const auto& word : command.arguments) {
    raw.words.push_back(word.value);
  }
  BASE_TRY_ASSIGN(auto output, world.run_raw(raw));
  return std::vector<std::string>{std::move(output)};
}

class ClassReader {
 public:
  explicit ClassReader(std::string_view text) : text_(text) {}

  Result<std::string> run() {
    if (text_.starts_with('[') && text_.ends_with(']') && text_.size() > 2) {
      text_ = text_.substr(1, text_.size() - 2);
    } else if (!text_.starts_with('\\')) {
      return fault();
    }
    while (!text_.empty()) {
      BASE_TRY(read_element());
    }
    std::sort(alphabet_.begin(), alphabet_.end());
    alphabet_.erase(std::unique(alphabet_.begin(), alphabet_.end()), alphabet_.end());
    return alphabet_.empty() ? Result<std::string>(fault()) : alphabet_;
  }

 private:
  static Error fault() {
    return {ErrorCode::invalid_input, "random: the characters must be a class such as [A-Za-z0-9]"};
  }

  void add_range(char first, char last) {
    std::string range(static_cast<std::size_t>(last - first) + 1, first);
    std::iota(range.begin(), range.end(), first);
    alphabet_ += range;
  }

  std::optional<char> take_character() {
    if (text_.starts_with('\\')) {
      text_.remove_prefix(1);
    }
    if (text_.empty() || text_[0] < 0x20 || text_[0] > 0x7E) {
      return std::nullopt;
    }
    const char c = text_[0];
    text_.remove_prefix(1);
    return c;
  }

  base::Status read_element() {
    if (text_.starts_with("\\d") || text_.starts_with("\\w")) {
      add_range('0', '9');
      if (text_[1] == 'w') {
        add_range('A', 'Z');
        add_range('a', 'z');
        alphabet_.push_back('_');
      }
      text_.remove_prefix(2);
      return base::ok();
    }
    const auto first = take_character();
    if (!first) {
      return fault();
    }
    auto last = first;
    if (text_.size() > 1 && text_[0] == '-') {
      text_.remove_prefix(1);
      last = take_character();
    }
    if (!last || *last < *first) {
      return fault();
    }
    add_range(*first, *last);
    return base::ok();
  }

  std::string_view text_;
  std::string alphabet_;
};

}  // namespace

Result<std::string> alphabet_of(std::string_view character_class) {
  if (character_class.size() > 1024) {
    return Error{ErrorCode::invalid_input, "random: the class of characters is too long"};
  }
  return ClassReader(character_class).run();
}

Result<std::vector<std::string>> run_command(const manifest::ValueCommand& command,
                                             CommandWorld& world) {
  const auto& name = command.command.value;
  if (name == "random") {
    return run_random(command, world);
  }
  if (name == "cert") {
    return run_cert(command, world);
  }
  if (name == "echo") {
    return std::vector<std::string>{argument(command, 0, "")};
  }
  if (name == "publicip") {
    BASE_TRY_ASSIGN(auto address, world.public_address());
    return std::vector<std::string>{std::move(address)};
  }
  if (name == "raw") {
    return run_raw(command, world);
  }
  return Error{
      ErrorCode::invalid_input,
      fmt::format("'{:.40}' is no command: use random, cert, echo, publicip or raw", name)};
}

std::string LocalCommandWorld::random_text(std::string_view alphabet, std::size_t count) {
  return base::crypto::random_text(alphabet, count);
}

Result<CertificateFiles> LocalCommandWorld::certificate(const std::vector<std::string>& names,
                                                        const std::vector<std::string>& addresses) {
  BASE_TRY_ASSIGN(const auto made,
                  base::crypto::self_signed_certificate({.names = names, .addresses = addresses}));
  return CertificateFiles{made.key_pem.reveal(), made.certificate_pem, made.certificate_pem};
}

Result<std::string> LocalCommandWorld::public_address() {
  return Error{ErrorCode::unavailable,
               "the public address of this host is not known",
               "Enter the value in the settings."};
}

Result<std::string> LocalCommandWorld::run_raw(const RawCommand& /*command*/) {
  return Error{ErrorCode::unavailable,
               "raw commands need a helper container",
               "Enter the value in the settings."};
}

}  // namespace agent::config
