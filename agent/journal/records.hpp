#pragma once
// What the journal remembers: plain values, as rows of state.db are read and written.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/error.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::journal {

// SHA-256 of the deployment's canonical JSON, in lower-case hex.
struct DeploymentId {
  std::string value;
  auto operator<=>(const DeploymentId&) const = default;
};

// Counts up from 1 for the life of the installation; later operations have greater ids.
struct OperationId {
  std::int64_t value = 0;
  auto operator<=>(const OperationId&) const = default;
};

// Counts up from 1; one per saved set of settings.
struct SettingsVersion {
  std::int64_t value = 0;
  auto operator<=>(const SettingsVersion&) const = default;
};

enum class OperationKind {
  install,  // The first deployment of an application on this host.
  apply,    // Towards another deployment, or the same one again.
  down,     // Containers and networks go away; volumes too when the operation purges.
};

enum class OperationState {
  planned,
  running,
  reverting,  // A step failed or somebody cancelled: on the way back to the previous deployment.
  succeeded,
  failed,    // Neither the target nor the way back worked; the error says what is left.
  reverted,  // Back at the previous deployment because of the recorded error.
  cancelled  // Back at the previous deployment because somebody asked for it.
};

enum class StepState {
  pending,
  intent,  // Committed before the effect: the effect may or may not have happened.
  done,
  failed,
  skipped,  // Not needed any more: the operation turned back or planned anew.
};

[[nodiscard]] std::string_view name_of(OperationKind kind) noexcept;
[[nodiscard]] std::string_view name_of(OperationState state) noexcept;
[[nodiscard]] std::string_view name_of(StepState state) noexcept;

// True for states that no later event changes.
[[nodiscard]] bool is_final(OperationState state) noexcept;

// One step of one attempt. An operation that had to plan anew (the agent or the engine went away)
// has several attempts; the way back is an attempt of its own.
struct StepRecord {
  int attempt = 1;
  int index = 0;        // Within the attempt, in the plan's order.
  std::string kind;     // The spelling of agent::engine::name_of(StepKind).
  std::string subject;  // The container, image, network, volume.
  std::string reason;
  StepState state = StepState::pending;
  std::optional<base::WallTime> started;
  std::optional<base::WallTime> ended;
  std::string error;  // Empty unless failed.
};

struct OperationRecord {
  OperationId id;
  OperationKind kind = OperationKind::apply;
  OperationState state = OperationState::planned;
  std::optional<DeploymentId> target;    // Nothing: no deployment, as after `down`.
  std::optional<DeploymentId> previous;  // What the host ran before; the way back.
  bool purge = false;                    // Volumes go too.
  std::string author;                    // "root", or the account's name.
  int attempt = 0;
  std::optional<base::WallTime> started;
  std::optional<base::WallTime> ended;
  std::optional<base::Error> error;  // The first one: what made the operation turn back.
};

struct LogLine {
  base::WallTime time;
  std::string text;
};

// Why the agent did, or did not do, something about a component.
struct Decision {
  base::WallTime time;
  std::string text;
  std::string reason;
};

// A deployment as stored. `document` is the canonical JSON; it may hold secrets and exists in clear
// only in memory.
struct StoredDeployment {
  DeploymentId id;
  std::string app;
  std::string version;
  base::WallTime created;
  std::string author;
  std::string document;
  std::string manifest_id;  // SHA-256 of the manifest's text; empty when it was not kept.
  std::optional<SettingsVersion> settings;
};

struct StoredSettings {
  SettingsVersion version;
  base::WallTime created;
  std::string author;
  std::string document;  // As agent/config writes it, sealed on disk; empty after a purge.
};

}  // namespace agent::journal
