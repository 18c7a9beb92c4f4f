#include "agent/render/container_renderer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace agent::render {
namespace {

using base::Result;
using base::Status;

bool is_volume_name(std::string_view name) {
  return !name.empty() && name.size() <= 100 && name[0] != '.' && name[0] != '-' &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
             std::string_view::npos;
}

Status apply_options(const Expander& expand, const manifest::Volume& from, Mount& mount) {
  BASE_TRY_ASSIGN(const auto options, expand.texts(from.options));
  for (const auto& option : options) {
    if (option == "ro") {
      mount.read_only = true;
    } else if (option == "nocopy") {
      mount.no_copy = true;
    } else if (option == "z" || option == "Z") {
      mount.selinux = option;
    } else if (option != "rw") {
      mount.propagation = option;
    }
  }
  return base::ok();
}

struct Ownership {
  std::string owner;
  std::string permission;
  bool ephemeral = false;
  bool excluded_from_backup = false;
};

template <typename From>
Result<Ownership> ownership_of(const Expander& expand, const From& from) {
  Ownership ownership;
  BASE_TRY_ASSIGN(ownership.owner, expand.word(from.owner));
  BASE_TRY_ASSIGN(ownership.permission, expand.word(from.permission));
  BASE_TRY_ASSIGN(ownership.ephemeral, expand.boolean(from.is_ephemeral, false));
  BASE_TRY_ASSIGN(ownership.excluded_from_backup,
                  expand.boolean(from.is_excluded_from_backup, false));
  BASE_TRY(expand.mode(from.permission, 0));
  return ownership;
}

// What several containers mount is kept by backups unless all of them say otherwise.
template <typename Place>
void note(std::vector<Place>& places, Place place, std::string Place::*name) {
  const auto known = std::find_if(
      places.begin(), places.end(), [&](const Place& other) { return other.*name == place.*name; });
  if (known == places.end()) {
    places.push_back(std::move(place));
    return;
  }
  known->ephemeral = known->ephemeral && place.ephemeral;
  known->excluded_from_backup = known->excluded_from_backup && place.excluded_from_backup;
  known->owner = known->owner.empty() ? place.owner : known->owner;
  known->permission = known->permission.empty() ? place.permission : known->permission;
}

Status render_volume(const RenderContext& context,
                     const manifest::Volume& from,
                     Container& to,
                     Deployment& deployment) {
  const auto& expand = context.expand;
  Mount mount;
  BASE_TRY_ASSIGN(const auto source, expand.word(from.host_path));
  BASE_TRY_ASSIGN(const auto target, expand.word(from.container_path));
  BASE_TRY_ASSIGN(mount.target, clean_path(from.container_path, target));
  if (mount.target == "/") {
    return fault_at(from.container_path, "must not be the root of the container");
  }
  BASE_TRY(apply_options(expand, from, mount));
  BASE_TRY_ASSIGN(const auto ownership, ownership_of(expand, from));
  if (source.starts_with('/')) {
    mount.kind = MountKind::bind;
    BASE_TRY_ASSIGN(mount.source, clean_path(from.host_path, source));
    note(deployment.host_directories,
         {.path = mount.source,
          .ephemeral = ownership.ephemeral,
          .excluded_from_backup = ownership.excluded_from_backup,
          .owner = ownership.owner,
          .permission = ownership.permission},
         &HostDirectory::path);
  } else {
    if (!is_volume_name(source)) {
      return fault_at(from.host_path,
                      "must be an absolute path, or a volume's name of letters, digits, _ . -");
    }
    mount.source = fmt::format("{}_{}", context.app, source);
    note(deployment.volumes,
         {.name = mount.source,
          .ephemeral = ownership.ephemeral,
          .excluded_from_backup = ownership.excluded_from_backup,
          .owner = ownership.owner,
          .permission = ownership.permission},
         &Volume::name);
  }
  const bool taken = std::any_of(to.mounts.begin(), to.mounts.end(), [&](const Mount& other) {
    return other.target == mount.target;
  });
  if (taken) {
    return fault_at(from.container_path, "another volume is mounted there already");
  }
  to.mounts.push_back(std::move(mount));
  return base::ok();
}

Status note_host_volumes(const RenderContext& context,
                         const manifest::Component& component,
                         Deployment& deployment) {
  for (const auto& volume : component.host_volumes) {
    BASE_TRY_ASSIGN(const auto path, context.expand.word(volume.host_path));
    BASE_TRY_ASSIGN(const auto clean, clean_path(volume.host_path, path));
    BASE_TRY_ASSIGN(const auto ownership, ownership_of(context.expand, volume));
    note(deployment.host_directories,
         {.path = clean,
          .ephemeral = ownership.ephemeral,
          .excluded_from_backup = ownership.excluded_from_backup,
          .owner = ownership.owner,
          .permission = ownership.permission},
         &HostDirectory::path);
  }
  return base::ok();
}

}  // namespace

Status render_storage(const RenderContext& context,
                      const manifest::IndexedContainer& from,
                      Container& to,
                      Deployment& deployment) {
  BASE_TRY(note_host_volumes(context, *from.component, deployment));
  for (const auto& volume : from.container->volumes) {
    BASE_TRY_ASSIGN(const bool holds, context.expand.holds(volume.when));
    if (holds) {
      BASE_TRY(render_volume(context, volume, to, deployment));
    }
  }
  for (const auto& name : from.container->volumes_from) {
    BASE_TRY_ASSIGN(const auto wanted, context.expand.word(name));
    const auto keys = included_keys(context, context.index.named(wanted));
    if (keys.empty()) {
      return fault_at(name, fmt::format("no container with the name '{:.80}' is to run", wanted));
    }
    to.volumes_from.push_back(keys.front());
  }
  BASE_TRY_ASSIGN(to.tmpfs, context.expand.texts(from.container->slipway.tmpfs));
  for (std::size_t i = 0; i < to.tmpfs.size(); ++i) {
    const auto path = to.tmpfs[i].substr(0, to.tmpfs[i].find(':'));
    BASE_TRY(clean_path(from.container->slipway.tmpfs[i], path));
  }
  return base::ok();
}

}  // namespace agent::render
