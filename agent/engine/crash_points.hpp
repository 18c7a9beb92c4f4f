#pragma once

#include "agent/base/core/result.hpp"
#include "agent/engine/plan.hpp"

#include <memory>
#include <string_view>

namespace agent::engine {

// The moments around a step at which a sudden death must do no harm.
enum class CrashMoment {
  after_intent,  // The intent is committed, the effect has not begun.
  after_effect,  // The effect has happened, its result is not committed.
  after_result,
};

enum class Survival { go_on, die };

// A door for tests: production passes CrashPoints itself, which always goes on. An implementation
// may end the process. One that answers `die` makes the executor drop everything as a dead process
// would: no further effect, no further record.
class CrashPoints {
 public:
  virtual ~CrashPoints() = default;
  virtual Survival reached(CrashMoment /*moment*/, const Step& /*step*/) { return Survival::go_on; }
};

// Ends the process with `_exit(137)`, as SIGKILL would, at the nth time that a moment of this text
// is reached: "after_intent:start_container:2"; the kind may be "*". Errors: invalid_input.
base::Result<std::unique_ptr<CrashPoints>> crash_points_of(std::string_view text);

}  // namespace agent::engine
