#include "agent/base/crypto/digest.hpp"
#include "agent/render/container_renderer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace agent::render {
namespace {

using base::Result;
using base::Status;

using Directories = std::map<std::string, std::vector<ConfigFile>>;

// "uid" or "uid:gid".
Status apply_owner(const Expander& expand, const manifest::Text& from, ConfigFile& file) {
  BASE_TRY_ASSIGN(const auto owner, expand.word(from));
  if (owner.empty()) {
    return base::ok();
  }
  constexpr std::uint64_t k_largest = 0xFFFFFFFEU;
  const auto colon = std::min(owner.find(':'), owner.size());
  const auto uid = manifest::parse_unsigned(owner.substr(0, colon));
  const auto gid = colon == owner.size() ? std::optional<std::uint64_t>(0)
                                         : manifest::parse_unsigned(owner.substr(colon + 1));
  if (!uid || !gid || *uid > k_largest || *gid > k_largest) {
    return fault_at(from, "must be the number of a user, or user:group, such as 1000");
  }
  file.uid = static_cast<std::uint32_t>(*uid);
  file.gid = static_cast<std::uint32_t>(*gid);
  return base::ok();
}

template <typename From>
Status add_file(const Expander& expand,
                const From& from,
                std::string content,
                Directories& directories) {
  ConfigFile file;
  file.content = std::move(content);
  BASE_TRY_ASSIGN(const auto name, expand.word(from.filename));
  BASE_TRY_ASSIGN(const auto path, clean_path(from.filename, name));
  BASE_TRY_ASSIGN(file.mode, expand.mode(from.file_mode, 0644));
  BASE_TRY(apply_owner(expand, from.file_owner, file));
  if (path == "/" || name.ends_with('/')) {
    return fault_at(from.filename, "must name a file");
  }
  const auto slash = path.rfind('/');
  file.name = path.substr(slash + 1);
  auto& files = directories[slash == 0 ? "/" : path.substr(0, slash)];
  const bool taken = std::any_of(
      files.begin(), files.end(), [&](const ConfigFile& other) { return other.name == file.name; });
  if (taken) {
    return fault_at(from.filename, "another file has the same path");
  }
  files.push_back(std::move(file));
  return base::ok();
}

Result<Directories> collect_files(const RenderContext& context, const manifest::Container& from) {
  Directories directories;
  for (const auto& file : from.config_files) {
    if (!file.source.empty()) {
      return fault_at(file.source,
                      "files of a vendor's source repository cannot be fetched: give "
                      "the text in `contents`");
    }
    BASE_TRY_ASSIGN(auto content, context.expand.text(file.contents));
    BASE_TRY(add_file(context.expand, file, std::move(content), directories));
  }
  for (const auto& file : from.customer_files) {
    BASE_TRY_ASSIGN(const bool holds, context.expand.holds(file.when));
    const auto& items = context.request.settings.items;
    const auto item = items.find(file.name.value);
    // Without an upload there is no file.
    if (holds && item != items.end() && !item->second.data.empty()) {
      BASE_TRY(add_file(context.expand, file, item->second.data, directories));
    }
  }
  return directories;
}

// Each part is preceded by its length, so that no two sets of files give the same text.
std::string hash_of(const ImageReference& image, const ConfigDirectory& directory) {
  std::string text;
  const auto add = [&text](std::string_view part) {
    text += fmt::format("{}:", part.size());
    text += part;
  };
  for (const std::string_view part : {std::string_view(image.source),
                                      std::string_view(image.name),
                                      std::string_view(image.tag),
                                      std::string_view(image.config_digest),
                                      std::string_view(directory.target)}) {
    add(part);
  }
  for (const auto& file : directory.files) {
    add(file.name);
    add(file.content);
    add(fmt::format("{:o} {} {}", file.mode, file.uid, file.gid));
  }
  return base::crypto::sha256_hex(text);
}

bool fits_a_volume(const Container& container, const std::string& target) {
  return target != "/" && std::none_of(container.mounts.begin(),
                                       container.mounts.end(),
                                       [&](const Mount& mount) { return mount.target == target; });
}

}  // namespace

Status render_config(const RenderContext& context, const manifest::Container& from, Container& to) {
  BASE_TRY_ASSIGN(auto directories, collect_files(context, from));
  for (auto& [target, files] : directories) {
    ConfigDirectory directory;
    directory.target = target;
    directory.files = std::move(files);
    std::sort(
        directory.files.begin(),
        directory.files.end(),
        [](const ConfigFile& left, const ConfigFile& right) { return left.name < right.name; });
    directory.hash = hash_of(to.image, directory);
    if (fits_a_volume(to, target)) {
      directory.volume = fmt::format("{}_cfg_{}", context.app, directory.hash.substr(0, 16));
    } else {
      directory.delivery = ConfigDelivery::archive;
      // Docker writes nothing into the root of such a container, mounted volumes excepted.
      if (to.read_only_root && target == "/") {
        return base::Error{
            base::ErrorCode::invalid_input,
            fmt::format("{} (line {}, column {}): a file directly in / cannot be placed with a "
                        "read-only root",
                        from.path,
                        from.at.line,
                        from.at.column),
            "Give the file a directory of its own."};
      }
    }
    to.config.push_back(std::move(directory));
  }
  return base::ok();
}

}  // namespace agent::render
