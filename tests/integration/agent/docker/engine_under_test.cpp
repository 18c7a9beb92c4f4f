#include "tests/integration/agent/docker/engine_under_test.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <utility>

namespace tests {
namespace {

using namespace agent::docker;  // NOLINT(google-build-using-namespace)

std::string required_variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): no thread runs yet.
  REQUIRE_MESSAGE(value != nullptr, name, " is not set: run these tests by tests/run.sh");
  return value;
}

}  // namespace

EngineUnderTest::EngineUnderTest() {
  static std::atomic<int> runs = 0;
  engine_ = make_engine({.socket = required_variable("SLIPWAY_TEST_ENGINE")});
  archive_ = required_variable("SLIPWAY_TEST_IMAGE");
  run_ = fmt::format("{}-{}", getpid(), ++runs);
  if (!engine_->inspect_image(k_test_image, {})) {
    const auto loaded = engine_->load_images(
        body_of_file(archive_), [](const ImageProgress&) {}, {.deadline = std::chrono::minutes(2)});
    REQUIRE_MESSAGE(loaded, loaded.error().message);
  }
}

EngineUnderTest::~EngineUnderTest() {
  std::reverse(undo_.begin(), undo_.end());
  for (const auto& step : undo_) {
    step();
  }
}

std::string EngineUnderTest::name(const std::string& purpose) {
  return fmt::format("docker-test-{}-{}-{}", run_, purpose, ++names_);
}

ContainerSpec EngineUnderTest::spec(const std::vector<std::string>& command) {
  return {.name = name("c"), .image = k_test_image, .command = command, .labels = labels()};
}

std::string EngineUnderTest::create(const ContainerSpec& spec) {
  const auto id = engine_->create_container(spec, {});
  REQUIRE_MESSAGE(id, id.error().message);
  undo_.emplace_back([this, id = *id] {
    static_cast<void>(engine_->remove_container(id, Force::yes, VolumeRemoval::anonymous, {}));
  });
  return *id;
}

std::string EngineUnderTest::start(const ContainerSpec& spec) {
  auto id = create(spec);
  const auto started = engine_->start_container(id, {});
  REQUIRE_MESSAGE(started, started.error().message);
  return id;
}

std::string EngineUnderTest::network(const std::string& name) {
  const auto id = engine_->create_network({.name = name, .labels = labels()}, {});
  REQUIRE_MESSAGE(id, id.error().message);
  undo_.emplace_back([this, id = *id] { static_cast<void>(engine_->remove_network(id, {})); });
  return *id;
}

std::string EngineUnderTest::volume(const std::string& name) {
  const auto volume = engine_->create_volume({.name = name, .labels = labels()}, {});
  REQUIRE_MESSAGE(volume, volume.error().message);
  undo_.emplace_back([this, name] { static_cast<void>(engine_->remove_volume(name, {})); });
  return volume->name;
}

base::http::BodySource body_of_file(const std::string& path) {
  auto file = std::make_shared<std::ifstream>(path, std::ios::binary);
  return [file, path](char* buffer, std::size_t capacity) -> base::Result<std::size_t> {
    if (!file->is_open()) {
      return base::Error{base::ErrorCode::not_found, path};
    }
    file->read(buffer, static_cast<std::streamsize>(capacity));
    return static_cast<std::size_t>(file->gcount());
  };
}

}  // namespace tests
