#pragma once
// The engine that the test run names, with the test image loaded, and things in it that go away
// with the test. The environment is read here because these tests have no main of their own.

#include "agent/docker/engine.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tests {

class EngineUnderTest {
 public:
  // Aborts when SLIPWAY_TEST_ENGINE or SLIPWAY_TEST_IMAGE is missing: a run without an engine must
  // not look like a run that passed.
  EngineUnderTest();
  EngineUnderTest(const EngineUnderTest&) = delete;
  EngineUnderTest& operator=(const EngineUnderTest&) = delete;
  EngineUnderTest(EngineUnderTest&&) = delete;
  EngineUnderTest& operator=(EngineUnderTest&&) = delete;
  ~EngineUnderTest();

  agent::docker::Engine& operator*() { return *engine_; }
  agent::docker::Engine* operator->() { return engine_.get(); }

  // Unlike any other name of this run.
  std::string name(const std::string& purpose);
  // A spec of the test image under such a name, with a label of its own.
  agent::docker::ContainerSpec spec(const std::vector<std::string>& command);
  // Created, and removed at the end.
  std::string create(const agent::docker::ContainerSpec& spec);
  std::string start(const agent::docker::ContainerSpec& spec);
  std::string network(const std::string& name);
  std::string volume(const std::string& name);

  [[nodiscard]] std::string image_archive() const { return archive_; }
  // "key=value" that everything made here carries.
  [[nodiscard]] std::string label() const { return "slipway-test=" + run_; }
  [[nodiscard]] std::map<std::string, std::string> labels() const {
    return {{"slipway-test", run_}};
  }

 private:
  std::unique_ptr<agent::docker::Engine> engine_;
  std::string archive_;
  std::string run_;
  int names_ = 0;
  std::vector<std::function<void()>> undo_;
};

inline constexpr const char* k_test_image = "slipway-test/busybox:1";

// The bytes of a file as a body.
base::http::BodySource body_of_file(const std::string& path);

}  // namespace tests
