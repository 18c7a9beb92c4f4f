#include "agent/engine/crash_points.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <atomic>
#include <charconv>
#include <string>
#include <system_error>

namespace agent::engine {
namespace {

std::string_view name_of(CrashMoment moment) {
  switch (moment) {
    case CrashMoment::after_intent:
      return "after_intent";
    case CrashMoment::after_effect:
      return "after_effect";
    case CrashMoment::after_result:
      return "after_result";
  }
  return "";
}

class ExitAt final : public CrashPoints {
 public:
  ExitAt(std::string moment, std::string kind, int countdown)
      : moment_(std::move(moment)), kind_(std::move(kind)), countdown_(countdown) {}

  Survival reached(CrashMoment moment, const Step& step) override {
    if (name_of(moment) == moment_ && (kind_ == "*" || kind_ == engine::name_of(step.kind)) &&
        --countdown_ == 0) {
      constexpr int k_as_if_killed = 137;
      ::_exit(k_as_if_killed);
    }
    return Survival::go_on;
  }

 private:
  std::string moment_;
  std::string kind_;
  std::atomic<int> countdown_;
};

}  // namespace

base::Result<std::unique_ptr<CrashPoints>> crash_points_of(std::string_view text) {
  const auto first = text.find(':');
  const auto second = first == std::string_view::npos ? first : text.find(':', first + 1);
  int countdown = 0;
  if (second != std::string_view::npos) {
    const auto number = text.substr(second + 1);
    const auto [end, failure] =
        std::from_chars(number.data(), number.data() + number.size(), countdown);
    if (failure != std::errc{} || end != number.data() + number.size()) {
      countdown = 0;
    }
  }
  const auto moment = text.substr(0, first);
  const bool known = moment == name_of(CrashMoment::after_intent) ||
                     moment == name_of(CrashMoment::after_effect) ||
                     moment == name_of(CrashMoment::after_result);
  if (!known || countdown < 1) {
    return base::Error{.code = base::ErrorCode::invalid_input,
                       .message = fmt::format("`{}` is no crash point", text),
                       .hint = "Write MOMENT:KIND:COUNT, as in after_intent:start_container:2."};
  }
  return std::unique_ptr<CrashPoints>(std::make_unique<ExitAt>(
      std::string(moment), std::string(text.substr(first + 1, second - first - 1)), countdown));
}

}  // namespace agent::engine
