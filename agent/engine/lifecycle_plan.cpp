// Making plans and turning one into an operation.
#include "agent/base/core/scope_exit.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "agent/base/crypto/random.hpp"
#include "agent/engine/lifecycle_state.hpp"
#include "agent/engine/planner.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::engine {
namespace {

using base::Error;
using base::ErrorCode;

constexpr std::size_t k_plans_kept = 32;

Error nothing_installed() {
  return {.code = ErrorCode::not_found,
          .message = "nothing is installed",
          .hint = "Apply a manifest first.",
          .reason = "nothing_installed"};
}

const Desired* pointer_to(const std::optional<Desired>& desired) {
  return desired ? &*desired : nullptr;
}

base::Status refuse_another_application(const std::string& app,
                                        const std::optional<Desired>& current) {
  if (current && current->app != app) {
    return Error{.code = ErrorCode::conflict,
                 .message = fmt::format(
                     "application {} is installed, the manifest is of {}", current->app, app),
                 .hint = "Take the other one down first.",
                 .reason = "another_application"};
  }
  return base::ok();
}

}  // namespace

base::Result<std::optional<Desired>> AgentLifecycle::load(
    const std::optional<journal::DeploymentId>& id) {
  return load_desired(parts_.journal, id, parts_.label_key);
}

base::Result<Installed> AgentLifecycle::installed() {
  BASE_TRY_ASSIGN(const auto last, last_deployment());
  if (!last) {
    return nothing_installed();
  }
  BASE_TRY_ASSIGN(const auto current, parts_.journal.current_deployment());
  BASE_TRY_ASSIGN(const auto stored, parts_.journal.deployment(*last));
  Installed installed{
      .deployment = *last, .settings = stored.settings, .running = current.has_value()};
  BASE_TRY_ASSIGN(installed.manifest, parts_.journal.manifest(stored.manifest_id));
  return installed;
}

base::Result<Rendered> AgentLifecycle::render(const PlanRequest& request, PreparedPlan& prepared) {
  if (request.manifest) {
    prepared.manifest = *request.manifest;
  } else {
    BASE_TRY_ASSIGN(auto last, installed());
    prepared.manifest = std::move(last.manifest);
  }
  BASE_TRY_ASSIGN(const auto settings, parts_.journal.latest_settings());
  if (settings) {
    prepared.settings_before = settings->version;
  }
  return parts_.renderer.render({.manifest = prepared.manifest,
                                 .settings = settings && !settings->document.empty()
                                                 ? std::optional(settings->document)
                                                 : std::nullopt,
                                 .changes = request.settings});
}

base::Result<PreparedPlan> AgentLifecycle::prepare_apply(const PlanRequest& request) {
  PreparedPlan prepared;
  BASE_TRY_ASSIGN(auto rendered, render(request, prepared));
  BASE_TRY_ASSIGN(const auto target, desired_of(rendered.deployment, parts_.label_key.reveal()));
  BASE_TRY_ASSIGN(prepared.current, parts_.journal.current_deployment());
  prepared.previous = prepared.current;
  BASE_TRY_ASSIGN(const auto current, load(prepared.current));
  BASE_TRY(refuse_another_application(target.app, current));
  BASE_TRY_ASSIGN(const auto observation,
                  observe_for(parts_.engine, parts_.journal, target.app, &target));
  BASE_TRY_ASSIGN(prepared.plan, make_plan(observation, &target, pointer_to(current), {}));
  prepared.plan.kind =
      prepared.current ? journal::OperationKind::apply : journal::OperationKind::install;
  prepared.plan.previous = prepared.current;
  prepared.plan.warnings = std::move(rendered.warnings);
  prepared.deployment = std::move(rendered.deployment);
  prepared.settings = std::move(rendered.settings);
  return prepared;
}

