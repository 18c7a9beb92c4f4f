#include "agent/support/host.hpp"

#include "agent/base/fs/files.hpp"

#include <fmt/format.h>

#include <sys/statvfs.h>
#include <sys/utsname.h>

#include <charconv>
#include <thread>

namespace agent::support {
namespace {

constexpr std::uint64_t k_mebibyte = std::uint64_t{1} << 20U;
constexpr std::uint64_t k_small_memory = 512 * k_mebibyte;
constexpr std::uint64_t k_low_disk = 2048 * k_mebibyte;
constexpr std::uint64_t k_no_disk = 256 * k_mebibyte;

// The value after `key` at the start of a line, up to the line's end.
std::string_view line_value(std::string_view text, std::string_view key) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, end - at);
    if (line.starts_with(key)) {
      return line.substr(key.size());
    }
    at = end + 1;
  }
  return {};
}

// "  16384 kB" to bytes.
std::uint64_t kibibytes(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::uint64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count * 1024;
}

std::string os_name(const std::filesystem::path& os_release) {
  const auto text = base::fs::read_file(os_release, 65'536);
  if (!text) {
    return {};
  }
  auto name = line_value(*text, "PRETTY_NAME=");
  if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'')) {
    name = name.substr(1, name.size() - 2);
  }
  return std::string(name);
}

Check engine_check(const EngineReach& engine) {
  if (engine.reachable) {
    return {"engine", Verdict::pass, "the Docker engine answers", ""};
  }
  return {"engine",
          Verdict::fail,
          engine.problem.empty() ? "the Docker engine does not answer" : engine.problem,
          "Start the Docker engine, or set engine.socket in agent.yaml."};
}

Check memory_check(const Host& host) {
  const auto message = fmt::format("{} MB of memory, {} MB available",
                                   host.memory_bytes / k_mebibyte,
                                   host.memory_available_bytes / k_mebibyte);
  if (host.memory_bytes != 0 && host.memory_available_bytes < k_small_memory) {
    return {
        "memory", Verdict::warn, message, "Give the machine more memory or stop other programs."};
  }
  return {"memory", Verdict::pass, message, ""};
}

Check disk_check(const Host& host) {
  const auto message = fmt::format("{} MB of {} MB free for images and data",
                                   host.disk_available_bytes / k_mebibyte,
                                   host.disk_bytes / k_mebibyte);
  const std::string hint = "Free space where the engine keeps its data (docker system df).";
  if (host.disk_bytes != 0 && host.disk_available_bytes < k_no_disk) {
    return {"disk", Verdict::fail, message, hint};
  }
  if (host.disk_bytes != 0 && host.disk_available_bytes < k_low_disk) {
    return {"disk", Verdict::warn, message, hint};
  }
  return {"disk", Verdict::pass, message, ""};
}

}  // namespace

Host look_at_host(const HostSources& sources) {
  Host host{.os = os_name(sources.os_release), .cpus = std::thread::hardware_concurrency()};
  utsname system{};
  if (::uname(&system) == 0) {
    host.hostname = static_cast<const char*>(system.nodename);
    host.kernel = static_cast<const char*>(system.release);
    host.architecture = static_cast<const char*>(system.machine);
  }
  if (const auto meminfo = base::fs::read_file(sources.meminfo, 65'536)) {
    host.memory_bytes = kibibytes(line_value(*meminfo, "MemTotal:"));
    host.memory_available_bytes = kibibytes(line_value(*meminfo, "MemAvailable:"));
  }
  struct statvfs space {};
  if (::statvfs(sources.disk.c_str(), &space) == 0) {
    host.disk_bytes = std::uint64_t{space.f_blocks} * space.f_frsize;
    host.disk_available_bytes = std::uint64_t{space.f_bavail} * space.f_frsize;
  }
  return host;
}

std::vector<Check> check_host(const Host& host, const EngineReach& engine) {
  return {engine_check(engine), memory_check(host), disk_check(host)};
}

std::string_view name_of(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::warn:
      return "warn";
    case Verdict::fail:
      return "fail";
  }
  return "fail";
}

}  // namespace agent::support
