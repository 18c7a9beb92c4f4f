#include "agent/engine/observation.hpp"

#include "agent/engine/desired.hpp"

#include <algorithm>
#include <tuple>

namespace agent::engine {
namespace {

std::string label_of(const std::map<std::string, std::string>& labels, const char* name) {
  const auto found = labels.find(name);
  return found == labels.end() ? std::string() : found->second;
}

base::Status add_containers(docker::Engine& engine,
                            const std::string& filter,
                            const docker::Call& call,
                            Observation& observation) {
  BASE_TRY_ASSIGN(const auto summaries,
                  engine.list_containers({.labels = {filter}, .all = true}, call));
  for (const auto& summary : summaries) {
    auto details = engine.inspect_container(summary.id, call);
    if (!details) {
      if (details.error().code == base::ErrorCode::not_found) {
        continue;  // Removed between the two calls.
      }
      return std::move(details).error();
    }
    ObservedContainer observed{.key = label_of(details->labels, k_label_container),
                               .component = label_of(details->labels, k_label_component),
                               .spec_hash = label_of(details->labels, k_label_spec),
                               .role = label_of(details->labels, k_label_role),
                               .details = *std::move(details)};
    observation.containers.push_back(std::move(observed));
  }
  return base::ok();
}

base::Status add_images(docker::Engine& engine,
                        const std::set<std::string>& images,
                        const docker::Call& call,
                        Observation& observation) {
  for (const auto& reference : images) {
    const auto image = engine.inspect_image(reference, call);
    if (image) {
      observation.images[reference] = image->id;
    } else if (image.error().code != base::ErrorCode::not_found) {
      return image.error();
    }
  }
  return base::ok();
}

}  // namespace

const ObservedContainer* Observation::by_id(const std::string& id) const {
  const auto found = std::find_if(containers.begin(), containers.end(), [&](const auto& candidate) {
    return candidate.details.id == id;
  });
  return found == containers.end() ? nullptr : &*found;
}

const docker::NetworkDetails* Observation::network(const std::string& name) const {
  const auto found = std::find_if(networks.begin(), networks.end(), [&](const auto& candidate) {
    return candidate.name == name;
  });
  return found == networks.end() ? nullptr : &*found;
}

bool Observation::has_volume(const std::string& name) const {
  return std::any_of(
      volumes.begin(), volumes.end(), [&](const auto& volume) { return volume.name == name; });
}

base::Result<Observation> observe(docker::Engine& engine,
                                  const std::string& app,
                                  const std::set<std::string>& images,
                                  const docker::Call& call) {
  const auto filter = std::string(k_label_app) + "=" + app;
  Observation observation;
  observation.app = app;
  BASE_TRY(add_containers(engine, filter, call, observation));
  BASE_TRY_ASSIGN(observation.networks, engine.list_networks({filter}, call));
  BASE_TRY_ASSIGN(observation.volumes, engine.list_volumes({filter}, call));
  BASE_TRY(add_images(engine, images, call, observation));

  std::sort(observation.containers.begin(),
            observation.containers.end(),
            [](const auto& left, const auto& right) {
              return std::tie(left.key, left.details.name, left.details.id) <
                     std::tie(right.key, right.details.name, right.details.id);
            });
  const auto by_name = [](const auto& left, const auto& right) { return left.name < right.name; };
  std::sort(observation.networks.begin(), observation.networks.end(), by_name);
  std::sort(observation.volumes.begin(), observation.volumes.end(), by_name);
  return observation;
}

}  // namespace agent::engine
