#include "agent/manifest/language.hpp"

namespace agent::manifest {

namespace {

constexpr std::string_view k_container_language = R"(
type Component | Containers that always run on one host together.
  name text required | Its name.
  tags texts | Tags that a host must carry.
  conflicts texts | Tags that a host must not carry.
  cluster boolstring | It may run on several hosts.
  cluster_host_count one:HostCount | On how many.
  host_requirements one:HostRequirements | What its host must have.
  logs one:LogOptions | Limits of the containers' logs.
  log_config one:LogConfig | Where the containers' logs go.
  host_volumes raw:HostVolume | Folders that the host must have.
  containers list:Container exists | Its containers.
  slipway one:ComponentExtension | What the original language had no word for.

type HostCount | On how many hosts a component runs.
  strategy text omitempty clusterstrategy in:random,autoscale | How hosts are chosen.
  min uintstring omitempty uint | Hosts needed before the start.
  max uintstring omitempty uint | Most hosts; 0 for no limit.
  threshold_healthy uintstring omitempty uint | So many must run to be healthy.
  threshold_degraded uintstring omitempty uint | So many must run to be degraded; below that it failed.

type LogOptions | Limits of a container's log.
  max_size text | Largest file, such as 10m.
  max_files text | Number of files.

type LogConfig | Where a container's log goes.
  type text | Docker's log driver.
  config textmap | Options of the driver.

type HostVolume | A folder that the host must have.
  host_path text required absolutepath | Its path.
  owner text | Number of its owner.
  permission text | Its mode, octal.
  is_ephemeral text in:true,false | It stays out of snapshots.
  is_excluded_from_backup text in:true,false | It stays out of snapshots.
  min_disk_space text | Least size of its file system.

type Container | A container.
  source text required in:public,replicated | Where its image is: public, replicated, or the name of a registry set up with the vendor.
  image_name text required | Its image. References of other keys name it by this.
  version text required in:latest | The image's tag.
  image_key text isempty | Filled in by the platform.
  image_domain text isempty | Filled in by the platform.
  display_name text | Its name for people.
  name text containernameunique | Its name in Docker.
  privileged bool | It has all powers of the host.
  network_mode text in:bridge,host,none | Its network: bridge, host, none or container:NAME.
  cpu_shares text | Its weight for the processor; 1024 by default.
  memory_limit text | Most memory, such as 512m.
  memory_swap_limit text | Most memory and swap, such as 1g.
  ulimits raw:Ulimit | Limits of its processes.
  allocate_tty text in:true,false | It has a terminal.
  security_cap_add texts | Capabilities added to Docker's.
  security_options texts | Options of AppArmor, seccomp and the like.
  hostname text | Its host name.
  cmd text | Its command, a JSON list in text; a template.
  entrypoint texts | Its entrypoint, in place of the image's.
  ephemeral bool | It ends by itself.
  suppress_restart texts | Read and not used.
  cluster boolstring omitempty bool | Several of it may run on a host.
  restart one:RestartPolicy | When Docker starts it again; never without one.
  cluster_instance_count one:InstanceCount | How many of it run.
  publish_events list:ContainerEvent exists | Events of it that start others.
  config_files list:ConfigFile exists | Files written into it.
  customer_files list:CustomerFile exists | Files that the admin uploaded, written into it.
  env_vars list:EnvVar exists | Its environment.
  ports list:ContainerPort exists | Its ports on the host.
  disable_publish_all_ports boolstring omitempty bool | Ports that the image exposes are not published by themselves.
  logs one:LogOptions | Limits of its log.
  log_config one:LogConfig | Where its log goes.
  volumes list:ContainerVolume exists | Volumes and folders mounted into it.
  volumes_from texts each:required each:containernameexists each:requiressubscription | Containers whose volumes it has too, by name.
  extra_hosts list:ExtraHost exists | Names that it can resolve.
  support_files list:ContainerSupportFile exists | Files for support bundles.
  support_commands list:ContainerSupportCommand exists | Commands for support bundles.
  content_trust one:ContentTrust | Key that must have signed its image.
  when text | Whether it runs; a template.
  dynamic text in:true,false | Its image is pulled even while it does not run.
  pid_mode text in:host | Whose processes it sees.
  shm_size uintstring omitempty uint | Size of /dev/shm in bytes.
  labels texts | Its labels, name=value.
  stop_timeout uintstring omitempty uint | Seconds it has to stop; 10 by default.
  oom_kill_disable boolstring omitempty bool | It is not killed when memory runs out.
  network text | A network of Docker that it joins as well.
  network_aliases texts | Its names in that network.
  links texts | Containers that it reaches by another name.
  ipv4_address text | Its address in that network.
  ipv6_address text | Its address in that network.
  user text | User it runs as, uid or uid:gid.
  readonly_rootfs boolstring | Its root is read-only.
  slipway one:ContainerExtension | What the original language had no word for.

type RestartPolicy | When Docker starts a container again.
  policy text in:no,always,on-failure | no, always or on-failure.
  max uint | Most restarts of on-failure; 0 for no limit.

type InstanceCount | How many of a container run.
  initial uintstring omitempty uint | At first; 1 by default.
  max uintstring omitempty uint | At most; 0 for no limit.
  threshold_healthy uintstring omitempty uint | So many must run to be healthy.
  threshold_degraded uintstring omitempty uint | So many must run to be degraded; below that it failed.

type Ulimit | A limit of a container's processes.
  name text required | Its name, such as nofile.
  soft text | The limit that a process may raise.
  hard text | The limit up to which it may.

type ConfigFile | A file written into a container.
  filename text required | Its path in the container.
  contents text | What it holds; a template.
  source text in:github | Where it is fetched from, in place of contents.
  owner text | Owner of the repository.
  repo text | The repository.
  path text | The file's path in it.
  ref text | Branch, tag or commit.
  file_mode text | Its mode, octal; 0644 by default.
  file_owner text | Number of its owner.

type CustomerFile | A file that the admin uploaded, written into a container.
  name text | Name of the setting, one of type file.
  filename text | Its path in the container.
  when text | Whether it is written; a template.
  file_mode text | Its mode, octal; 0644 by default.
  file_owner text | Number of its owner.

type EnvVar | A variable of a container's environment.
  name text | Its name.
  value text | Its value; a template.
  static_val text | The same; deprecated.
  is_excluded_from_support text in:true,false | Its value stays out of support bundles.
  when text | Whether it is set; a template.

type ContainerEvent | An event of a container, which starts others.
  name text | Its name.
  trigger text in:container-start,container-stop,port-listen,exec | When it happens.
  data text | port-listen: the container's port.
  args texts | exec: the program and its arguments.
  timeout int | Seconds to wait for it; 0 is 600, -1 for ever.
  subscriptions list:Subscription exists | Containers that it starts.

type Subscription | A container that an event starts.
  component text componentexists | Its component.
  container text containerexists | Its image_name, or its name.
  action text in:start | What happens to it; start only.

type ExtraHost | A name that a container can resolve.
  hostname text required | The name.
  address text required | Its address.
  when text | Whether it is there; a template.

type ContainerPort | A port of a container on the host.
  private_port text required | The port in the container.
  public_port text required_minapiversion | The port of the host; chosen by Docker without one.
  public_port_initial text | The first port of the host when several of the container run.
  interface text | Address or network interface of the host; all without one.
  port_type text in:tcp,udp | tcp or udp; tcp by default.
  when text | Whether it is published; a template.

type ContainerVolume | A volume or folder mounted into a container.
  host_path text required | Path on the host, or the name of a volume.
  container_path text required absolutepath | Path in the container.
  options texts volumeoptions | rw or ro; z or Z; nocopy; a propagation such as rshared.
  when text | Whether it is mounted; a template.
  permission text | Its mode when it is made, octal.
  owner text | Number of its owner when it is made.
  is_ephemeral text in:true,false | It stays out of snapshots.
  is_excluded_from_backup text in:true,false | It stays out of snapshots.

type ContainerSupportFile | A file for support bundles.
  filename text required | Its path in the container.

type ContainerSupportCommand | A command for support bundles.
  filename text required | Name of what it prints, in the bundle.
  command texts | Program and arguments.
)";

}  // namespace

std::string_view container_language() {
  return k_container_language;
}

}  // namespace agent::manifest
