#include "agent/docker/decode.hpp"
#include "agent/docker/encode.hpp"
#include "agent/docker/failures.hpp"
#include "agent/docker/http_engine.hpp"
#include "agent/docker/json_splitter.hpp"

#include <fmt/format.h>

namespace agent::docker {
namespace {

struct SplitReference {
  std::string name;
  std::string version;  // Tag or digest.
};

// "host:5000/name:tag" and "name@sha256:...". The colon of a port comes before the last slash.
base::Result<SplitReference> split_reference(const std::string& reference) {
  BASE_TRY(reference_segment_of(reference));
  if (const auto at = reference.find('@'); at != std::string::npos) {
    return SplitReference{reference.substr(0, at), reference.substr(at + 1)};
  }
  const auto slash = reference.rfind('/');
  const auto colon = reference.rfind(':');
  if (colon == std::string::npos || (slash != std::string::npos && colon < slash)) {
    return base::Error{base::ErrorCode::invalid_input,
                       fmt::format("the image reference {} has neither tag nor digest", reference)};
  }
  return SplitReference{reference.substr(0, colon), reference.substr(colon + 1)};
}

}  // namespace

base::Result<ImageDetails> HttpEngine::inspect_image(const std::string& image, const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, reference_segment_of(image));
  BASE_TRY_ASSIGN(const auto body, ask("GET", fmt::format("/images/{}/json", segment), call));
  return decode_image(body);
}

base::Result<std::vector<ImageSummary>> HttpEngine::list_images(const std::string& reference,
                                                                const Call& call) {
  std::vector<std::string> references;
  if (!reference.empty()) {
    references.push_back(reference);
  }
  const auto query = query_of({{"filters", encode_filters({{"reference", references}})}});
  BASE_TRY_ASSIGN(const auto body, ask("GET", "/images/json" + query, call));
  return decode_images(body);
}

// The engine answers 200 before it knows how it will end: the outcome is in the stream.
base::Result<std::vector<std::string>> HttpEngine::read_image_stream(
    Outgoing outgoing, const OnImageProgress& on_progress, const Call& call) {
  JsonSplitter splitter;
  base::Status failure = base::ok();
  std::vector<std::string> loaded;
  outgoing.pace = Pace::silence;
  outgoing.on_data = [&](std::string_view bytes) {
    const auto more = splitter.feed(bytes, [&](std::string_view object) {
      auto report = decode_image_report(object);
      if (!report) {
        failure = std::move(report).error();
        return false;
      }
      if (!report->failure.empty()) {
        failure = failure_of(200, std::move(report->failure));
        return false;
      }
      if (!report->loaded.empty()) {
        loaded.push_back(std::move(report->loaded));
      } else if (on_progress && !report->progress.status.empty()) {
        on_progress(report->progress);
      }
      return true;
    });
    if (!more) {
      failure = more.error();
    }
    return more && *more;
  };
  BASE_TRY(transport_.exchange(outgoing, call));
  BASE_TRY(std::move(failure));
  if (splitter.within_object()) {
    return base::Error{base::ErrorCode::io, "the engine's progress ended within an object"};
  }
  return loaded;
}

base::Status HttpEngine::pull_image(const PullImage& pull,
                                    const OnImageProgress& on_progress,
                                    const Call& call) {
  BASE_TRY_ASSIGN(const auto reference, split_reference(pull.reference));
  Outgoing outgoing;
  outgoing.method = "POST";
  outgoing.path = "/images/create" + query_of({{"fromImage", reference.name},
                                               {"tag", reference.version},
                                               {"platform", pull.platform}});
  if (pull.credentials) {
    outgoing.headers.emplace_back("X-Registry-Auth", encode_credentials(*pull.credentials));
  }
  auto outcome = read_image_stream(std::move(outgoing), on_progress, call);
  if (!outcome) {
    return std::move(outcome).error().with_context("pull " + pull.reference);
  }
  return base::ok();
}

base::Result<std::vector<std::string>> HttpEngine::load_images(
    const base::http::BodySource& archive, const OnImageProgress& on_progress, const Call& call) {
  Outgoing outgoing;
  outgoing.method = "POST";
  outgoing.path = "/images/load?quiet=0";
  outgoing.headers = {{"Content-Type", "application/x-tar"}};
  outgoing.source = archive;
  auto loaded = read_image_stream(std::move(outgoing), on_progress, call);
  if (!loaded) {
    return std::move(loaded).error().with_context("load images");
  }
  return loaded;
}

base::Status HttpEngine::tag_image(const std::string& image,
                                   const std::string& repository,
                                   const std::string& tag,
                                   const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, reference_segment_of(image));
  const auto query = query_of({{"repo", repository}, {"tag", tag}});
  return act("POST", fmt::format("/images/{}/tag{}", segment, query), "", call);
}

base::Status HttpEngine::remove_image(const std::string& image, const Call& call) {
  BASE_TRY_ASSIGN(const auto segment, reference_segment_of(image));
  return act("DELETE", fmt::format("/images/{}", segment), "", call);
}

}  // namespace agent::docker
