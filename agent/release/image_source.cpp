#include "agent/release/image_source.hpp"

#include "agent/release/image_reference.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace agent::release {
namespace {

// Layers report one by one; people want one number.
class LayerSum {
 public:
  FetchProgress add(const docker::ImageProgress& progress) {
    if (!progress.layer.empty() && progress.total > 0 && progress.status == "Downloading") {
      layers_[progress.layer] = {progress.current, progress.total};
    }
    if (!progress.layer.empty() && progress.status == "Download complete") {
      auto& layer = layers_[progress.layer];
      layer.first = layer.second;
    }
    FetchProgress sum;
    sum.text = progress.status;
    for (const auto& [name, layer] : layers_) {
      sum.current += layer.first;
      sum.total += layer.second;
    }
    return sum;
  }

 private:
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> layers_;
};

class EngineImageSource final : public ImageSource {
 public:
  explicit EngineImageSource(docker::Images& images) : images_(images) {}

  base::Status can_fetch(const std::string& reference) override {
    BASE_TRY_ASSIGN(const auto parsed, parse_image_reference(reference));
    if (!parsed.names_registry()) {
      return base::Error{
          .code = base::ErrorCode::not_found,
          .message = fmt::format(
              "image {} is not in the engine, and its name says no registry to fetch it from",
              reference),
          .hint =
              "Load it with `slipway images load FILE`, or name it with its registry in the "
              "manifest.",
          .reason = "image_missing"};
    }
    return base::ok();
  }

  base::Status fetch(const std::string& reference,
                     const std::function<void(const FetchProgress&)>& on_progress,
                     const docker::Call& call) override {
    BASE_TRY(can_fetch(reference));
    BASE_TRY_ASSIGN(const auto parsed, parse_image_reference(reference));
    LayerSum sum;
    auto pulled = images_.pull_image(
        {.reference = parsed.full()},
        [&](const docker::ImageProgress& progress) { on_progress(sum.add(progress)); },
        call);
    if (!pulled) {
      return std::move(pulled).error().with_context(fmt::format("fetch image {}", reference));
    }
    return base::ok();
  }

 private:
  docker::Images& images_;
};

}  // namespace

std::unique_ptr<ImageSource> make_engine_image_source(docker::Images& images) {
  return std::make_unique<EngineImageSource>(images);
}

}  // namespace agent::release
