#include "agent/engine/effects.hpp"

#include "agent/base/core/pause.hpp"
#include "agent/base/fs/files.hpp"
#include "agent/engine/config_archive.hpp"
#include "agent/journal/journal.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace agent::engine {
namespace {

using base::ErrorCode;
using docker::Call;

constexpr int k_attempts = 120;
constexpr std::chrono::milliseconds k_between_attempts{250};

// Something that should go away and is gone is as wanted.
base::Status gone_is_fine(base::Status status) {
  if (!status && status.error().code == ErrorCode::not_found) {
    return base::ok();
  }
  return status;
}

bool has_label(const std::map<std::string, std::string>& labels,
               const char* name,
               const std::string& value) {
  const auto found = labels.find(name);
  return found != labels.end() && found->second == value;
}

// Owner and mode of a directory that has just been made, where the manifest gives them.
base::Status set_owner(const std::string& path,
                       std::optional<std::uint32_t> uid,
                       std::optional<std::uint32_t> gid,
                       std::optional<std::uint32_t> mode) {
  const bool owned = !uid || ::chown(path.c_str(), *uid, gid.value_or(static_cast<gid_t>(-1))) == 0;
  const bool permitted = !mode || ::chmod(path.c_str(), *mode) == 0;
  if (!owned || !permitted) {
    return base::Error{
        .code = ErrorCode::io,
        .message = fmt::format(
            "set owner and mode of {}: {}", path, std::generic_category().message(errno))};
  }
  return base::ok();
}

bool holds_nothing(const std::string& folder) {
  std::error_code failure;
  return !folder.empty() && std::filesystem::is_directory(folder, failure) &&
         std::filesystem::is_empty(folder, failure) && !failure;
}

base::Error not_ours(const char* what, const std::string& name) {
  return base::Error{
      .code = ErrorCode::conflict,
      .message = fmt::format("there is a {} named {} that Slipway did not create", what, name),
      .hint = fmt::format("Rename or remove that {}, then try again.", what),
      .reason = "name_in_use"};
}

}  // namespace

Effects::Effects(docker::Engine& engine,
                 release::ImageSource& images,
                 journal::Journal& journal,
                 std::string app,
                 const Desired* target)
    : engine_(engine), images_(images), journal_(journal), app_(std::move(app)), target_(target) {}

base::Result<std::string> Effects::image_id(const std::string& reference, const Call& call) {
  auto image = engine_.inspect_image(reference, call);
  if (!image) {
    if (image.error().code == ErrorCode::not_found) {
      return base::Error{.code = ErrorCode::not_found,
                         .message = fmt::format("image {} is not in the engine", reference),
                         .hint = "Load it with `slipway images load FILE`, then apply again.",
                         .reason = "image_missing"};
    }
    return std::move(image).error();
  }
  return image->id;
}

base::Status Effects::check_image(const std::string& reference, const Call& call) {
  BASE_TRY(image_id(reference, call));
  return base::ok();
}

base::Status Effects::create_network(const std::string& name, const Call& call) {
  const auto spec = std::find_if(target_->networks.begin(),
                                 target_->networks.end(),
                                 [&](const auto& candidate) { return candidate.name == name; });
  BASE_ASSERT(spec != target_->networks.end());
  // Names of networks are not unique for the engine: look before creating a second one.
  BASE_TRY_ASSIGN(const auto existing,
                  engine_.list_networks({fmt::format("{}={}", k_label_app, app_)}, call));
  for (const auto& network : existing) {
    if (network.name == name) {
      return base::ok();
    }
  }
  for (int attempt = 1;; ++attempt) {
    auto created = engine_.create_network(*spec, call);
    if (created) {
      return base::ok();
    }
    if (created.error().code != ErrorCode::conflict) {
      return std::move(created).error();
    }
    const auto holder = engine_.inspect_network(name, call);
    if (holder && !has_label(holder->labels, k_label_app, app_)) {
      return not_ours("network", name);
    }
    if (holder) {
      return base::ok();
    }
    if (holder.error().code != ErrorCode::not_found || attempt == k_attempts ||
        call.stop.stop_requested()) {
      return std::move(created).error();
    }
    base::pause(k_between_attempts, call.stop);  // As for containers.
  }
}

