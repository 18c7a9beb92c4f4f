#pragma once
// What each kind of step does to the engine. Every effect can be repeated: it looks for its own
// result first, or treats "already so" as success.

#include "agent/base/core/result.hpp"
#include "agent/docker/engine.hpp"
#include "agent/engine/desired.hpp"
#include "agent/engine/plan.hpp"
#include "agent/engine/views.hpp"
#include "agent/release/image_source.hpp"

#include <functional>
#include <string>

namespace agent::journal {
class Journal;
}

namespace agent::engine {

using OnStepProgress = std::function<void(const Progress&)>;

// Safe from several threads for different steps.
class Effects {
 public:
  // All outlive the object; `target` may be null when no step names something in it.
  Effects(docker::Engine& engine,
          release::ImageSource& images,
          journal::Journal& journal,
          std::string app,
          const Desired* target);

  // Blocks until it is done. `await_healthy` has no effect and succeeds.
  base::Status perform(const Step& step,
                       const OnStepProgress& on_progress,
                       const docker::Call& call);

 private:
  base::Status check_image(const std::string& reference, const docker::Call& call);
  base::Status create_network(const std::string& name, const docker::Call& call);
  base::Result<docker::VolumeDetails> create_volume(const docker::VolumeSpec& spec,
                                                    const docker::Call& call);
  base::Status create_data_volume(const std::string& name, const docker::Call& call);
  base::Status create_directory(const std::string& path);
  base::Status fill_config_volume(const std::string& name, const docker::Call& call);
  // `met` is set when another container has the name; the result is then the conflict.
  base::Result<std::string> create_or_meet(const docker::ContainerSpec& spec,
                                           std::optional<docker::ContainerDetails>& met,
                                           const docker::Call& call);
  base::Result<std::string> create_helper(const docker::ContainerSpec& helper,
                                          const docker::Call& call);
  base::Status create_container(const Step& step, const docker::Call& call);
  base::Status start_container(const Step& step, const docker::Call& call);
  base::Status remove_volume(const Step& step, const docker::Call& call);
  base::Result<std::string> image_id(const std::string& reference, const docker::Call& call);

  docker::Engine& engine_;
  release::ImageSource& images_;
  journal::Journal& journal_;
  std::string app_;
  const Desired* target_;
};

}  // namespace agent::engine
