#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace agent::render {

// What templates may know of the host. Gathered by somebody else; an empty text is "unknown".
struct HostFacts {
  std::string private_address;  // IPv4 or IPv6, no brackets.
  std::string public_address;
  std::string docker_address;                           // Of the engine's default bridge.
  std::map<std::string, std::string> interfaces;        // Name to IPv4 address.
  std::map<std::string, std::string> docker_info;       // ".DockerRootDir" to text.
  std::map<std::string, std::string> console_settings;  // "tls.hostname", "http.proxy", …
  std::map<std::string, std::string> console_ldap;      // "BaseDN", … of the console's sign-in.
  // Stands for every host port that Docker has yet to choose; without it such a port is an error.
  std::optional<std::uint16_t> assumed_port;
  bool offline = false;            // Installed without the internet.
  std::chrono::sys_seconds now{};  // For `Now`: a template that uses it renders anew each time.
};

// What templates may know of the release.
struct ReleaseFacts {
  std::string app_id;
  std::int64_t sequence = 1;          // Of the release being rendered.
  std::int64_t current_sequence = 0;  // Of the one that runs; 0: none.
  std::int64_t first_sequence = 1;    // Of the first that ran here.
  std::string release_date;
  std::string install_date;
  std::string channel;
};

}  // namespace agent::render
