#include "tests/support/agent/engine/fake_engine.hpp"

#include "agent/engine/desired.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

namespace agent::engine {
namespace {

using base::Error;
using base::ErrorCode;
using docker::Call;
using docker::ContainerStatus;
using Lock = std::lock_guard<std::recursive_mutex>;

Error not_found(const std::string& what) {
  return {.code = ErrorCode::not_found, .message = "no such thing: " + what};
}

bool matches(const std::map<std::string, std::string>& labels,
             const std::vector<std::string>& filters) {
  return std::all_of(filters.begin(), filters.end(), [&](const std::string& filter) {
    const auto equals = filter.find('=');
    const auto found = labels.find(filter.substr(0, equals));
    return found != labels.end() &&
           (equals == std::string::npos || found->second == filter.substr(equals + 1));
  });
}

std::string key_of(const FakeEngine::Container& container) {
  const auto found = container.spec.labels.find(k_label_container);
  return found == container.spec.labels.end() ? container.spec.name : found->second;
}

class FakeExec final : public docker::ExecSession {
 public:
  explicit FakeExec(int code) : code_(code) {}
  [[nodiscard]] const std::string& id() const override { return id_; }
  base::Result<std::optional<docker::ExecChunk>> read(const Call& /*call*/) override {
    return std::optional<docker::ExecChunk>();
  }
  base::Status write(std::string_view /*data*/, const Call& /*call*/) override {
    return base::ok();
  }
  base::Status close_stdin() override { return base::ok(); }
  base::Status resize(int /*rows*/, int /*columns*/, const Call& /*call*/) override {
    return base::ok();
  }
  base::Result<int> exit_code(const Call& /*call*/) override { return code_; }