// What the host ran last, even after `down`: the name of its volumes, and its manifest.
base::Result<std::optional<journal::DeploymentId>> AgentLifecycle::last_deployment() {
  BASE_TRY_ASSIGN(auto current, parts_.journal.current_deployment());
  if (current) {
    return current;
  }
  constexpr int k_far_enough = 100;
  BASE_TRY_ASSIGN(const auto operations, parts_.journal.operations(k_far_enough));
  for (const auto& operation : operations) {
    if (operation.target) {
      return operation.target;
    }
    if (operation.previous) {
      return operation.previous;
    }
  }
  return std::optional<journal::DeploymentId>();
}

base::Result<PreparedPlan> AgentLifecycle::prepare_down(const PlanRequest& request) {
  PreparedPlan prepared;
  BASE_TRY_ASSIGN(prepared.current, parts_.journal.current_deployment());
  BASE_TRY_ASSIGN(prepared.previous, last_deployment());
  if (!prepared.previous) {
    return nothing_installed();
  }
  BASE_TRY_ASSIGN(const auto previous, load(prepared.previous));
  BASE_TRY_ASSIGN(const auto observation,
                  observe_for(parts_.engine, parts_.journal, previous->app, nullptr));
  BASE_TRY_ASSIGN(prepared.plan,
                  make_plan(observation, nullptr, pointer_to(previous), {.purge = request.purge}));
  prepared.plan.previous = prepared.current;
  return prepared;
}

base::Result<PreparedPlan> AgentLifecycle::prepare_same() {
  PreparedPlan prepared;
  BASE_TRY_ASSIGN(prepared.current, parts_.journal.current_deployment());
  prepared.previous = prepared.current;
  BASE_TRY_ASSIGN(const auto current, load(prepared.current));
  if (!current) {
    return nothing_installed();
  }
  BASE_TRY_ASSIGN(const auto observation,
                  observe_for(parts_.engine, parts_.journal, current->app, &*current));
  BASE_TRY_ASSIGN(prepared.plan, make_plan(observation, &*current, &*current, {}));
  prepared.plan.kind = journal::OperationKind::apply;
  prepared.plan.previous = prepared.current;
  return prepared;
}

base::Result<journal::OperationId> AgentLifecycle::execute_same() {
  BASE_TRY_ASSIGN(const auto prepared, prepare_same());
  return execute(prepared, "slipway");
}

void AgentLifecycle::bring_back(const std::vector<std::string>& keys) {
  const auto begun = execute_same();
  const auto outcome = begun ? fmt::format("operation {} starts it again", begun->value)
                             : fmt::format("not started again: {}", begun.error().message);
  for (const auto& key : keys) {
    supervisor_->decide(key, outcome, "the Docker engine came back and left it stopped");
  }
}

base::Result<Plan> AgentLifecycle::plan(const PlanRequest& request) {
  auto prepared = request.action == Action::apply ? prepare_apply(request) : prepare_down(request);
  if (!prepared) {
    return std::move(prepared).error();
  }
  constexpr std::size_t k_id_bytes = 8;
  prepared->plan.id = {base::crypto::hex_encode(base::crypto::random_bytes(k_id_bytes))};
  prepared->plan.created = parts_.clock.wall_time();
  auto plan = prepared->plan;
  auto state = state_.lock();
  state->plans.push_back(*std::move(prepared));
  if (state->plans.size() > k_plans_kept) {
    state->plans.pop_front();
  }
  return plan;
}

base::Result<PreparedPlan> AgentLifecycle::prepared(const PlanId& id) {
  auto state = state_.lock();
  const auto found = std::find_if(state->plans.begin(),
                                  state->plans.end(),
                                  [&](const auto& candidate) { return candidate.plan.id == id; });
  if (found == state->plans.end()) {
    return Error{.code = ErrorCode::not_found,
                 .message = fmt::format("there is no plan {:.64}", id.value),
                 .hint = "Make a plan again; plans do not outlive the agent."};
  }
  return *found;
}

base::Result<Plan> AgentLifecycle::plan_of(const PlanId& id) {
  BASE_TRY_ASSIGN(const auto found, prepared(id));
  return found.plan;
}

base::Result<journal::OperationId> AgentLifecycle::execute(const PlanId& id,
                                                           const std::string& author) {
  BASE_TRY_ASSIGN(const auto plan, prepared(id));
  return execute(plan, author);
}

