#include "agent/daemon/supervise.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/fs/lock_file.hpp"
#include "agent/base/log/log.hpp"
#include "agent/daemon/accounts.hpp"
#include "agent/daemon/keeper.hpp"

#include <unistd.h>

namespace agent::daemon {
namespace {

// More than an operation needs to write down where it is.
constexpr std::chrono::seconds k_agent_grace{30};

}  // namespace

base::Status prepare_directories(const Settings& settings) {
  BASE_TRY(base::fs::make_directories(settings.state_dir, 0700));
  BASE_TRY(base::fs::make_directories(settings.run_dir, 0750));
  BASE_TRY_ASSIGN(const auto account, account_named(settings.console.user));
  if (account) {
    if (::lchown(settings.run_dir.c_str(), static_cast<uid_t>(-1), account->group) != 0) {
      return base::fs::system_error("chown", settings.run_dir);
    }
  }
  return base::ok();
}

base::Status supervise(const Settings& settings,
                       const SuperviseOptions& options,
                       const base::process::Termination& termination) {
  BASE_TRY(prepare_directories(settings));
  BASE_TRY(base::fs::make_directories(options.log_dir, 0750));
  auto lock = base::fs::LockFile::acquire(settings.run_dir / "supervisor.pid");
  if (!lock) {
    return std::move(lock).error().with_context("another supervisor runs");
  }
  KeptProgram agent{.name = "slipwayd",
                    .command = {.argv = {options.program.string(),
                                         "serve",
                                         "--config",
                                         options.config.string(),
                                         "--log-dir",
                                         options.log_dir.string()}},
                    .log_file = options.log_dir / "slipwayd.log",
                    .grace = k_agent_grace};
  agent.command.environment = inherited_environment();
  const Keeper keeper(std::move(agent));
  base::log::info("the supervisor was told to end", {{"signal", termination.wait()}});
  return base::ok();
}

}  // namespace agent::daemon
