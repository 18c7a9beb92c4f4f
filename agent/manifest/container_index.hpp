#pragma once
// Which container a reference of the manifest means.

#include "agent/manifest/document.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace agent::manifest {

struct IndexedContainer {
  const Component* component = nullptr;
  const Container* container = nullptr;
  // Unique in the manifest and fit for a URL and for a part of Docker's name, [A-Za-z0-9_.-]: the
  // manifest's `name`, else the last part of `image_name`. Where two would be the same, the
  // component's name is put in front, then a number behind.
  std::string key;
};

// Refers into the manifest, which must outlive it and stay unchanged.
class ContainerIndex {
 public:
  explicit ContainerIndex(const Manifest& manifest);

  [[nodiscard]] const std::vector<IndexedContainer>& all() const noexcept { return containers_; }

  // The original's way: a component and, in it, image_name or name. Usually one, but a component
  // may run one image twice. Positions in all(); empty when there is none.
  [[nodiscard]] std::vector<std::size_t> in_component(std::string_view component,
                                                      std::string_view container) const;
  // For `volumes_from`: by `name` alone.
  [[nodiscard]] std::vector<std::size_t> named(std::string_view name) const;
  // For `depends_on`: the first of key, name, image_name and component that anything has; a
  // component stands for all its containers.
  [[nodiscard]] std::vector<std::size_t> dependency(std::string_view name) const;

 private:
  std::vector<IndexedContainer> containers_;
};

// Small letters, digits and single dashes; "x" when nothing is left.
std::string slug(std::string_view text);

}  // namespace agent::manifest
