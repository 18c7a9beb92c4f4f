#include "agent/manifest/container_index.hpp"

#include "agent/manifest/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace agent::manifest {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

std::string wanted_key(const Container& container) {
  const bool named = !container.name.empty() && !has_template(container.name.value);
  std::string_view from = named ? container.name.value : container.image_name.value;
  from.remove_prefix(std::min(from.rfind('/') + 1, from.size()));
  std::string key;
  for (const char c : from) {
    key.push_back(is_name_character(c) ? c : '-');
  }
  const auto start = key.find_first_not_of("_.-");
  return start == std::string::npos ? "x" : key.substr(start);
}

}  // namespace

ContainerIndex::ContainerIndex(const Manifest& manifest) {
  std::map<std::string, int> wanted;
  for (const auto& component : manifest.components) {
    for (const auto& container : component.containers) {
      containers_.push_back({&component, &container, wanted_key(container)});
      ++wanted[slug(containers_.back().key)];
    }
  }
  std::set<std::string> taken;
  for (auto& indexed : containers_) {
    std::string key = indexed.key;
    if (wanted[slug(key)] > 1 && indexed.container->name.empty()) {
      key = fmt::format("{}-{}", slug(indexed.component->name.value), key);
    }
    indexed.key = key;
    for (int number = 2; !taken.insert(slug(indexed.key)).second; ++number) {
      indexed.key = fmt::format("{}-{}", key, number);
    }
  }
}

std::vector<std::size_t> ContainerIndex::in_component(std::string_view component,
                                                      std::string_view container) const {
  std::vector<std::size_t> by_image;
  std::vector<std::size_t> by_name;
  for (std::size_t i = 0; i < containers_.size(); ++i) {
    // Most containers have no name: an empty one means none of them.
    if (containers_[i].component->name.value != component || container.empty()) {
      continue;
    }
    if (containers_[i].container->image_name.value == container) {
      by_image.push_back(i);
    } else if (containers_[i].container->name.value == container) {
      by_name.push_back(i);
    }
  }
  return by_image.empty() ? by_name : by_image;
}

std::vector<std::size_t> ContainerIndex::named(std::string_view name) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < containers_.size(); ++i) {
    if (containers_[i].container->name.value == name) {
      found.push_back(i);
    }
  }
  return found;
}

std::vector<std::size_t> ContainerIndex::dependency(std::string_view name) const {
  const auto matching = [&](auto&& value_of) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < containers_.size(); ++i) {
      if (value_of(containers_[i]) == name) {
        found.push_back(i);
      }
    }
    return found;
  };
  auto found = matching([](const auto& one) -> const std::string& { return one.key; });
  if (found.empty()) {
    found = named(name);
  }
  if (found.empty()) {
    found = matching(
        [](const auto& one) -> const std::string& { return one.container->image_name.value; });
  }
  if (found.empty()) {
    found =
        matching([](const auto& one) -> const std::string& { return one.component->name.value; });
  }
  return found;
}

std::string slug(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      out.push_back(c);
    } else if (c >= 'A' && c <= 'Z') {
      out.push_back(static_cast<char>(c - 'A' + 'a'));
    } else if (!out.empty() && out.back() != '-') {
      out.push_back('-');
    }
  }
  while (!out.empty() && out.back() == '-') {
    out.pop_back();
  }
  return out.empty() ? "x" : out;
}

}  // namespace agent::manifest
