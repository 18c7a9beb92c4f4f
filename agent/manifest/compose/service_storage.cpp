#include "agent/manifest/compose/service.hpp"
#include "agent/manifest/scalars.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::manifest::compose {
namespace {

// One mount, of the short spelling or the long one.
struct MountOf {
  std::string type;    // volume, bind, tmpfs or what else stands there; empty: by the source.
  std::string source;  // Empty: a volume without a name.
  std::string target;
  std::vector<std::string> options;
};

bool is_relative(std::string_view source) {
  return source.starts_with('.') || source.starts_with('~');
}

// "SOURCE:TARGET:OPTIONS", "TARGET". A colon inside `${…}` separates nothing.
MountOf short_mount(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (c == ':' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  MountOf mount;
  if (parts.size() == 1) {
    mount.target = parts[0];
    return mount;
  }
  mount.source = parts[0];
  mount.target = parts[1];
  if (parts.size() > 2) {
    mount.options = split(parts[2], ',');
  }
  return mount;
}

MountOf long_mount(const YamlNode& node) {
  MountOf mount{.type = text_at(node, "type"),
                .source = text_at(node, "source"),
                .target = text_at(node, "target")};
  if (parse_yaml_boolean(text_at(node, "read_only")).value_or(false)) {
    mount.options.emplace_back("ro");
  }
  if (const auto* const volume = node.find("volume");
      volume != nullptr && parse_yaml_boolean(text_at(*volume, "nocopy")).value_or(false)) {
    mount.options.emplace_back("nocopy");
  }
  if (const auto* const bind = node.find("bind"); bind != nullptr) {
    for (const char* const key : {"propagation", "selinux"}) {
      if (const auto value = text_at(*bind, key); !value.empty()) {
        mount.options.push_back(value);
      }
    }
  }
  return mount;
}

std::string tmpfs_of(const MountOf& mount, const YamlNode& node) {
  auto text = mount.target;
  if (const auto* const options = node.find("tmpfs"); options != nullptr) {
    std::string all;
    for (const auto& entry : options->entries) {
      all += (all.empty() ? "" : ",") + entry.key + "=" + entry.value.text;
    }
    text += all.empty() ? "" : ":" + all;
  }
  return text;
}

// A file from beside the Compose file becomes a configuration file when it is text.
bool mount_file(const MountOf& mount, Service& service, Context& context) {
  constexpr std::size_t k_largest = std::size_t{256} << 10U;
  const auto content = context.read_file(mount.source);
  const bool text_file =
      content && content->size() <= k_largest && content->find('\0') == std::string::npos;
  if (!text_file) {
    return false;
  }
  auto file = map();
  file.set_text("filename", mount.target);
  file.set("contents", text(*content));
  service.config_files.add(std::move(file));
  return true;
}

class Volumes {
 public:
  Volumes(Service& service, Context& context) : service_(service), context_(context) {}

  void add(const YamlNode& node, const std::string& path) {
    const auto mount =
        node.kind == YamlNode::Kind::mapping ? long_mount(node) : short_mount(node.text);
    if (mount.type == "tmpfs") {
      service_.tmpfs.add(text(tmpfs_of(mount, node)));
    } else if (!mount.type.empty() && mount.type != "volume" && mount.type != "bind") {
      context_.drop(path, node, fmt::format("mounts of type '{:.40}' cannot be made", mount.type));
    } else if (is_relative(mount.source)) {
      if (!mount_file(mount, service_, context_)) {
        context_.drop(
            path,
            node,
            "it is on your machine: put it into the image, or its text into config_files");
      }
    } else {
      volumes_.add(volume_of(mount, node, path));
    }
  }

  Out take() && { return std::move(volumes_); }

 private:
  Out volume_of(const MountOf& mount, const YamlNode& node, const std::string& path) {
    auto source = context_.variables.as_template(mount.source);
    if (source.empty()) {
      source = fmt::format("{}-{}", service_.name, ++unnamed_);
    }
    auto options = list();
    for (const auto& option : mount.options) {
      static constexpr std::string_view k_known[] = {// NOLINT(modernize-avoid-c-arrays)
                                                     "rw",
                                                     "ro",
                                                     "z",
                                                     "Z",
                                                     "nocopy",
                                                     "shared",
                                                     "rshared",
                                                     "slave",
                                                     "rslave",
                                                     "private",
                                                     "rprivate"};
      if (std::find(std::begin(k_known), std::end(k_known), option) != std::end(k_known)) {
        options.add(text(option));
      } else {
        context_.drop(path, node, fmt::format("volumes have no option '{:.40}'", option));
      }
    }
    auto volume = map();
    volume.set_text("host_path", source);
    volume.set_text("container_path", context_.variables.as_template(mount.target));
    volume.set("options", std::move(options));
    return volume;
  }

  Service& service_;
  Context& context_;
  Out volumes_ = list();
  int unnamed_ = 0;
};

void convert_volumes_from(Service& service, Context& context) {
  const auto* const node = service.find("volumes_from");
  if (node == nullptr) {
    return;
  }
  for (const auto& value : texts_of(*node)) {
    const auto parts = split(value, ':');
    if (parts[0] == "container") {
      context.drop(service.path_of("volumes_from"),
                   *node,
                   "containers of other applications cannot be named");
    } else if (!service.volumes_of.empty()) {
      context.drop(service.path_of("volumes_from"),
                   *node,
                   fmt::format("one other starts it, so it has the volumes of one other: '{}'",
                               service.volumes_of));
    } else {
      service.volumes_of = parts[0];
    }
  }
}

}  // namespace

void convert_storage(Service& service, Context& context) {
  Volumes volumes(service, context);
  if (const auto* const node = service.find("volumes")) {
    for (std::size_t i = 0; i < node->items.size(); ++i) {
      volumes.add(node->items[i], fmt::format("{}[{}]", service.path_of("volumes"), i));
    }
  }
  service.container.set("volumes", std::move(volumes).take());
  convert_volumes_from(service, context);
  if (const auto* const node = service.find("tmpfs")) {
    for (const auto& value : texts_of(*node)) {
      service.tmpfs.add(text(context.variables.as_template(value)));
    }
  }
  service.slipway.set("tmpfs", service.tmpfs);
}

}  // namespace agent::manifest::compose