base::Result<journal::OperationId> AgentLifecycle::execute(const PreparedPlan& plan,
                                                           const std::string& author) {
  {
    auto state = state_.lock();
    if (state->busy) {
      return Error{.code = ErrorCode::conflict,
                   .message = "an operation is under way",
                   .hint = "Wait for it, or cancel it.",
                   .reason = "operation_running"};
    }
    state->busy = true;
  }
  auto begun = begin(plan, author);
  if (!begun) {
    state_.lock()->busy = false;
  }
  return begun;
}

base::Status AgentLifecycle::verify(const PreparedPlan& prepared,
                                    const std::optional<Desired>& target) {
  BASE_TRY_ASSIGN(
      const auto observation,
      observe_for(parts_.engine, parts_.journal, prepared.plan.app, pointer_to(target)));
  BASE_TRY_ASSIGN(const auto current, parts_.journal.current_deployment());
  if (fingerprint(observation) != prepared.plan.fingerprint || current != prepared.current) {
    return Error{.code = ErrorCode::conflict,
                 .message = "what the plan was made for has changed since",
                 .hint = "Make the plan again and look at it.",
                 .reason = "stale_plan"};
  }
  if (!target) {
    return base::ok();
  }
  return check({.engine = parts_.engine,
                .images = parts_.images,
                .host = parts_.host,
                .state_dir = parts_.state_dir},
               prepared.plan,
               observation,
               *target);
}

base::Result<journal::OperationId> AgentLifecycle::record(const PreparedPlan& prepared,
                                                          const std::string& author) {
  journal::NewOperation operation{.kind = prepared.plan.kind,
                                  .target = prepared.plan.target,
                                  .previous = prepared.previous,
                                  .purge = prepared.plan.purge,
                                  .author = author};
  if (prepared.deployment) {
    BASE_TRY_ASSIGN(const auto manifest, parts_.journal.store_manifest(prepared.manifest));
    BASE_TRY_ASSIGN(const auto latest, parts_.journal.latest_settings());
    auto version = latest ? latest->version : journal::SettingsVersion{};
    if (latest && prepared.settings_before != latest->version) {
      // Executing the plan would undo what somebody has saved since.
      return Error{.code = ErrorCode::conflict,
                   .message = "the settings were changed since the plan was made",
                   .hint = "Make a new plan.",
                   .reason = "stale_plan"};
    }
    if (!latest || latest->document != prepared.settings) {
      BASE_TRY_ASSIGN(version, parts_.journal.store_settings(prepared.settings, author));
    }
    BASE_TRY(parts_.journal.store_deployment({.id = *prepared.plan.target,
                                              .app = prepared.deployment->app,
                                              .version = prepared.deployment->version,
                                              .author = author,
                                              .document = render::to_json(*prepared.deployment),
                                              .manifest_id = manifest,
                                              .settings = version}));
  }
  return parts_.journal.begin_operation(operation);
}

base::Result<journal::OperationId> AgentLifecycle::begin(const PreparedPlan& prepared,
                                                         const std::string& author) {
  std::optional<Desired> target;
  if (prepared.deployment) {
    BASE_TRY_ASSIGN(target, desired_of(*prepared.deployment, parts_.label_key.reveal()));
  } else {
    BASE_TRY_ASSIGN(target, load(prepared.plan.target));
  }
  BASE_TRY(verify(prepared, target));
  BASE_TRY_ASSIGN(const auto id, record(prepared, author));
  if (prepared.plan.steps.empty()) {
    // Looked at a moment ago: nothing is to be done, and nobody needs a thread for that.
    BASE_TRY(parts_.journal.finish_operation(
        id, journal::OperationState::succeeded, std::nullopt, prepared.plan.target));
    BASE_TRY_ASSIGN(const auto finished, parts_.journal.operation(id));
    on_operation(finished);
    settle();
    return id;
  }
  BASE_TRY_ASSIGN(const auto begun, parts_.journal.operation(id));
  launch(begun);
  return id;
}

}  // namespace agent::engine
