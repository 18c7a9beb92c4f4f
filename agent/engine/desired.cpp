#include "agent/engine/desired.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "agent/engine/container_translation.hpp"
#include "agent/engine/spec_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::engine {
namespace {

constexpr std::size_t k_hash_in_name = 8;

// A network or pid mode, or volumes, of another container name it by its key. The engine needs its
// name there, which holds a hash: a changed container changes those that are attached to it.
class Translation {
 public:
  Translation(const render::Deployment& deployment, std::string_view label_key)
      : deployment_(deployment), label_key_(label_key) {}

  const DesiredContainer& container(const render::Container& source) {
    if (const auto found = done_.find(source.key); found != done_.end()) {
      return found->second;
    }
    auto& result = done_[source.key];  // A circle meets the unfinished one and ends there.
    result = translate(deployment_, source);
    attach(result);
    name_and_label(source, result);
    return result;
  }

 private:
  std::string name_of_key(const std::string& key, DesiredContainer& from) {
    const auto* source = deployment_.find(key);
    if (source == nullptr) {
      return key;  // A container that is not ours, by its name.
    }
    from.attached_to.push_back(key);
    return container(*source).spec.name;
  }

  void attach(DesiredContainer& container) {
    constexpr std::string_view k_prefix = "container:";
    for (auto* mode : {&container.spec.network_mode, &container.spec.pid_mode}) {
      if (mode->starts_with(k_prefix)) {
        *mode = std::string(k_prefix) + name_of_key(mode->substr(k_prefix.size()), container);
      }
    }
    for (auto& source : container.spec.volumes_from) {
      source = name_of_key(source, container);
    }
  }

  void name_and_label(const render::Container& source, DesiredContainer& container) const {
    auto text = canonical_text(facts_of(container.spec));
    for (const auto& directory : source.config) {
      if (directory.delivery == render::ConfigDelivery::archive) {
        text += "copied " + directory.hash;
      }
    }
    container.spec_hash = base::crypto::hex_encode(base::crypto::keyed_hash(label_key_, text));
    container.spec.name = source.docker_name.empty()
                              ? fmt::format("{}-{}-{}",
                                            deployment_.app,
                                            source.service,
                                            container.spec_hash.substr(0, k_hash_in_name))
                              : source.docker_name;
    auto& labels = container.spec.labels;
    labels[k_label_app] = deployment_.app;
    labels[k_label_component] = source.component;
    labels[k_label_container] = source.key;
    labels[k_label_deployment] = deployment_id_;
    labels[k_label_spec] = container.spec_hash;
    labels[k_label_role] = std::string(name_of(container.role));
  }

  const render::Deployment& deployment_;
  std::string_view label_key_;
  std::string deployment_id_ = deployment_.id();
  std::map<std::string, DesiredContainer> done_;
};

void add_triggers(const render::Deployment& deployment, Desired& desired) {
  for (const auto& publisher : deployment.containers) {
    for (const auto& event : publisher.publish_events) {
      for (const auto& subscriber : event.subscribers) {
        const auto found = std::find_if(
            desired.containers.begin(), desired.containers.end(), [&](const auto& candidate) {
              return candidate.key == subscriber;
            });
        if (found != desired.containers.end()) {
          found->triggers.push_back(trigger_of(publisher.key, event));
        }
      }
    }
  }
  // What others wait for to end is meant to end, whether the manifest says `ephemeral` or not.
  for (auto& container : desired.containers) {
    const auto* source = deployment.find(container.key);
    for (const auto& event : source->publish_events) {
      if (event.trigger == render::EventTrigger::container_stop && !event.subscribers.empty() &&
          container.restart.kind == docker::RestartKind::no) {
        container.role = Role::job;
        container.spec.labels[k_label_role] = std::string(name_of(Role::job));
      }
    }
  }
}

void add_storage(const render::Deployment& deployment, Desired& desired) {
  const std::map<std::string, std::string> data{{k_label_app, deployment.app}};
  const std::map<std::string, std::string> config{
      {k_label_app, deployment.app}, {k_label_role, std::string(name_of(Role::config))}};
  for (const auto& volume : deployment.volumes) {
    desired.volumes.push_back(volume_of(volume, data));
  }
  for (const auto& directory : deployment.host_directories) {
    desired.host_directories.push_back(directory_of(directory));
  }
  std::set<std::string> known;  // Two containers of one image may have the same directory.
  for (const auto& container : deployment.containers) {
    for (const auto& directory : container.config) {
      if (directory.delivery == render::ConfigDelivery::volume &&
          known.insert(directory.volume).second) {
        desired.config_volumes.push_back({.volume = {.name = directory.volume, .labels = config},
                                          .image = image_of(container.image),
                                          .target = directory.target,
                                          .files = files_of(directory)});
      }
    }
  }
}

}  // namespace

base::Result<Desired> desired_of(const render::Deployment& deployment, std::string_view label_key) {
  Desired desired;
  desired.deployment = {deployment.id()};
  desired.app = deployment.app;
  desired.title = deployment.name;
  desired.version = deployment.version;
  for (const auto& network : deployment.networks) {
    if (network.external) {
      desired.external_networks.push_back(network.name);
    } else {
      desired.networks.push_back({.name = network.name, .labels = {{k_label_app, deployment.app}}});
    }
  }
  desired.secrets = deployment.secret_values;
  add_storage(deployment, desired);
  Translation translation(deployment, label_key);
  for (const auto& container : deployment.containers) {
    desired.containers.push_back(translation.container(container));
  }
  add_triggers(deployment, desired);
  if (deployment.ready) {
    BASE_TRY_ASSIGN(desired.ready, ready_probe_of(*deployment.ready));
  }
  return desired;
}

}  // namespace agent::engine
