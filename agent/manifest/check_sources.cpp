#include "agent/manifest/check_language.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace agent::manifest {
namespace {

using base::data::YamlNode;

bool is_given(const YamlNode* node) {
  return node != nullptr && node->kind != YamlNode::Kind::null;
}

std::string text_at(const YamlNode& node, std::string_view key) {
  const auto* const found = node.find(key);
  return found == nullptr ? std::string() : found->text;
}

// Where the keys of a locator stand: under `source`, at the command itself, and there in full or in
// short. The first that says something counts.
struct Locator {
  const YamlNode* node = nullptr;
  std::string path;
};

constexpr std::array<std::string_view, 3> k_schedulers = {"replicated", "swarm", "kubernetes"};

bool is_full(const YamlNode& node) {
  return std::any_of(k_schedulers.begin(), k_schedulers.end(), [&](std::string_view key) {
    return is_given(node.find(key));
  });
}

bool is_short(const YamlNode& node) {
  return !text_at(node, "component").empty() || !text_at(node, "service").empty() ||
         is_given(node.find("selector")) || is_given(node.find("selectors")) ||
         !text_at(node, "container").empty();
}

Locator locator_of(const YamlNode& owner, const std::string& path) {
  const auto* const source = owner.find("source");
  if (is_given(source) && (is_full(*source) || is_short(*source))) {
    return {source, path + ".source"};
  }
  return {&owner, path};
}

class SourceCheck {
 public:
  SourceCheck(const RuleContext& context, Findings& findings)
      : context_(context), findings_(findings) {}

  void owner(const YamlNode& owner, const std::string& path) {
    const auto [node, at] = locator_of(owner, path);
    const auto* const native = node->find("replicated");
    if (is_given(native)) {
      container(*native, at + ".replicated", owner);
    }
    if (const auto* const pod = node->find("kubernetes"); is_given(pod)) {
      selector(*pod, at + ".kubernetes");
    }
    if (is_full(*node)) {
      return;
    }
    if (!text_at(*node, "component").empty()) {
      component(*node, at);
      container(*node, at, owner);
    } else if (text_at(*node, "service").empty() && is_short(*node)) {
      selector(*node, at);
    }
  }

 private:
  // In short the component's own rule is told of here; of an old command it is told already.
  void component(const YamlNode& node, const std::string& path) {
    const bool told = path.find("admin_commands") == 0 && !path.ends_with(".source");
    if (auto message = missing_component(text_at(node, "component"), context_); message && !told) {
      const auto* const named = node.find("component");
      findings_.error("componentexists", path + ".component", named->position, *std::move(message));
    }
  }

  void container(const YamlNode& node, const std::string& path, const YamlNode& owner) {
    auto name = text_at(node, "container");
    const auto* place = node.find("container");
    auto place_path = path + ".container";
    const auto* const image = owner.find("image");
    if (name.empty() && is_given(image)) {
      name = text_at(*image, "image_name");
      place = image->find("image_name");
      place_path = path + ".image.image_name";
    }
    if (auto message = missing_container(text_at(node, "component"), name, context_)) {
      findings_.error("containerexists",
                      place_path,
                      is_given(place) ? place->position : node.position,
                      *std::move(message));
    }
  }

  void selector(const YamlNode& node, const std::string& path) {
    if (!is_given(node.find("selector")) && !is_given(node.find("selectors"))) {
      findings_.error("required",
                      path + ".selector",
                      node.position,
                      "is required: add `selector:` with the labels of the pod");
    }
  }

  const RuleContext& context_;
  Findings& findings_;
};

void check_owners(const YamlNode* owners, const std::string& path, SourceCheck& check) {
  for (std::size_t i = 0; is_given(owners) && i < owners->items.size(); ++i) {
    if (owners->items[i].kind == YamlNode::Kind::mapping) {
      check.owner(owners->items[i], fmt::format("{}[{}]", path, i));
    }
  }
}

}  // namespace

void check_container_sources(const YamlNode& document,
                             const RuleContext& context,
                             Findings& findings) {
  SourceCheck check(context, findings);
  check_owners(document.find("admin_commands"), "admin_commands", check);
  if (const auto* const support = document.find("support"); is_given(support)) {
    check_owners(support->find("files"), "support.files", check);
    check_owners(support->find("commands"), "support.commands", check);
  }
}

std::optional<std::string> broken_volume_options(const YamlNode& options) {
  static const std::vector<std::vector<std::string_view>> classes = {
      {"rw", "ro"},
      {"z", "Z"},
      {"nocopy"},
      {"rshared", "shared", "rslave", "slave", "rprivate", "private"}};
  std::vector<int> seen(classes.size(), 0);
  for (const auto& option : options.items) {
    const auto found = std::find_if(classes.begin(), classes.end(), [&](const auto& words) {
      return std::find(words.begin(), words.end(), option.text) != words.end();
    });
    if (found == classes.end()) {
      return fmt::format(
          "'{:.40}' is no option of a volume: use rw or ro, z or Z, nocopy, or a propagation such "
          "as rshared",
          option.text);
    }
    if (++seen[static_cast<std::size_t>(found - classes.begin())] > 1) {
      return fmt::format("'{:.40}' contradicts or repeats another option: keep one of them",
                         option.text);
    }
  }
  return std::nullopt;
}

}  // namespace agent::manifest
