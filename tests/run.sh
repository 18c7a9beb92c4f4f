#!/usr/bin/env bash
# Sets up and passes the tests: the README's second command.
#
#   tests/run.sh            everything that must hold before a change lands
#   tests/run.sh PART…      only these parts: style build unit asan (the last one is not in the first form)
#
# On a fresh Debian 12 as root it installs what it needs. Prints one closing line, `N passed, N failed`,
# and leaves nothing running.
set -euo pipefail
cd "$(dirname "$0")/.."

parts=("$@")
[ "${#parts[@]}" -gt 0 ] || parts=(style build unit)
passed=0
failed=0
export CCACHE_NOHASHDIR=1

wants() {
  local part
  for part in "${parts[@]}"; do
    [ "$part" != "$1" ] || return 0
  done
  return 1
}

# step NAME COMMAND…: one check that passes or fails as a whole.
step() {
  local name=$1 started=$SECONDS
  shift
  if "$@"; then
    passed=$((passed + 1))
    printf 'ok    %s (%d s)\n' "$name" "$((SECONDS - started))"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s (%d s)\n' "$name" "$((SECONDS - started))"
  fi
}

install_packages() {
  DEBIAN_FRONTEND=noninteractive tests/support/packages.sh >build/packages.log 2>&1 ||
    { tail -n 30 build/packages.log; return 1; }
}

check_format() {
  local faults
  faults=$(git ls-files '*.cpp' '*.hpp' | xargs -r clang-format-14 --dry-run 2>&1 |
    sed -nE 's/^([^:]+):[0-9]+:.*clang-format-violations.*/\1/p' | sort -u)
  [ -z "$faults" ] || { printf 'not formatted; run clang-format-14 -i on: %s\n' "$faults"; return 1; }
}

check_shell() {
  git ls-files '*.sh' | xargs -r shellcheck
}

# No prefix of the script that a customer pipes into a shell may do anything; the nightly run tries them all.
check_truncation() {
  python3 tests/installer/truncation_test.py installer/install.sh 64
}

build() {
  cmake --preset "$1" >"build/configure-$1.log" 2>&1 || { tail -n 30 "build/configure-$1.log"; return 1; }
  cmake --build --preset "$1" >"build/build-$1.log" 2>&1 || { tail -n 60 "build/build-$1.log"; return 1; }
}

# ctest's own summary line is read, so that the closing count is of cases and not of programs.
run_ctest() {
  local preset=$1 label=$2 output total lost
  output=$(ctest --preset "$preset" -L "$label" -j2 --no-tests=error 2>&1) || true
  lost=$(sed -nE 's/.*tests passed, ([0-9]+) tests? failed out of ([0-9]+).*/\1/p' <<<"$output")
  total=$(sed -nE 's/.*tests passed, ([0-9]+) tests? failed out of ([0-9]+).*/\2/p' <<<"$output")
  if [ -z "$total" ]; then
    printf '%s\n' "$output" | tail -n 40
    failed=$((failed + 1))
    return
  fi
  [ "$lost" -eq 0 ] || printf '%s\n' "$output" | tail -n 150
  printf '%s tests of %s: %d, failed %d\n' "$label" "$preset" "$total" "$lost"
  passed=$((passed + total - lost))
  failed=$((failed + lost))
}

mkdir -p build
step "packages" install_packages
if wants style; then
  step "layers" .ci/check-layering
  step "banned constructs" .ci/check-banned
  step "format" check_format
  step "shell" check_shell
  step "truncated installer does nothing" check_truncation
fi
if wants build || wants unit; then
  step "build dev" build dev
fi
if wants unit; then
  run_ctest dev unit
fi
if wants asan; then
  step "build asan" build asan
  run_ctest asan unit
fi

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
