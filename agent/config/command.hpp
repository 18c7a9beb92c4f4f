#pragma once
// The commands that make values for settings: `random`, `echo`, `cert`, `publicip`, `raw`.

#include "agent/base/core/result.hpp"
#include "agent/manifest/settings_model.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace agent::config {

struct CertificateFiles {
  std::string key_pem;
  std::string certificate_pem;
  std::string authority_pem;
};

struct RawCommand {
  std::vector<std::string> words;
  std::chrono::seconds time{15};
  bool readonly_root = false;
};

// What commands need of the world.
class CommandWorld {
 public:
  virtual ~CommandWorld() = default;

  // `count` characters, each drawn evenly from `alphabet`, fit for a password.
  virtual std::string random_text(std::string_view alphabet, std::size_t count) = 0;
  virtual base::Result<CertificateFiles> certificate(const std::vector<std::string>& names,
                                                     const std::vector<std::string>& addresses) = 0;
  // The host's address as the outside sees it. Errors: unavailable when it cannot be known.
  virtual base::Result<std::string> public_address() = 0;
  // What a vendor's words print in a helper container. Errors: unavailable when there is none.
  virtual base::Result<std::string> run_raw(const RawCommand& command) = 0;
};

// The kernel's randomness and self-signed certificates, which are their own authority. It knows no
// public address and runs no raw commands: both are unavailable.
class LocalCommandWorld final : public CommandWorld {
 public:
  std::string random_text(std::string_view alphabet, std::size_t count) override;
  base::Result<CertificateFiles> certificate(const std::vector<std::string>& names,
                                             const std::vector<std::string>& addresses) override;
  base::Result<std::string> public_address() override;
  base::Result<std::string> run_raw(const RawCommand& command) override;
};

// Runs one command; which elements it gives is in the original's documentation:
//   random [length=16] [class=[_A-Za-z0-9]]       0: the text
//   cert [bits] [names=example.com] [addresses]   0: key, 1: certificate, 2: authority, all PEM;
//                                                 without addresses that of the world
//   echo [text]                                   0: the text
//   publicip                                      0: the address
//   raw word…                                     0: what it printed
// Errors: invalid_input for an unknown command or bad arguments; those of the world.
base::Result<std::vector<std::string>> run_command(const manifest::ValueCommand& command,
                                                   CommandWorld& world);

// The characters of a class as regular expressions write it: "[A-Za-z0-9_]", "\\d", "\\w".
// Printable ASCII only. Errors: invalid_input.
base::Result<std::string> alphabet_of(std::string_view character_class);

}  // namespace agent::config
