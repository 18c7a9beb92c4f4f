#include "installer/cli/progress.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

namespace {

using installer::cli::Json;
using installer::cli::plan_text;
using installer::cli::Progress;
using installer::cli::verdict_text;

Json step(int index, const std::string& state, const std::string& subject) {
  return {{"attempt", 1},
          {"index", index},
          {"kind", "create_container"},
          {"subject", subject},
          {"reason", "not there"},
          {"state", state},
          {"error", state == "failed" ? Json("no such image") : Json(nullptr)},
          {"progress", nullptr},
          {"started_at", "2026-11-24T00:00:00.000Z"},
          {"ended_at", "2026-11-24T00:00:01.500Z"}};
}

Json operation(const std::string& state, std::vector<Json> steps) {
  return {{"id", 3},
          {"state", state},
          {"error", nullptr},
          {"steps", std::move(steps)},
          {"started_at", "2026-11-24T00:00:00.000Z"},
          {"ended_at", "2026-11-24T00:00:12.000Z"}};
}

TEST_SUITE_BEGIN("installer.cli.progress");

TEST_CASE("without a terminal every change is one plain line, told once") {
  Progress progress(Progress::Kind::lines, 80);

  CHECK(progress.update(operation("running", {step(0, "pending", "web")})).empty());
  CHECK(progress.update(operation("running", {step(0, "intent", "web")})) ==
        "  begin   create container web (not there)\n");
  CHECK(progress.update(operation("running", {step(0, "intent", "web")})).empty());
  CHECK(progress.update(operation("running", {step(0, "done", "web")})) ==
        "  done    create container web  1.5 s\n");
  CHECK(progress.update(operation("succeeded", {step(0, "done", "web")})).empty());
}

TEST_CASE("why an operation stands still is told once") {
  Progress progress(Progress::Kind::lines, 80);
  auto still = operation("running", {});
  still["waiting"] = "the journal cannot be written: the disk is full";

  CHECK(progress.update(still) == "waiting: the journal cannot be written: the disk is full\n");
  CHECK(progress.update(still).empty());
  still["waiting"] = nullptr;
  CHECK(progress.update(still).empty());
}

TEST_CASE("on a terminal what is under way is drawn over") {
  Progress progress(Progress::Kind::terminal, 80);

  const auto first =
      progress.update(operation("running", {step(0, "intent", "a"), step(1, "intent", "b")}));
  const auto second =
      progress.update(operation("running", {step(0, "done", "a"), step(1, "intent", "b")}));

  CHECK(first == "  ...     create container a\n  ...     create container b\n");
  CHECK(second ==
        "\x1b[2A\r\x1b[J  done    create container a  1.5 s\n"
        "  ...     create container b\n");
  CHECK(progress.clear() == "\x1b[1A\r\x1b[J");
  CHECK(progress.clear().empty());
}

TEST_CASE("bytes are shown while they move") {
  Progress progress(Progress::Kind::terminal, 80);
  auto pull = step(0, "intent", "web");
  pull["progress"] = {{"current", 1'500'000}, {"total", 3'000'000}, {"text", "Downloading"}};

  CHECK(progress.update(operation("running", {pull})) ==
        "  ...     create container web  1.5 MB of 3.0 MB  Downloading\n");
}

TEST_CASE("a line never wraps, since it could not be drawn over then") {
  Progress progress(Progress::Kind::terminal, 20);

  const auto text = progress.update(operation("running", {step(0, "intent", "a-very-long-name")}));

  CHECK(text.find('\n') < 20);
}

TEST_CASE("turning back is said once, with the reason") {
  Progress progress(Progress::Kind::lines, 80);
  auto reverting = operation("reverting", {step(0, "failed", "web")});
  reverting["error"] = {{"message", "the image is missing"}};

  CHECK(progress.update(reverting) ==
        "turning back: the image is missing\n"
        "  failed  create container web: no such image\n");
  CHECK(progress.update(reverting).empty());
}

TEST_CASE("the verdict says how it ended and how long it took") {
  CHECK(verdict_text(operation("succeeded", {})) == "operation 3 succeeded in 12.0 s");
  CHECK(verdict_text(operation("reverted", {})) ==
        "operation 3 failed and was reverted after 12.0 s");
  CHECK(verdict_text(operation("cancelled", {})) == "operation 3 cancelled after 12.0 s");
}

TEST_CASE("a plan is a table of steps with their reasons") {
  const Json plan{{"app", "shop"},
                  {"version", "2"},
                  {"empty", false},
                  {"downtime", "restart"},
                  {"steps", {step(0, "pending", "web")}}};

  CHECK(plan_text(plan) ==
        "plan for shop 2: 1 steps, users notice: restart\n"
        "  create container  web  not there\n");
  CHECK(plan_text({{"empty", true}}) == "nothing to do: everything is as it should be\n");
}

TEST_SUITE_END();

}  // namespace
