#pragma once
// What every MetadataStore promises, as cases that each begin with an empty store.

#include "registry/store/metadata_store.hpp"

#include <vector>

namespace registry::store {

struct ContractCase {
  const char* name;
  void (*run)(MetadataStore&);
};

const std::vector<ContractCase>& metadata_contract();

}  // namespace registry::store