 private:
  std::string id_ = "exec";
  int code_;
};

}  // namespace

void FakeEngine::set_away(bool away) {
  const Lock lock(mutex_);
  away_ = away;
  published_.notify_all();
}

void FakeEngine::publish(docker::Event event) {
  const Lock lock(mutex_);
  event.time_nanoseconds = ++event_time_;
  events_.push_back(std::move(event));
  published_.notify_all();
}

void FakeEngine::emit(const Container& container, const std::string& action) {
  publish({.type = "container",
           .action = action,
           .id = container.details.id,
           .attributes = container.spec.labels});
}

const FakeEngine::Container* FakeEngine::by_key(const std::string& key) const {
  const Lock lock(mutex_);
  for (const auto& [id, container] : containers) {
    if (key_of(container) == key) {
      return &container;
    }
  }
  return nullptr;
}

std::vector<std::string> FakeEngine::changes_of(const std::string& verb) const {
  const Lock lock(mutex_);
  std::vector<std::string> found;
  for (const auto& text : changes) {
    if (text.starts_with(verb + " ")) {
      found.push_back(text);
    }
  }
  return found;
}

std::vector<std::string> FakeEngine::picture() const {
  const Lock lock(mutex_);
  std::vector<std::string> lines;
  for (const auto& [id, container] : containers) {
    lines.push_back("container " + container.details.name + " " +
                    std::string(docker::name_of(container.details.status)) + " restart " +
                    std::to_string(static_cast<int>(container.details.restart.kind)));
  }
  for (const auto& [id, network] : networks) {
    lines.push_back("network " + network.name);
  }
  for (const auto& [name, volume] : volumes) {
    lines.push_back("volume " + name + (written_volumes.contains(name) ? " written" : ""));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

base::Status FakeEngine::enter(const std::string& text) const {
  if (away_) {
    return Error{.code = ErrorCode::unavailable, .message = "the engine is away"};
  }
  if (intercept) {
    if (auto error = intercept(text)) {
      return *std::move(error);
    }
  }
  return base::ok();
}

base::Status FakeEngine::change(const std::string& text) {
  BASE_TRY(enter(text));
  changes.push_back(text);
  return base::ok();
}

FakeEngine::Container* FakeEngine::find(const std::string& name_or_id) {
  for (auto& [id, container] : containers) {
    if (id == name_or_id || container.details.name == name_or_id) {
      return &container;
    }
  }
  return nullptr;
}

base::Result<FakeEngine::Container*> FakeEngine::require(const std::string& name_or_id) {
  auto* found = find(name_or_id);
  if (found == nullptr) {
    return not_found("container " + name_or_id);
  }
  return found;
}

base::Result<docker::EngineVersion> FakeEngine::ping(const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(enter("ping"));
  return docker::EngineVersion{.newest = {1, 41}, .negotiated = {1, 41}};
}

base::Result<docker::EngineInfo> FakeEngine::info(const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(enter("info"));
  return docker::EngineInfo{.server_version = "20.10.24", .data_root = data_root};
}

base::Result<std::string> FakeEngine::create_container(const docker::ContainerSpec& spec,
                                                       const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(change("create_container " + spec.name));
  if (find(spec.name) != nullptr) {
    return Error{.code = ErrorCode::conflict, .message = "name in use", .reason = "name_in_use"};
  }
  const auto image = std::find_if(images.begin(), images.end(), [&](const auto& entry) {
    return entry.second == spec.image || entry.first == spec.image;
  });
  if (image == images.end()) {
    return not_found("image " + spec.image);
  }
  Container container{.spec = spec};
  auto& details = container.details;
  details.id = "c" + std::to_string(next_++);
  details.name = spec.name;
  details.image_id = image->second;
  details.image = spec.image;
  details.status = ContainerStatus::created;
  details.labels = spec.labels;
  details.restart = spec.restart;
  details.stop_timeout = spec.stop_timeout.value_or(details.stop_timeout);
  for (const auto& attachment : spec.networks) {
    details.networks[attachment.network] = {.ipv4 = "10.0.0.1"};
  }
  for (const auto& mount : spec.mounts) {
    if (mount.kind == docker::MountKind::volume) {
      volumes.try_emplace(mount.source, docker::VolumeDetails{.name = mount.source});
      details.mounts.push_back({.kind = mount.kind, .name = mount.source, .target = mount.target});
    } else if (mount.kind == docker::MountKind::bind) {
      details.mounts.push_back(
          {.kind = mount.kind, .source = mount.source, .target = mount.target});
    }
  }
  const auto id = details.id;
  emit(container, "create");
  containers[id] = std::move(container);
  return id;
}

base::Status FakeEngine::start_container(const std::string& name, const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY_ASSIGN(auto* container, require(name));
  BASE_TRY(change("start_container " + container->details.name));
  auto& details = container->details;
  if (details.running()) {
    return base::ok();
  }
  for (auto& [network, endpoint] : details.networks) {
    const auto found =
        std::find_if(networks.begin(), networks.end(), [&name = network](const auto& entry) {
          return entry.second.name == name;
        });
    if (found == networks.end()) {
      return not_found("network " + network);
    }
    endpoint.network_id = found->first;
  }
  details.status = ContainerStatus::running;
  details.pid = 1000 + next_;
  details.started = base::WallTime(std::chrono::milliseconds(next_++));
  details.health =
      container->spec.healthcheck ? docker::HealthStatus::healthy : docker::HealthStatus::none;
  for (const auto& port : container->spec.ports) {
    details.ports.push_back({.container_port = port.container_port,
                             .protocol = port.protocol,
                             .host_ip = port.host_ip,
                             .host_port = port.host_port.value_or(0)});
  }
  emit(*container, "start");
  if (on_start) {
    on_start(*container);
  }
  return base::ok();
}

base::Status FakeEngine::stop_container(const std::string& name,
                                        std::optional<std::chrono::seconds> /*grace*/,
                                        const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY_ASSIGN(auto* container, require(name));
  BASE_TRY(change("stop_container " + container->details.name));
  container->details.status = ContainerStatus::exited;
  container->details.exit_code = 143;
  container->details.pid = 0;
  container->details.ports.clear();
  emit(*container, "die");
  return base::ok();
}

base::Status FakeEngine::restart_container(const std::string& name,
                                           std::optional<std::chrono::seconds> grace,
                                           const Call& call) {
  BASE_TRY(stop_container(name, grace, call));
  return start_container(name, call);
}

base::Status FakeEngine::kill_container(const std::string& name,
                                        const std::string& /*signal*/,
                                        const Call& call) {
  return stop_container(name, std::nullopt, call);
}

base::Result<int> FakeEngine::wait_container(const std::string& name,
                                             docker::WaitCondition /*condition*/,
                                             const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY_ASSIGN(auto* container, require(name));
  return container->details.exit_code;
}

base::Status FakeEngine::remove_container(const std::string& name,
                                          docker::Force force,
                                          docker::VolumeRemoval /*volumes*/,
                                          const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY_ASSIGN(auto* container, require(name));
  BASE_TRY(change("remove_container " + container->details.name));
  if (container->details.running() && force == docker::Force::no) {
    return Error{.code = ErrorCode::conflict, .message = "it runs"};
  }
  emit(*container, "destroy");
  const auto id = container->details.id;
  containers.erase(id);
  return base::ok();
}

base::Status FakeEngine::rename_container(const std::string& name,
                                          const std::string& to,
                                          const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY_ASSIGN(auto* container, require(name));
  BASE_TRY(change("rename_container " + container->details.name));
  container->details.name = to;
  return base::ok();
}

base::Status FakeEngine::update_restart_policy(const std::string& name,
                                               const docker::RestartPolicy& policy,
                                               const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY_ASSIGN(auto* container, require(name));
  BASE_TRY(change("update_restart_policy " + container->details.name));
  container->details.restart = policy;
  emit(*container, "update");
  return base::ok();
}

base::Result<docker::ContainerDetails> FakeEngine::inspect_container(const std::string& name,
                                                                     const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(enter("inspect_container " + name));
  BASE_TRY_ASSIGN(auto* container, require(name));
  return container->details;
}

base::Result<std::vector<docker::ContainerSummary>> FakeEngine::list_containers(
    const docker::ListContainers& query, const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(enter("list_containers"));
  std::vector<docker::ContainerSummary> summaries;
  for (const auto& [id, container] : containers) {
    const auto& details = container.details;
    if (matches(details.labels, query.labels) && (query.all || details.running())) {
      summaries.push_back({.id = id,
                           .name = details.name,
                           .image = details.image,
                           .image_id = details.image_id,
                           .status = details.status,
                           .health = details.health,
                           .labels = details.labels,
                           .ports = details.ports});
    }
  }
  return summaries;
}

base::Status FakeEngine::read_logs(const std::string& name,
                                   const docker::LogQuery& /*query*/,
                                   const std::function<bool(const docker::LogLine&)>& on_line,
                                   const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(enter("read_logs " + name));
  BASE_TRY(require(name));
  for (const auto& text : log_lines) {
    if (!on_line({.text = text})) {
      break;
    }
  }
  return base::ok();
}

base::Result<docker::ContainerStats> FakeEngine::sample_stats(const std::string& /*container*/,
                                                              const Call& /*call*/) {
  return docker::ContainerStats{};
}

base::Status FakeEngine::put_archive(const std::string& name,
                                     const std::string& path,
                                     const base::http::BodySource& tar,
                                     const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY_ASSIGN(auto* container, require(name));
  BASE_TRY(change("put_archive " + container->details.name + " " + path));
  std::array<char, 4096> buffer{};
  for (;;) {
    BASE_TRY_ASSIGN(const auto count, tar(buffer.data(), buffer.size()));
    if (count == 0) {
      break;
    }
  }
  container->archives.push_back(path);
  for (const auto& mount : container->details.mounts) {
    if (mount.target == path) {
      written_volumes.insert(mount.name);
    }
  }
  return base::ok();
}

base::Status FakeEngine::get_archive(const std::string& name,
                                     const std::string& /*path*/,
                                     const std::function<bool(std::string_view)>& /*on_data*/,
                                     const Call& /*call*/) {
  return not_found(name);
}

base::Result<std::unique_ptr<docker::ExecSession>> FakeEngine::open_exec(
    const std::string& name, const docker::ExecSpec& spec, const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(enter("exec " + name));
  BASE_TRY_ASSIGN(auto* container, require(name));
  const int code = on_exec ? on_exec(key_of(*container), spec.argv) : 0;
  return std::unique_ptr<docker::ExecSession>(std::make_unique<FakeExec>(code));
}

base::Result<docker::ExecState> FakeEngine::inspect_exec(const std::string& /*exec*/,
                                                         const Call& /*call*/) {
  return docker::ExecState{.exit_code = 0};
}

base::Result<docker::ImageDetails> FakeEngine::inspect_image(const std::string& image,
                                                             const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(enter("inspect_image " + image));
  const auto found = images.find(image);
  if (found == images.end()) {
    return not_found("image " + image);
  }
  return docker::ImageDetails{.id = found->second};
}

base::Result<std::vector<docker::ImageSummary>> FakeEngine::list_images(
    const std::string& /*reference*/, const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(enter("list_images"));
  std::vector<docker::ImageSummary> summaries;
  for (const auto& [reference, id] : images) {
    summaries.push_back({.id = id, .tags = {reference}});
  }
  return summaries;
}

base::Status FakeEngine::pull_image(const docker::PullImage& pull,
                                    const docker::OnImageProgress& on_progress,
                                    const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(change("pull_image " + pull.reference));
  const auto found = pullable.find(pull.reference);
  if (found == pullable.end()) {
    return not_found("image " + pull.reference);
  }
  on_progress({.status = "Downloading", .layer = "a", .current = 5, .total = 10});
  images[found->first] = found->second;
  return base::ok();
}

base::Result<std::vector<std::string>> FakeEngine::load_images(
    const base::http::BodySource& /*archive*/,
    const docker::OnImageProgress& /*on_progress*/,
    const Call& /*call*/) {
  return std::vector<std::string>{};
}

base::Status FakeEngine::tag_image(const std::string& image,
                                   const std::string& /*repository*/,
                                   const std::string& /*tag*/,
                                   const Call& /*call*/) {
  const Lock lock(mutex_);
  return change("tag_image " + image);
}

base::Status FakeEngine::remove_image(const std::string& image, const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(change("remove_image " + image));
  images.erase(image);
  return base::ok();
}

base::Result<std::string> FakeEngine::create_network(const docker::NetworkSpec& spec,
                                                     const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(change("create_network " + spec.name));
  const auto id = "n" + std::to_string(next_++);
  networks[id] = {.id = id, .name = spec.name, .labels = spec.labels};
  return id;
}

base::Result<docker::NetworkDetails> FakeEngine::inspect_network(const std::string& network,
                                                                 const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(enter("inspect_network " + network));
  for (const auto& [id, details] : networks) {
    if (id == network || details.name == network) {
      return details;
    }
  }
  return not_found("network " + network);
}

base::Result<std::vector<docker::NetworkDetails>> FakeEngine::list_networks(
    const std::vector<std::string>& labels, const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(enter("list_networks"));
  std::vector<docker::NetworkDetails> found;
  for (const auto& [id, details] : networks) {
    if (matches(details.labels, labels)) {
      found.push_back(details);
    }
  }
  return found;
}

base::Status FakeEngine::connect_network(const std::string& container,
                                         const docker::NetworkAttachment& /*attachment*/,
                                         const Call& /*call*/) {
  const Lock lock(mutex_);
  return change("connect_network " + container);
}

base::Status FakeEngine::disconnect_network(const std::string& container,
                                            const std::string& /*network*/,
                                            const Call& /*call*/) {
  const Lock lock(mutex_);
  return change("disconnect_network " + container);
}

base::Status FakeEngine::remove_network(const std::string& network, const Call& call) {
  const Lock lock(mutex_);
  BASE_TRY_ASSIGN(const auto details, inspect_network(network, call));
  BASE_TRY(change("remove_network " + details.name));
  for (const auto& [id, container] : containers) {
    const auto endpoint = container.details.networks.find(details.name);
    if (container.details.running() && endpoint != container.details.networks.end()) {
      return Error{.code = ErrorCode::conflict, .message = "the network has members"};
    }
  }
  networks.erase(details.id);
  return base::ok();
}

base::Result<docker::VolumeDetails> FakeEngine::create_volume(const docker::VolumeSpec& spec,
                                                              const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(change("create_volume " + spec.name));
  auto [entry, fresh] = volumes.try_emplace(
      spec.name, docker::VolumeDetails{.name = spec.name, .labels = spec.labels});
  if (fresh && !volume_root.empty()) {
    entry->second.mountpoint = volume_root + "/" + spec.name;
    std::filesystem::create_directory(entry->second.mountpoint);
  }
  return entry->second;
}

base::Result<docker::VolumeDetails> FakeEngine::inspect_volume(const std::string& name,
                                                               const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(enter("inspect_volume " + name));
  const auto found = volumes.find(name);
  if (found == volumes.end()) {
    return not_found("volume " + name);
  }
  return found->second;
}

base::Result<std::vector<docker::VolumeDetails>> FakeEngine::list_volumes(
    const std::vector<std::string>& labels, const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(enter("list_volumes"));
  std::vector<docker::VolumeDetails> found;
  for (const auto& [name, details] : volumes) {
    if (matches(details.labels, labels)) {
      found.push_back(details);
    }
  }
  return found;
}

base::Status FakeEngine::remove_volume(const std::string& name, const Call& /*call*/) {
  const Lock lock(mutex_);
  BASE_TRY(change("remove_volume " + name));
  for (const auto& [id, container] : containers) {
    for (const auto& mount : container.details.mounts) {
      if (mount.name == name) {
        return Error{.code = ErrorCode::conflict, .message = "the volume is in use"};
      }
    }
  }
  if (volumes.erase(name) == 0) {
    return not_found("volume " + name);
  }
  written_volumes.erase(name);
  return base::ok();
}

base::Status FakeEngine::stream_events(const docker::EventQuery& /*query*/,
                                       const std::function<bool()>& on_open,
                                       const std::function<bool(const docker::Event&)>& on_event,
                                       const Call& call) {
  {
    const Lock lock(mutex_);
    BASE_TRY(enter("stream_events"));
    events_.clear();
  }
  if (!on_open()) {
    return base::ok();
  }
  for (;;) {
    docker::Event event;
    {
      std::unique_lock lock(mutex_);
      published_.wait(lock, call.stop, [&] { return away_ || !events_.empty(); });
      if (call.stop.stop_requested()) {
        return Error{.code = ErrorCode::cancelled, .message = "stopped"};
      }
      if (away_) {
        return Error{.code = ErrorCode::unavailable, .message = "the engine is away"};
      }
      event = events_.front();
      events_.pop_front();
    }
    if (!on_event(event)) {
      return base::ok();
    }
  }
}

}  // namespace agent::engine
