#pragma once
// From the words of a deployment to those of the engine, one thing at a time. Names and labels that
// depend on more than one container are added by desired_of.

#include "agent/base/core/result.hpp"
#include "agent/engine/desired.hpp"

#include <map>
#include <string>
#include <vector>

namespace agent::engine {

DesiredContainer translate(const render::Deployment& deployment, const render::Container& source);

std::string image_of(const render::ImageReference& image);      // The id when pinned.
std::string reference_of(const render::ImageReference& image);  // "name:tag"
std::vector<ConfigFile> files_of(const render::ConfigDirectory& directory);
Trigger trigger_of(const std::string& publisher, const render::PublishEvent& event);
DesiredVolume volume_of(const render::Volume& volume,
                        const std::map<std::string, std::string>& labels);
HostDirectory directory_of(const render::HostDirectory& directory);
// Errors: invalid_input.
base::Result<ReadyProbe> ready_probe_of(const render::ReadyProbe& probe);

}  // namespace agent::engine
