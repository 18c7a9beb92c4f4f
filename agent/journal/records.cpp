#include "agent/journal/records.hpp"

namespace agent::journal {

std::string_view name_of(OperationKind kind) noexcept {
  switch (kind) {
    case OperationKind::install:
      return "install";
    case OperationKind::apply:
      return "apply";
    case OperationKind::down:
      return "down";
  }
  return "apply";
}

std::string_view name_of(OperationState state) noexcept {
  switch (state) {
    case OperationState::planned:
      return "planned";
    case OperationState::running:
      return "running";
    case OperationState::reverting:
      return "reverting";
    case OperationState::succeeded:
      return "succeeded";
    case OperationState::failed:
      return "failed";
    case OperationState::reverted:
      return "reverted";
    case OperationState::cancelled:
      return "cancelled";
  }
  return "failed";
}

std::string_view name_of(StepState state) noexcept {
  switch (state) {
    case StepState::pending:
      return "pending";
    case StepState::intent:
      return "intent";
    case StepState::done:
      return "done";
    case StepState::failed:
      return "failed";
    case StepState::skipped:
      return "skipped";
  }
  return "pending";
}

bool is_final(OperationState state) noexcept {
  switch (state) {
    case OperationState::planned:
    case OperationState::running:
    case OperationState::reverting:
      return false;
    case OperationState::succeeded:
    case OperationState::failed:
    case OperationState::reverted:
    case OperationState::cancelled:
      return true;
  }
  return true;
}

}  // namespace agent::journal