base::Result<docker::VolumeDetails> Effects::create_volume(const docker::VolumeSpec& spec,
                                                           const Call& call) {
  BASE_TRY_ASSIGN(auto volume, engine_.create_volume(spec, call));
  if (volume.labels.empty() && holds_nothing(volume.mountpoint)) {
    // An engine that was killed while it made the volume has forgotten the labels.
    BASE_TRY(engine_.remove_volume(spec.name, call));
    BASE_TRY_ASSIGN(volume, engine_.create_volume(spec, call));
  }
  if (!has_label(volume.labels, k_label_app, app_)) {
    return not_ours("volume", spec.name);
  }
  return volume;
}

base::Status Effects::create_data_volume(const std::string& name, const Call& call) {
  const auto wanted =
      std::find_if(target_->volumes.begin(), target_->volumes.end(), [&](const auto& candidate) {
        return candidate.volume.name == name;
      });
  BASE_ASSERT(wanted != target_->volumes.end());
  if (!wanted->has_owner()) {
    BASE_TRY(create_volume(wanted->volume, call));
    return base::ok();
  }
  // Said of one of that name that is gone, perhaps.
  BASE_TRY(journal_.mark_incomplete(name));
  BASE_TRY_ASSIGN(const auto volume, create_volume(wanted->volume, call));
  BASE_TRY(set_owner(volume.mountpoint, wanted->uid, wanted->gid, wanted->mode));
  return journal_.mark_complete(name);
}

base::Status Effects::create_directory(const std::string& path) {
  const auto wanted = std::find_if(target_->host_directories.begin(),
                                   target_->host_directories.end(),
                                   [&](const auto& candidate) { return candidate.path == path; });
  BASE_ASSERT(wanted != target_->host_directories.end());
  constexpr mode_t k_usual_mode = 0755;
  // Under its name only with its owner: one that is found there is taken for somebody's own and
  // left as it is.
  const std::filesystem::path place(path);
  const auto unfinished = place.parent_path() / (".slipway-new-" + place.filename().string());
  BASE_TRY(base::fs::make_directories(unfinished, wanted->mode.value_or(k_usual_mode)));
  BASE_TRY(set_owner(unfinished, wanted->uid, wanted->gid, wanted->mode));
  if (::rename(unfinished.c_str(), path.c_str()) != 0) {
    const auto failure = base::fs::system_error("rename", unfinished);
    ::rmdir(unfinished.c_str());
    return failure;
  }
  return base::ok();
}

// A name that is taken by something that nobody can look at is being given or taken back: by a
// call of an agent that died in the middle of it. That is over in a moment.
base::Result<std::string> Effects::create_or_meet(const docker::ContainerSpec& spec,
                                                  std::optional<docker::ContainerDetails>& met,
                                                  const Call& call) {
  for (int attempt = 1;; ++attempt) {
    auto created = engine_.create_container(spec, call);
    if (created || created.error().code != ErrorCode::conflict) {
      return created;
    }
    auto existing = engine_.inspect_container(spec.name, call);
    if (existing) {
      met = *std::move(existing);
      return created;
    }
    if (existing.error().code != ErrorCode::not_found) {
      return std::move(existing).error();
    }
    if (attempt == k_attempts || call.stop.stop_requested()) {
      return created;
    }
    base::pause(k_between_attempts, call.stop);
  }
}

// One that an interrupted attempt left behind is made anew, since nobody knows what it saw.
base::Result<std::string> Effects::create_helper(const docker::ContainerSpec& helper,
                                                 const Call& call) {
  std::optional<docker::ContainerDetails> existing;
  auto created = create_or_meet(helper, existing, call);
  if (!existing) {
    return created;
  }
  if (!has_label(existing->labels, k_label_app, app_) ||
      !has_label(existing->labels, k_label_role, std::string(name_of(Role::config)))) {
    return not_ours("container", helper.name);
  }
  BASE_TRY(gone_is_fine(engine_.remove_container(
      existing->id, docker::Force::yes, docker::VolumeRemoval::keep, call)));
  return engine_.create_container(helper, call);
}

