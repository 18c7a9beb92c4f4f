#include "agent/manifest/language.hpp"

namespace agent::manifest {

namespace {

constexpr std::string_view k_operations_language = R"(
type AdminCommand | A command that the admin may run in a container. The container is named in one of five shapes.
  alias text required shellalias | Word by which it is called.
  command texts required | Program and its first arguments.
  timeout uint | Seconds after which it is given up.
  run_type text in:exec | How it runs; exec only.
  when text | Whether it is offered; a template.
  source one:ContainerSource | The container, written out in full.
  replicated one:SourceNative | The container, of the native scheduler.
  kubernetes one:SourceKubernetes | The container, of Kubernetes.
  swarm one:SourceSwarm | The container, of Swarm.
  component text omitempty componentexists | The container's component, in short.
  container text | The container's image_name, in short; with a selector, its name in the pod.
  image one:CommandImage | The container's image, before version 2.6.0 of the language.
  selector textmap | Labels of the pod, in short.
  selectors textmap | The same; deprecated.
  service text | The service of Swarm, in short.

type CommandImage | The image by which old documents name a container.
  image_name text required | Its name.
  version text | Its tag.

type ContainerSource | A container, by the scheduler that runs it.
  replicated one:SourceNative | Of the native scheduler.
  swarm one:SourceSwarm | Of Swarm.
  kubernetes one:SourceKubernetes | Of Kubernetes.
  component text | The component, in short.
  container text | The container's image_name, in short.
  selector textmap | Labels of the pod, in short.
  selectors textmap | The same; deprecated.
  service text | The service of Swarm, in short.

type SourceNative | A container of the native scheduler.
  component text required componentexists | Its component.
  container text | Its image_name.

type SourceSwarm | A service of Swarm.
  service text required | Its name.
  container text | Means nothing.

type SourceKubernetes | A container of a pod.
  selector textmap each:required | Labels of the pod.
  selectors textmap | The same; deprecated.
  container text | Name of the container in the pod.

type CustomRequirement | A check before the application starts.
  id text required customrequirementidunique | Its name.
  message must:Message | What is checked, for people.
  details one:Message | More about it.
  when boolstring | Whether it is made; a template.
  command must:CustomCommand | How it is made.
  results list:CustomCommandResult required min | What its outcomes mean; the first that fits counts.

type CustomCommand | A check.
  id text required in:scheduler,raw,disk_space_available,disk_space_total,port_available,tcp_dial,http_request | Its kind.
  timeout int | Seconds after which it failed; 15 by default, -1 for never.
  data any | What it needs, by its kind.

type CustomCommandResult | What an outcome of a check means.
  status text required in:success,warn,error | What it is.
  message must:Message | What to tell people.
  condition one:CustomCommandCondition | When this is the outcome; always without one.

type CustomCommandCondition | When something is the outcome: all of these hold.
  error bool | The check itself failed.
  status_code int | The code that it ended with.
  bool_expr boolstring | A template over .Result, .Results, .StatusCode and .Error that gives true.

type Message | Text for people, with its translations; or the text alone.
  id text | Name of the text in localization.
  default_message text required | The text, a template over args.
  args anymap | Values for the text, templates.

type Backup | Snapshots.
  enabled text in:true,false | Whether snapshots can be taken.
  hidden text in:true,false | Whether the console hides them.
  pause_all bool | All containers are paused while a snapshot is taken; deprecated.
  pause_containers text in:true,false | All containers are paused while a snapshot is taken.
  exclude_registry_data text in:true,false | Images stay out of snapshots.
  disable_deduplication text in:true,false | Each file is kept whole.
  script text | Shell commands before a snapshot.
  restore_script text | Shell commands after a restore.
  kubernetes one:KubernetesBackups | What of Kubernetes is taken.
  swarm one:SwarmBackups | What of Swarm is taken.
  strategies raw:BackupStrategy | Several kinds of snapshots.

type BackupStrategy | A kind of snapshots.
  name text | Its name.
  description text | What it is for.
  exclude_app_data text in:true,false | The application's volumes stay out.
  exclude_replicated_data text in:true,false | Settings and licence stay out, so that it cannot be restored alone.
  exclude_registry_data text in:true,false | Images stay out.
  disable_deduplication text in:true,false | Each file is kept whole.
  enabled text in:true,false | Whether it can be taken.
  pause_containers text in:true,false | All containers are paused meanwhile.
  script text | Shell commands before.
  restore_script text | Shell commands after a restore.
  manual text in:true,false | Taken by the button too.
  kubernetes one:KubernetesBackups | What of Kubernetes is taken.
  swarm one:SwarmBackups | What of Swarm is taken.

type KubernetesBackups | What of Kubernetes a snapshot takes.
  pvc_names texts | Claims of volumes.
  shared_fs_paths texts | Folders of the shared file system.

type SwarmBackups | What of Swarm a snapshot takes.
  volumes texts | Volumes.

type Monitors | Graphs of the dashboard.
  cpuacct texts each:componentcontainer each:componentexists each:containerexists | Containers whose processor time is shown, "component,image_name".
  memory texts each:componentcontainer each:componentexists each:containerexists | Containers whose memory is shown, "component,image_name".
  custom list:CustomMonitor hastarget | Graphs of the vendor's own.

type CustomMonitor | A graph.
  name text required | Its title.
  target text | What it shows; deprecated in favour of targets.
  targets texts | What it shows, expressions of Graphite.
  dashboard text | Where it is shown.
  from text | Its beginning, such as -15min.
  until text | Its end.
  display one:MonitorDisplay | How it looks.
  label_unit text | As in display; deprecated here.
  label_scale text monitorlabelscale | As in display; deprecated here.
  label_range_override bool | As in display; deprecated here.
  label_min float | As in display; deprecated here.
  label_max float | As in display; deprecated here.
  label_count int | As in display; deprecated here.
  fill_color text hexcolor|rgb|rgba|isempty | As in display; deprecated here.
  stroke_color text hexcolor|rgb|rgba|isempty | As in display; deprecated here.
  css_class_name text | As in display; deprecated here.

type MonitorDisplay | How a graph looks.
  label_unit text | Unit of its values.
  label_scale text monitorlabelscale in:metric,none | metric, none, or a number to divide by.
  label_range_override bool | label_min and label_max bound the axis.
  label_min float | Least value of the axis.
  label_max float | Largest value of the axis.
  label_count int | Number of labels of the axis.
  fill_color text hexcolor|rgb|rgba|isempty | Colour of the area.
  stroke_color text hexcolor|rgb|rgba|isempty | Colour of the line.
  css_class_name text | Class of its style.

type CustomMetric | How a metric is kept.
  target text required | Its name, a regular expression.
  retention text graphiteretention | How long at which resolution, such as 15s:7d,1m:21d.
  aggregation_method text graphiteaggregation in:average,sum,min,max,last | How values are joined to a coarser one.
  xfiles_factor float | Which part of the values must be there, 0 to 1.
  reported text in:true,false | The metric is sent to the vendor.

type Support | What a support bundle collects.
  files list:SupportFile | Files of containers.
  commands list:SupportCommand | What commands print.
  timeout uintstring | Seconds after which it is made of what there is.

type SupportFile | A file of a container.
  filename text required | Its path.
  source one:ContainerSource | The container.
  component text | The component, in short.
  container text | The container's image_name, in short.
  selector textmap | Labels of the pod, in short.
  selectors textmap | The same; deprecated.
  service text | The service of Swarm, in short.

type SupportCommand | A command in a container.
  filename text required | Name of what it prints, in the bundle.
  command texts required | Program and arguments.
  source one:ContainerSource | The container.
  component text | The component, in short.
  container text | The container's image_name, in short.
  selector textmap | Labels of the pod, in short.
  selectors textmap | The same; deprecated.
  service text | The service of Swarm, in short.
)";

}  // namespace

std::string_view operations_language() {
  return k_operations_language;
}

}  // namespace agent::manifest
