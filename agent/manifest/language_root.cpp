#include "agent/manifest/language.hpp"

namespace agent::manifest {

namespace {

constexpr std::string_view k_root_language = R"(
type Manifest | An application: its settings screen, its containers, and how to look after it.
  replicated_api_version text required apiversion | Version of the language that the document needs, MAJOR.MINOR.PATCH, such as 2.8.0.
  name text | Name of the application, for people.
  version text | Label of the release, such as 1.4.2.
  release_notes text | What is new in the release, Markdown.
  console_support_markdown text | Text of the console's support page, Markdown.
  terms one:Terms | Terms that must be accepted before the licence is taken.
  properties one:Properties | How the application shows itself in the console.
  identity one:Identity | Users from a directory (LDAP).
  state one:State | When the application counts as ready.
  backup one:Backup | Snapshots.
  monitors one:Monitors | Graphs of the dashboard.
  host_requirements one:HostRequirements | What a host must have.
  custom_requirements list:CustomRequirement | Checks of the vendor's own before the application starts.
  cmds list:ConfigCommand exists | Commands that make values for settings when a release is taken in.
  config list:ConfigGroup exists | Groups of the settings screen.
  admin_commands list:AdminCommand exists | Commands that the admin may run in a container.
  custom_metrics list:CustomMetric nullable | How metrics of the application are kept.
  statsd one:StatsD | Port of the metrics receiver.
  graphite one:Graphite | Port of the metrics store.
  carbon one:Carbon | Ports of the metrics writer.
  localization one:Localization | Texts in several languages.
  support one:Support | What a support bundle collects.
  images list:Image | Images to bring along that no container names.
  components list:Component exists | Groups of containers that always run on one host together.
  kubernetes one:Kubernetes | Requirements of the Kubernetes scheduler; other documents of the file hold its resources.
  swarm one:Swarm | Requirements of the Swarm scheduler.
  slipway one:ManifestExtension | What the original language had no word for.

type Terms | Terms that must be accepted.
  markdown text | Their text, Markdown.
  version int | Raised when they must be accepted anew; 1 by default.

type Properties | How the application shows itself in the console.
  app_url any | Address behind the console's link to the application; a template.
  logo_url text url | Address of the logo, http or https.
  console_title text | Title of the console.
  bypass_local_registry bool | Hosts pull images from where they come from, not from the appliance's registry.
  shell_alias text shellalias | Word under which the admin commands run in a shell.

type Identity | Users from a directory.
  enabled text in:true,false | Whether a directory is used.
  provisioner text | Address of the application's own interface for provisioning users.
  sources list:IdentitySource | Directories.
  enable_reset_request text in:true,false | The application understands a request to forget all users.

type IdentitySource | A directory.
  source text in:ldap,ldap_advanced | Its kind.
  filter text | Query that a user must match.
  enabled text in:true,false | Whether it is used.

type State | When the application counts as ready.
  ready one:StateEvent | Probe after all containers have started.

type StateEvent | A probe.
  command text in:http_status_code,tcp_port_accept | What is probed.
  args texts | http_status_code: address, code, seconds for each attempt; tcp_port_accept: host, port.
  timeout int | Seconds in all; 0 is 600, -1 for ever.
  readonly_rootfs boolstring | The probe's container has a read-only root.

type HostRequirements | What a host must have.
  replicated_version text omitempty semverrange | Range of versions of the original platform, such as ">=2.1.0 <3.0.0".
  docker_version text omitempty dockerversion | Least version of Docker, such as 1.13.1 or 17.03.1-ce.
  cpu_cores uint | Least number of processor cores.
  cpu_mhz uint | Least clock of the processor, MHz.
  memory text omitempty bytes|ram | Least memory, such as 8GB or 8GiB.
  disk_space text omitempty bytes | Least free disk space, such as 40GB.
  docker_space text omitempty bytes | Least free space where Docker keeps its data.

type StatsD | Port of the metrics receiver.
  port port tcpport | UDP port on the host; chosen by itself without one.

type Graphite | Port of the metrics store.
  port port tcpport | TCP port on the host; chosen by itself without one.

type Carbon | Ports of the metrics writer.
  plaintext_port port tcpport | TCP port for lines of text.
  pickle_port port tcpport | TCP port for pickled batches.

type Localization | Texts in several languages.
  enabled bool | Whether the console offers languages.
  locales_enabled texts omitempty min | Tags of the languages that are offered.
  locales list:Locale | Texts of each language.

type Locale | Texts of one language.
  tag text required | Its tag, such as de.
  translations textmap | Texts by id.

type Image | An image to bring along.
  source text | public, or the name of a registry set up with the vendor.
  name text required | Its name.
  tag text in:latest | Its tag; latest by default.
  key text isempty | Filled in by the platform.
  domain text isempty | Filled in by the platform.
  content_trust one:ContentTrust | Key that must have signed it.

type ContentTrust | Key that must have signed an image.
  public_key_fingerprint text fingerprint | Sixteen octets, such as cb:69:19:cd:76:1f:17:54:92:a4:fc:a9:6f:a5:57:72.

type Kubernetes | Requirements of the Kubernetes scheduler.
  config text | Resources, YAML; deprecated in favour of further documents.
  requirements one:KubernetesRequirements | What the cluster must have.
  persistent_volume_claims list:PersistentVolumeClaim | Volumes that it must be able to give.
  shared_fs one:SharedFileSystem | A file system that all nodes share.

type KubernetesRequirements | What a cluster must have.
  server_version text omitempty semverrange | Range of versions of its server.
  api_versions texts each:required | Versions of interfaces that it must speak.
  cluster_size text omitempty uint | Least number of nodes.
  total_cores text omitempty uint | Least number of cores of all nodes.
  total_memory text omitempty bytes|ram|quantity | Least memory of all nodes, such as 16Gi.

type PersistentVolumeClaim | A volume that a cluster must be able to give.
  name text required | Its name.
  storage text omitempty bytes|quantity | Its size, such as 10Gi.
  access_modes texts | How it may be mounted, such as ReadWriteOnce.

type SharedFileSystem | A file system that all nodes share.
  enabled text in:true,false | Whether it is needed.
  mount_paths texts | Where it is mounted.

type Swarm | Requirements of the Swarm scheduler.
  minimum_node_count text omitempty uint | Least number of nodes.
  nodes list:SwarmNode | Kinds of nodes that there must be.
  secrets list:SwarmSecret | Secrets to create.
  configs list:SwarmConfig | Configurations to create.

type SwarmNode | A kind of node.
  role text omitempty swarmnoderole in:manager,worker | Its role.
  labels textmap | Labels that it must carry.
  minimum_count text omitempty uint | Least number of such nodes.
  host_requirements one:HostRequirements | What such a node must have.

type SwarmSecret | A secret to create.
  name text required | Its name.
  value text required | Its contents; a template.
  labels textmap mapkeylengthnonzero | Its labels.

type SwarmConfig | A configuration to create.
  name text required | Its name.
  value text required | Its contents; a template.
  labels textmap mapkeylengthnonzero | Its labels.
)";

}  // namespace

std::string_view root_language() {
  return k_root_language;
}

}  // namespace agent::manifest
