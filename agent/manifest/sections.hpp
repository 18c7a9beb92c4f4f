#pragma once
// Readers of the document's sections, one source file each. Inside this library only.

#include "agent/manifest/document.hpp"
#include "agent/manifest/map_reader.hpp"

namespace agent::manifest {

void read_root(MapReader& reader, Manifest& manifest);
Group read_group(MapReader& reader);
Component read_component(MapReader& reader);
Container read_container(MapReader& reader);
ContainerExtension read_container_extension(MapReader& reader);
std::optional<LogOptions> read_log_options(MapReader& reader);
std::optional<LogDriver> read_log_driver(MapReader& reader);

// Rules across sections: names that must exist, be unique or make sense together.
void check_settings(const Manifest& manifest, Findings& findings);
void check_containers(const Manifest& manifest, Findings& findings);
void check_start_order(const Manifest& manifest, Findings& findings);

}  // namespace agent::manifest
