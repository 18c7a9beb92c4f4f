#include "agent/api/bodies.hpp"
#include "agent/api/image_load.hpp"
#include "agent/api/json_views.hpp"
#include "agent/api/routes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace agent::api {
namespace {

using access::Permission;
using base::data::Json;
using base::http::LocalResponse;
using base::http::RequestBody;
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
              {"done_bytes",
               progress.total == 0 && progress.current == 0 ? Json(nullptr)
                                                            : Json(progress.current)},
              {"total_bytes", progress.total == 0 ? Json(nullptr) : Json(progress.total)},
              {"image", nullptr},
              {"error", nullptr}}) +
         "\n";
}

// The engine is silent until it has the whole archive, which may take minutes; so what it has read
// is told too. The steps grow, so that a client that sends everything before it reads has room for
// the answers in its socket.
class Received {
 public:
  explicit Received(std::optional<std::uint64_t> total) : total_(total.value_or(0)) {}

  std::optional<docker::ImageProgress> add(std::size_t count) {
    received_ += count;
    if (received_ < next_) {
      return std::nullopt;
    }
    next_ = received_ + std::max(k_step, received_ / k_fraction);
    return docker::ImageProgress{
        .status = "Sending to the engine", .current = received_, .total = total_};
  }

 private:
  static constexpr std::uint64_t k_step = std::uint64_t{1} << 20U;
  static constexpr std::uint64_t k_fraction = 50;
  std::uint64_t total_;
  std::uint64_t received_ = 0;
  std::uint64_t next_ = k_step;
};

bool load(docker::Images& images,
          RequestBody& body,
          std::optional<std::uint64_t> size,
          ResponseWriter& writer) {
  const auto tell = [&](const docker::ImageProgress& progress) {
    return writer.write(line(progress));
  };
  ImageLoad load(images, tell, writer.stop());
  Received received(size);
  const auto sent = body.read(k_largest_archive, [&](std::string_view bytes) {
    const auto progress = received.add(bytes.size());
    if (progress && !tell(*progress)) {
      return base::Status(base::Error{base::ErrorCode::cancelled, "the client has left"});
    }
    return load.push(bytes);
  });
  const auto loaded = sent ? load.finish() : base::Result<std::vector<std::string>>(sent.error());
  if (!loaded) {
    return writer.write(line(nullptr, nullptr, to_json(loaded.error())));
  }
  return std::ranges::all_of(
      *loaded, [&](const auto& image) { return writer.write(line(nullptr, image, nullptr)); });
}

LocalResponse load_images(docker::Images& images, const Incoming& incoming) {
  return {.headers = {{"Content-Type", "application/x-ndjson"}},
          .stream = [&images, &body = incoming.body, size = incoming.request.content_length](
                        ResponseWriter& writer) { return load(images, body, size, writer); }};
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
