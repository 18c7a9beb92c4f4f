#pragma once
// Everything an operation needs, faked but for the journal, which is real in a temporary folder.

#include "agent/base/fs/temporary_directory.hpp"
#include "agent/engine/operation_runner.hpp"
#include "tests/support/agent/engine/fake_engine.hpp"
#include "tests/support/agent/engine/test_application.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace agent::engine {

// Time passes by looking at it: a wait is over after so many looks, whatever the machine does.
class SteppingClock final : public base::Clock {
 public:
  explicit SteppingClock(std::chrono::milliseconds step) : step_(step.count()) {}
  [[nodiscard]] base::WallTime wall_time() const override {
    return base::WallTime(std::chrono::milliseconds(1'700'000'000'000));
  }
  [[nodiscard]] base::MonotonicTime monotonic_time() const override {
    return base::MonotonicTime(std::chrono::milliseconds(now_ += step_));
  }

 private:
  std::int64_t step_;
  mutable std::atomic<std::int64_t> now_{0};
};

class FakeProbes final : public Probes {
 public:
  void start(ProbeRequest request, std::function<void(const ProbeOutcome&)> done) override {
    requests.push_back(request);
    done(answer ? answer(request) : ProbeOutcome{.healthy = true});
  }
  std::optional<bool> listens(int /*pid*/, std::uint16_t port) override {
    return listening ? std::optional(listening(port)) : std::nullopt;
  }

  std::function<ProbeOutcome(const ProbeRequest&)> answer;
  std::function<bool(std::uint16_t)> listening;
  std::vector<ProbeRequest> requests;
};

class FakeSnapshots final : public SnapshotTaker {
 public:
  SnapshotView status() override { return {}; }
  base::Status before_switch(const std::string& /*app*/) override {
    ++taken;
    return base::ok();
  }
  int taken = 0;
};

class RecordingListener final : public OperationListener {
 public:
  void on_operation(const journal::OperationRecord& operation) override {
    states.push_back(operation.state);
  }
  void on_step(journal::OperationId /*operation*/, const journal::StepRecord& step) override {
    steps.push_back(step);
    if (hook) {
      hook(step);
    }
  }
  void on_progress(journal::OperationId /*operation*/, const Progress& change) override {
    progress.push_back(change);
  }
  void on_log(journal::OperationId /*operation*/, const journal::LogLine& line) override {
    log.push_back(line.text);
  }

  std::vector<journal::OperationState> states;
  std::vector<journal::StepRecord> steps;
  std::vector<Progress> progress;
  std::vector<std::string> log;
  std::function<void(const journal::StepRecord&)> hook;
};

// Dies at the nth moment, once.
class DieAt final : public CrashPoints {
 public:
  explicit DieAt(int moment) : countdown_(moment) {}
  Survival reached(CrashMoment /*moment*/, const Step& /*step*/) override {
    return --countdown_ == 0 ? Survival::die : Survival::go_on;
  }
  [[nodiscard]] bool died() const { return countdown_ <= 0; }

 private:
  std::atomic<int> countdown_;
};

inline OperationOptions quick_options() {
  OperationOptions options;
  options.executor.tick = std::chrono::milliseconds(1);
  options.executor.readiness = {.settle = std::chrono::milliseconds(0),
                                .probe_interval = std::chrono::milliseconds(0),
                                .exec_interval = std::chrono::milliseconds(0),
                                .inspect_interval = std::chrono::milliseconds(0),
                                .restart_delay = std::chrono::milliseconds(0)};
  options.engine_retry = std::chrono::milliseconds(1);
  options.journal_retry = std::chrono::milliseconds(1);
  options.engine_grace = std::chrono::milliseconds(1);
  return options;
}

class OperationWorld {
 public:
  explicit OperationWorld(OperationOptions chosen = quick_options())
      : options(chosen),
        folder(*base::fs::TemporaryDirectory::create(std::filesystem::temp_directory_path())),
        sealing(*base::crypto::SealingKey::from_bytes(base::Secret(std::string(32, 'k')))),
        images(release::make_engine_image_source(engine)) {
    open_journal();
    runner();
  }

  void open_journal() {
    journal.reset();
    journal = *journal::Journal::open(folder.path() / "state.db", sealing, clock);
  }

  // A new one each time, as after a restart of the agent.
  OperationRunner& runner(CrashPoints* crash = nullptr) {
    runner_ = std::make_unique<OperationRunner>(
        OperationParts{.execution = {.engine = engine,
                                     .images = *images,
                                     .journal = *journal,
                                     .probes = probes,
                                     .clock = clock,
                                     .crash_points = crash == nullptr ? no_crash : *crash,
                                     .listener = listener},
                       .snapshots = snapshots,
                       .label_key = label_key},
        options);
    return *runner_;
  }

  void provide_images(const render::Deployment& deployment) {
    for (const auto& container : deployment.containers) {
      const auto reference = container.image.name + ":" + container.image.tag;
      engine.images[reference] = "sha256:" + reference;
    }
  }

  journal::DeploymentId store(const render::Deployment& deployment) {
    const journal::DeploymentId id{deployment.id()};
    BASE_ASSERT(journal
                    ->store_deployment({.id = id,
                                        .app = deployment.app,
                                        .version = deployment.version,
                                        .author = "test",
                                        .document = render::to_json(deployment)})
                    .has_value());
    return id;
  }

  journal::OperationRecord begin(const render::Deployment* target,
                                 const render::Deployment* previous,
                                 bool purge = false) {
    journal::NewOperation operation{
        .kind = target == nullptr ? journal::OperationKind::down : journal::OperationKind::apply,
        .purge = purge,
        .author = "test"};
    if (target != nullptr) {
      operation.target = store(*target);
    }
    if (previous != nullptr) {
      operation.previous = store(*previous);
    }
    return *journal->operation(*journal->begin_operation(operation));
  }

  journal::OperationRecord apply(const render::Deployment& target,
                                 const render::Deployment* previous = nullptr) {
    provide_images(target);
    return *runner_->drive(begin(&target, previous), {});
  }

  std::vector<std::string> changes_since(std::size_t mark) const {
    return {engine.changes.begin() + static_cast<std::ptrdiff_t>(mark), engine.changes.end()};
  }

  OperationOptions options;
  SteppingClock clock{std::chrono::milliseconds(1)};
  base::fs::TemporaryDirectory folder;
  base::crypto::SealingKey sealing;
  FakeEngine engine;
  FakeProbes probes;
  FakeSnapshots snapshots;
  RecordingListener listener;
  CrashPoints no_crash;
  base::Secret label_key{k_test_label_key};
  std::unique_ptr<release::ImageSource> images;
  std::unique_ptr<journal::Journal> journal;

 private:
  std::unique_ptr<OperationRunner> runner_;
};

}  // namespace agent::engine
