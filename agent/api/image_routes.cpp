#include "agent/api/bodies.hpp"
#include "agent/api/image_load.hpp"
#include "agent/api/json_views.hpp"
#include "agent/api/routes.hpp"

#include <nlohmann/json.hpp>

#include <memory>

namespace agent::api {
namespace {

using access::Permission;
using base::data::Json;
using base::http::LocalResponse;
using base::http::ResponseWriter;

// Root alone may send one; this is against mistakes.
constexpr std::uint64_t k_largest_archive = std::uint64_t{64} << 30U;

std::string line(const Json& message, const Json& image, const Json& error) {
  return base::data::canonical({{"message", message},
                                {"done_bytes", nullptr},
                                {"total_bytes", nullptr},
                                {"image", image},
                                {"error", error}}) +
         "\n";
}

std::string line(const docker::ImageProgress& progress) {
  return base::data::canonical(
             {{"message", progress.status},
              {"done_bytes", progress.total == 0 ? Json(nullptr) : Json(progress.current)},
              {"total_bytes", progress.total == 0 ? Json(nullptr) : Json(progress.total)},
              {"image", nullptr},
              {"error", nullptr}}) +
         "\n";
}

bool tell(ImageLoad& load, ResponseWriter& writer) {
  while (const auto progress = load.next_progress(writer.stop())) {
    if (!writer.write(line(*progress))) {
      return false;
    }
  }
  const auto loaded = load.result();
  if (!loaded) {
    return writer.write(line(nullptr, nullptr, to_json(loaded.error())));
  }
  for (const auto& image : *loaded) {
    if (!writer.write(line(nullptr, image, nullptr))) {
      return false;
    }
  }
  return true;
}

base::Result<LocalResponse> load_images(docker::Images& images, const Incoming& incoming) {
  const auto load = std::make_shared<ImageLoad>(images);
  BASE_TRY(incoming.body.read(k_largest_archive,
                              [&](std::string_view bytes) { return load->push(bytes); }));
  load->finish();
  return LocalResponse{.headers = {{"Content-Type", "application/x-ndjson"}},
                       .stream = [load](ResponseWriter& writer) { return tell(*load, writer); }};
}

base::Result<LocalResponse> list_images(engine::Lifecycle& lifecycle) {
  BASE_TRY_ASSIGN(const auto images, lifecycle.images());
  Json rows = Json::array();
  for (const auto& image : images) {
    rows.push_back(to_json(image));
  }
  return json_answer({{"images", std::move(rows)}});
}

}  // namespace

std::vector<Route> image_routes(const Services& services) {
  auto& images = services.images;
  auto& lifecycle = services.lifecycle;
  return {
      {"POST",
       "/api/v1/images",
       Permission::local,
       [&images](const Incoming& incoming) { return load_images(images, incoming); }},
      {"GET",
       "/api/v1/images",
       Permission::view,
       [&lifecycle](const Incoming&) { return list_images(lifecycle); }},
  };
}

}  // namespace agent::api
