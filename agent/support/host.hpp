#pragma once
// What the agent can say about the machine without asking anybody.

#include "agent/base/core/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace agent::support {

struct Host {
  std::string hostname;
  std::string os;            // "Debian GNU/Linux 12 (bookworm)"
  std::string kernel;        // "6.1.0-18-amd64"
  std::string architecture;  // "x86_64"
  unsigned cpus = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t memory_available_bytes = 0;
  std::uint64_t disk_bytes = 0;
  std::uint64_t disk_available_bytes = 0;  // For a process without privileges.
};

// Where to look; a test has a folder of its own.
struct HostSources {
  std::filesystem::path os_release = "/etc/os-release";
  std::filesystem::path meminfo = "/proc/meminfo";
  // The file system whose space counts: the engine's data root where it is on this machine.
  std::filesystem::path disk = "/var/lib";
};

// What cannot be found out is empty or zero: a report with a hole is better than none.
Host look_at_host(const HostSources& sources);

enum class Verdict { pass, warn, fail };

struct Check {
  std::string name;  // Stable: "engine", "memory", "disk".
  Verdict verdict = Verdict::pass;
  std::string message;
  std::string hint;  // Empty when it passed.
};

struct EngineReach {
  bool reachable = false;
  std::string problem;
};

// The checks that hold for every application.
std::vector<Check> check_host(const Host& host, const EngineReach& engine);

[[nodiscard]] std::string_view name_of(Verdict verdict) noexcept;

}  // namespace agent::support
