#include "agent/manifest/language.hpp"

namespace agent::manifest {

std::string_view extension_language() {
  return R"(
type ManifestExtension | Keys of Slipway for the whole application.
  rollback one:Rollback | What happens to data when a release is rolled back.

type Rollback | What a rollback does.
  data text in:keep,restore | keep the data of the new release, or restore that of the old one.

type ComponentExtension | Keys of Slipway for a component; there are none yet.

type ContainerExtension | Keys of Slipway for a container.
  health one:Health | Probe that says whether it works.
  depends_on texts | Containers or components that must be healthy before it starts.
  update one:Update | How a new release of it takes over.
  image one:ImageDigests | Digests of the image, written when a release is made.
  read_only boolstring | Its root is read-only.
  tmpfs texts | Folders in memory, each perhaps with :options.
  cap_drop texts | Capabilities taken from it; ALL for all.
  pids_limit uintstring omitempty uint | Most processes.
  stop_signal text in:SIGTERM,SIGINT,SIGQUIT | Signal that asks it to stop.
  init boolstring omitempty bool | A small init reaps its processes.

type Health | Probe that says whether a container works: one of http, tcp and exec.
  http one:HttpProbe | A request that must succeed.
  tcp one:TcpProbe | A port that must accept.
  exec texts | A program in the container that must end with 0.
  interval text | Time between probes, such as 10s.
  timeout text | Time that a probe may take, such as 10s.
  retries text | So many probes must fail in a row; 1 to 1000.
  start_period text | Time in which failures do not count, such as 30s.

type HttpProbe | A request.
  path text required | Path of the address, such as /health.
  port text required | Port in the container.

type TcpProbe | A port.
  port text required | Port in the container.

type Update | How a new release of a container takes over.
  order text in:stop-first,start-first | Whether the old one stops before the new one starts.
  min_healthy_time text | Time that the new one must stay healthy, such as 10s.
  healthy_deadline text | Time after which an unhealthy one is rolled back, such as 5m.

type ImageDigests | Digests of an image.
  config text | Of its configuration, sha256:HEX.
  manifest text | Of its manifest, sha256:HEX.
)";
}

}  // namespace agent::manifest
