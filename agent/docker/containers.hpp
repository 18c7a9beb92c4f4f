#pragma once

#include "agent/base/core/result.hpp"
#include "agent/base/http/client.hpp"
#include "agent/docker/call.hpp"
#include "agent/docker/container_spec.hpp"
#include "agent/docker/container_state.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::docker {

enum class OutputStream { out, err };

struct LogLine {
  OutputStream stream = OutputStream::out;  // With a TTY everything is `out`.
  std::string timestamp;                    // RFC 3339 with nanoseconds, as the engine wrote it.
  std::string text;                         // Without the line break.
  bool truncated = false;                   // The line was longer than LogQuery::max_line.
};

struct LogQuery {
  bool follow = false;
  std::optional<std::uint64_t> tail;  // Last lines before what follows; absent: all.
  std::optional<base::WallTime> since;
  std::size_t max_line = 256U << 10U;  // Bytes; what is beyond is dropped.
};

enum class WaitCondition { not_running, next_exit, removed };

struct ListContainers {
  std::vector<std::string> labels;  // "key" or "key=value"; all must match.
  bool all = true;                  // Those that do not run, too.
};

enum class Force { no, yes };
enum class VolumeRemoval { keep, anonymous };

// Errors of every call: unavailable, timed_out, cancelled, and what the engine answers: not_found,
// conflict, invalid_input, forbidden, io. Reasons that callers can rely on: port_in_use, disk_full,
// name_in_use, engine_too_old. `container` is a name or an id. Safe from any thread.
class Containers {
 public:
  virtual ~Containers() = default;

  // Returns the id. Errors: not_found (the image), conflict (the name).
  virtual base::Result<std::string> create_container(const ContainerSpec& spec,
                                                     const Call& call) = 0;
  // Starting what runs and stopping what does not are success.
  virtual base::Status start_container(const std::string& container, const Call& call) = 0;
  // `grace` before SIGKILL; absent: the container's own. The deadline is extended by it.
  virtual base::Status stop_container(const std::string& container,
                                      std::optional<std::chrono::seconds> grace,
                                      const Call& call) = 0;
  virtual base::Status restart_container(const std::string& container,
                                         std::optional<std::chrono::seconds> grace,
                                         const Call& call) = 0;
  // Error conflict when it does not run.
  virtual base::Status kill_container(const std::string& container,
                                      const std::string& signal,
                                      const Call& call) = 0;
  // Blocks until the condition holds; returns the exit code.
  virtual base::Result<int> wait_container(const std::string& container,
                                           WaitCondition condition,
                                           const Call& call) = 0;
  // Error not_found when it is gone already; conflict while it runs and force is no.
  virtual base::Status remove_container(const std::string& container,
                                        Force force,
                                        VolumeRemoval volumes,
                                        const Call& call) = 0;
  virtual base::Status rename_container(const std::string& container,
                                        const std::string& name,
                                        const Call& call) = 0;
  virtual base::Status update_restart_policy(const std::string& container,
                                             const RestartPolicy& policy,
                                             const Call& call) = 0;
  virtual base::Result<ContainerDetails> inspect_container(const std::string& container,
                                                           const Call& call) = 0;
  virtual base::Result<std::vector<ContainerSummary>> list_containers(const ListContainers& query,
                                                                      const Call& call) = 0;
  // Gives whole lines, oldest first, until the log ends, `on_line` returns false (both success) or
  // `call.stop` asks. A follow ends by itself when the container stops.
  virtual base::Status read_logs(const std::string& container,
                                 const LogQuery& query,
                                 const std::function<bool(const LogLine&)>& on_line,
                                 const Call& call) = 0;
  virtual base::Result<ContainerStats> sample_stats(const std::string& container,
                                                    const Call& call) = 0;
  // Unpacks a tar stream below `path`, which must exist in the container. Works before its first
  // start. Keeps the owners that the archive names.
  virtual base::Status put_archive(const std::string& container,
                                   const std::string& path,
                                   const base::http::BodySource& tar,
                                   const Call& call) = 0;
  // The tar stream of `path`; `on_data` returning false ends it with success.
  virtual base::Status get_archive(const std::string& container,
                                   const std::string& path,
                                   const std::function<bool(std::string_view)>& on_data,
                                   const Call& call) = 0;
};

}  // namespace agent::docker
