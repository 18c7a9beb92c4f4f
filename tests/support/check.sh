# shellcheck shell=bash
# A few lines of test harness for suites that drive programs from the shell. Source it, call
# `check NAME COMMAND…` (passes when the command succeeds) or `refuses NAME COMMAND…` (passes when it
# fails), end with `report`. Output of a command is shown only when the check fails.

checks_passed=0
checks_failed=0
check_log=$(mktemp)

check() {
  local name=$1
  shift
  if "$@" >"$check_log" 2>&1; then
    checks_passed=$((checks_passed + 1))
    printf '  ok    %s\n' "$name"
  else
    checks_failed=$((checks_failed + 1))
    printf '  FAIL  %s\n' "$name"
    printf '        %s\n' "command: $*"
    tail -n 40 "$check_log" | sed 's/^/        /'
  fi
}

refuses() {
  local name=$1
  shift
  if "$@" >"$check_log" 2>&1; then
    checks_failed=$((checks_failed + 1))
    printf '  FAIL  %s (it succeeded)\n        command: %s\n' "$name" "$*"
    tail -n 20 "$check_log" | sed 's/^/        /'
  else
    checks_passed=$((checks_passed + 1))
    printf '  ok    %s\n' "$name"
  fi
}

# eventually SECONDS COMMAND…: polls until the command succeeds.
eventually() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      "$@"
      return
    fi
    sleep 0.2
  done
}

equal() {
  [ "$1" = "$2" ] || { printf 'expected: %s\nactual:   %s\n' "$1" "$2"; return 1; }
}

report() {
  rm -f "$check_log"
  printf '%d passed, %d failed\n' "$checks_passed" "$checks_failed"
  [ "$checks_failed" -eq 0 ]
}
