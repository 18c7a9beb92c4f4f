#!/usr/bin/env bash
# Sets up and passes the tests: the README's second command.
#
#   tests/run.sh            everything that must hold before a change lands
#   tests/run.sh PART…      only these parts: style build unit fuzz web integration appliance
#   PRESET=dev tests/run.sh another build than asan for unit and integration tests
#
# Unit and integration tests run once, and under the address and undefined-behaviour sanitizers: a
# second build without them would cost ten minutes and find nothing more. The appliance is the
# release build.
#
# On a fresh Debian 12 as root it installs what it needs (apt, npm), starts a Docker engine of its own
# in a network namespace of its own, prints one closing line, `N passed, N failed`, and leaves nothing
# running. Logs are in build/logs.
set -euo pipefail
cd "$(dirname "$0")/.."

all=(style build unit fuzz web integration appliance)
parts=("$@")
for part in "${parts[@]}"; do
  [ "$part" != --help ] || { sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 0; }
  [[ " ${all[*]} " == *" $part "* ]] || { printf 'no part of that name: %s (see --help)\n' "$part" >&2; exit 2; }
done
[ "${#parts[@]}" -gt 0 ] || parts=("${all[@]}")
preset=${PRESET:-asan}
logs=build/logs
passed=0
failed=0
export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$PWD

wants() {
  local part
  for part in "${parts[@]}"; do
    [ "$part" != "$1" ] || return 0
  done
  return 1
}

# step NAME COMMAND…: one check that passes or fails as a whole; its output is shown when it fails.
step() {
  local name=$1 started=$SECONDS log
  shift
  log=$logs/$(tr -c 'a-z0-9\n' - <<<"${name,,}").log
  if "$@" >"$log" 2>&1; then
    passed=$((passed + 1))
    printf 'ok    %s (%d s)\n' "$name" "$((SECONDS - started))"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s (%d s), the end of %s:\n' "$name" "$((SECONDS - started))" "$log"
    tail -n 60 "$log"
  fi
}

count() {
  printf '%s: %d passed, %d failed (%d s)\n' "$1" "$2" "$3" "$4"
  passed=$((passed + $2))
  failed=$((failed + $3))
}

# suite NAME COMMAND…: a shell suite that closes with `N passed, N failed`.
suite() {
  local name=$1 started=$SECONDS log line
  shift
  log=$logs/$name.log
  "$@" >"$log" 2>&1 || true
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1) || line=
  if [ -z "$line" ]; then
    printf 'FAIL  %s did not come to its end:\n' "$name"
    tail -n 60 "$log"
    failed=$((failed + 1))
    return
  fi
  grep -A 45 -E '^  FAIL' "$log" || true
  count "$name" "${line%% *}" "$(sed -E 's/.*, ([0-9]+) failed/\1/' <<<"$line")" "$((SECONDS - started))"
}

# ctest's own summary line is read, so that the closing count is of cases and not of programs.
run_ctest() {
  local label=$1 started=$SECONDS log summary
  shift
  log=$logs/ctest-$preset-$label.log
  "$@" ctest --preset "$preset" -L "$label" -j2 --no-tests=error >"$log" 2>&1 || true
  summary=$(sed -nE 's/.*tests passed, ([0-9]+) tests? failed out of ([0-9]+).*/\1 \2/p' "$log")
  if [ -z "$summary" ]; then
    printf 'FAIL  %s tests of %s did not run:\n' "$label" "$preset"
    tail -n 40 "$log"
    failed=$((failed + 1))
    return
  fi
  [ "${summary% *}" -eq 0 ] || grep -E '^[0-9]+: .*(ERROR|FATAL|Sanitizer|values:)|\((Failed|Timeout|SEGFAULT)\)|ERROR:|values:' "$log" | head -n 120
  count "$label tests of $preset" "$((${summary#* } - ${summary% *}))" "${summary% *}" "$((SECONDS - started))"
}

check_format() {
  local faults
  faults=$(git ls-files '*.cpp' '*.hpp' | xargs -r clang-format-14 --dry-run 2>&1 |
    sed -nE 's/^([^:]+):[0-9]+:.*clang-format-violations.*/\1/p' | sort -u)
  [ -z "$faults" ] || { printf 'not formatted; run clang-format-14 -i on: %s\n' "$faults"; return 1; }
}

# By what they begin with: a package's scripts have names without an ending.
check_shell() {
  { git ls-files '*.sh'; git grep -lE '^#!/(usr/bin/env bash|bin/(ba)?sh)$'; } | sort -u | xargs -r shellcheck -x
}

check_error_codes() {
  local code missing=0
  for code in $(git grep -hoE '\bE_[A-Z_]+' -- installer packaging | sort -u); do
    grep -q "\`$code\`" docs/install.md || { printf '%s is not in docs/install.md\n' "$code"; missing=1; }
  done
  return "$missing"
}

# Of the last commit and of what is not committed; the nightly run looks at everything, and at what
# is too much for here.
check_tidy() {
  tests/tidy.sh --most 12 --changed "$(git rev-parse --verify --quiet HEAD~1 || git rev-parse HEAD)"
}

# No prefix of the script that a customer pipes into a shell may do anything; the nightly run tries them all.
check_truncation() { python3 tests/installer/truncation_test.py installer/install.sh 64; }

build() { cmake --preset "$preset" && cmake --build --preset "$preset"; }

web() {
  (cd web-admin && npm ci --no-audit --no-fund && npm run generate && npx tsc --noEmit && npx eslint src &&
    npx prettier --check src scripts && npx vitest run)
}

run_integration() {
  # shellcheck source=tests/support/engine.sh
  . tests/support/engine.sh
  if ! engine_up run >"$logs/engine.log" 2>&1; then
    printf 'FAIL  no Docker engine:\n'
    tail -n 20 "$logs/engine.log"
    failed=$((failed + 1))
    return
  fi
  run_ctest integration engine_run
  engine_down >>"$logs/engine.log" 2>&1
}

run_appliance() {
  step "quickstart prepare" installer/quickstart.sh prepare
  suite images tests/integration/images/images_test.sh
  suite install tests/support/sandbox.sh tests/installer/install_test.sh
  suite packages tests/installer/packages_test.sh
  suite appliance tests/support/sandbox.sh tests/clients/appliance_test.sh
  suite settings tests/support/sandbox.sh tests/clients/settings_test.sh
}

mkdir -p "$logs"
step "packages" installer/packages.sh build run test
# shellcheck disable=SC1091 # Written by packages.sh.
[ ! -f build/tools/env.sh ] || . build/tools/env.sh
if wants style; then
  step "layers" .ci/check-layering
  step "banned constructs" .ci/check-banned
  step "format" check_format
  step "shell" check_shell
  step "tidy of what changed" check_tidy
  step "error codes" check_error_codes
  step "truncated installer does nothing" check_truncation
fi
if wants build || wants unit || wants integration; then
  step "build $preset" build
fi
if wants unit; then
  run_ctest unit
fi
if wants fuzz; then
  # Long enough to see that what the targets are fed with first still passes; the search is nightly.
  suite fuzz tests/fuzz/run.sh --seconds 5
fi
if wants web; then
  step "web console" web
fi
if wants integration; then
  run_integration
  suite engine tests/installer/engine_test.sh
  suite api tests/integration/agent/api/api_test.sh "build/$preset/bin"
  PRESET=$preset suite accounts tests/clients/accounts_test.sh
fi
if wants appliance; then
  run_appliance
fi

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