// The files go through a container of the consumer's image that is never started. Creating it lets
// the engine copy what the image has at that place into the empty volume; for the archive call it
// mounts the volume all the same, and unpacks as root whatever the image's user is.
base::Status Effects::fill_config_volume(const std::string& name, const Call& call) {
  const auto config = std::find_if(
      target_->config_volumes.begin(), target_->config_volumes.end(), [&](const auto& candidate) {
        return candidate.volume.name == name;
      });
  BASE_ASSERT(config != target_->config_volumes.end());
  BASE_TRY(create_volume(config->volume, call));
  BASE_TRY_ASSIGN(auto archive, config_archive(config->files));
  BASE_TRY_ASSIGN(const auto image, image_id(config->image, call));

  docker::ContainerSpec helper;
  helper.name = name + "_fill";
  helper.image = image;
  helper.command = std::vector<std::string>{"true"};  // Some images have none, which is refused.
  helper.labels = {{k_label_app, app_}, {k_label_role, std::string(name_of(Role::config))}};
  helper.network_mode = "none";
  helper.mounts.push_back(
      {.kind = docker::MountKind::volume, .source = name, .target = config->target});
  BASE_TRY_ASSIGN(const auto id, create_helper(helper, call));
  auto written =
      engine_.put_archive(id, config->target, base::http::body_of(std::move(archive)), call);
  auto removed = gone_is_fine(
      engine_.remove_container(id, docker::Force::yes, docker::VolumeRemoval::keep, call));
  BASE_TRY(std::move(written));
  BASE_TRY(std::move(removed));
  return journal_.mark_complete(name);
}

base::Status Effects::create_container(const Step& step, const Call& call) {
  const auto* desired = target_->container(step.object);
  BASE_ASSERT(desired != nullptr);
  auto spec = desired->spec;
  BASE_TRY_ASSIGN(spec.image, image_id(desired->image, call));
  std::optional<docker::ContainerDetails> existing;
  auto created = create_or_meet(spec, existing, call);
  if (created) {
    return base::ok();
  }
  if (!existing) {
    return std::move(created).error();
  }
  // Ours, from an attempt whose result was not recorded? The name holds the hash, the label proves
  // it.
  if (!has_label(existing->labels, k_label_app, app_)) {
    return not_ours("container", spec.name);
  }
  if (!has_label(existing->labels, k_label_spec, desired->spec_hash) ||
      existing->image_id != spec.image) {
    return std::move(created).error();
  }
  return base::ok();
}

base::Status Effects::start_container(const Step& step, const Call& call) {
  const auto* desired = target_->container(step.object);
  BASE_ASSERT(desired != nullptr);
  // At the start and not after the creation: who finds the container created cannot tell whether
  // they were copied.
  for (const auto& copied : desired->copied_files) {
    BASE_TRY_ASSIGN(auto archive, config_archive(copied.files));
    BASE_TRY(engine_.put_archive(
        step.subject, copied.target, base::http::body_of(std::move(archive)), call));
  }
  return engine_.start_container(step.subject, call);
}

base::Status Effects::remove_volume(const Step& step, const Call& call) {
  // Forgotten first: a volume that is gone and believed full would not be filled again.
  BASE_TRY(journal_.mark_incomplete(step.object));
  return gone_is_fine(engine_.remove_volume(step.object, call));
}

base::Status Effects::perform(const Step& step,
                              const OnStepProgress& on_progress,
                              const Call& call) {
  switch (step.kind) {
    case StepKind::check_image:
      return check_image(step.object, call);
    case StepKind::pull_image:
      return images_.fetch(
          step.subject,
          [&](const release::FetchProgress& progress) {
            on_progress({.step = step.id,
                         .current = progress.current,
                         .total = progress.total,
                         .text = progress.text});
          },
          call);
    case StepKind::create_network:
      return create_network(step.object, call);
    case StepKind::create_volume:
      return create_data_volume(step.object, call);
    case StepKind::create_directory:
      return create_directory(step.object);
    case StepKind::fill_config_volume:
      return fill_config_volume(step.object, call);
    case StepKind::disable_restart:
      return gone_is_fine(engine_.update_restart_policy(step.object, {}, call));
    case StepKind::stop_container:
      return gone_is_fine(engine_.stop_container(step.object, std::nullopt, call));
    case StepKind::remove_container:
      return gone_is_fine(engine_.remove_container(
          step.object, docker::Force::no, docker::VolumeRemoval::anonymous, call));
    case StepKind::create_container:
      return create_container(step, call);
    case StepKind::start_container:
      return start_container(step, call);
    case StepKind::await_healthy:
      return base::ok();
    case StepKind::set_restart_policy: {
      const auto* desired = target_->container(step.object);
      BASE_ASSERT(desired != nullptr);
      return engine_.update_restart_policy(step.subject, desired->restart, call);
    }
    case StepKind::remove_network:
      return gone_is_fine(engine_.remove_network(step.object, call));
    case StepKind::remove_volume:
    case StepKind::remove_config_volume:
      return remove_volume(step, call);
  }
  return base::ok();
}

}  // namespace agent::engine
