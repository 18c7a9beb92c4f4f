#!/usr/bin/env bash
# What takes longer than a change may wait for.
#
#   tests/nightly.sh                   every part, one after the other
#   tests/nightly.sh PART…             only these: tsan tidy truncation chaos fuzz soak bench
#   tests/nightly.sh --shard I/N       every N-th part, from the I-th (1 to N), for N machines
#   tests/nightly.sh --again           also what has passed before
#
# A part that passed on this very tree is not run again, so a run that was cut short goes on where it
# was. Prints one closing line, `N passed, N failed`, of parts; logs are in build/logs/nightly-PART.log.
set -euo pipefail
cd "$(dirname "$0")/.."

all=(tsan tidy truncation chaos fuzz soak bench)
parts=()
shard=1/1
again=no
while [ $# -gt 0 ]; do
  case $1 in
    --shard) shard=${2:?--shard needs I/N}; shift ;;
    --again) again=yes ;;
    --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) printf 'unknown option: %s (see --help)\n' "$1" >&2; exit 2 ;;
    *)
      [[ " ${all[*]} " == *" $1 "* ]] || { printf 'no part of that name: %s (see --help)\n' "$1" >&2; exit 2; }
      parts+=("$1")
      ;;
  esac
  shift
done
[[ $shard =~ ^[1-9][0-9]*/[1-9][0-9]*$ ]] || { printf 'a shard is written I/N, as 1/3\n' >&2; exit 2; }
[ "${#parts[@]}" -gt 0 ] || parts=("${all[@]}")

export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$PWD
mkdir -p build/logs build/nightly
log=build/logs/nightly-packages.log
installer/packages.sh build run test >"$log" 2>&1 || { tail -n 20 "$log"; exit 1; }
# shellcheck disable=SC1091 # Written by packages.sh.
[ ! -f build/tools/env.sh ] || . build/tools/env.sh
# The tree as it is, committed or not, without what git ignores.
tree=$({ git rev-parse HEAD; git diff HEAD; git ls-files --others --exclude-standard; } | sha256sum | cut -c 1-16)

build() { cmake --preset "$1" && cmake --build --preset "$1"; }

# The kernel's randomised addresses lie where GCC 12's ThreadSanitizer has its shadow.
tsan() { build tsan && setarch --addr-no-randomize ctest --preset tsan -L unit -j2 --no-tests=error; }
tidy() { tests/tidy.sh --deep; }
truncation() { python3 tests/installer/truncation_test.py installer/install.sh 1; }
chaos() { build dev && tests/chaos/kill_at_every_step.sh build/dev/bin 1; }
fuzz() { tests/fuzz/run.sh --seconds 600; }
soak() { build dev && tests/chaos/soak.sh build/dev/bin 1800; }
bench() { tests/bench/run.sh; }
export -f build "${all[@]}"

passed=0
failed=0
index=0
for part in "${parts[@]}"; do
  index=$((index + 1))
  [ $(((index - 1) % ${shard#*/} + 1)) -eq "${shard%/*}" ] || continue
  mark=build/nightly/$part-$tree
  if [ "$again" = no ] && [ -f "$mark" ]; then
    printf 'ok    %s (passed before)\n' "$part"
    passed=$((passed + 1))
    continue
  fi
  started=$SECONDS
  log=build/logs/nightly-$part.log
  # A shell of its own: within a condition errexit would not hold.
  if bash -euo pipefail -c "$part" >"$log" 2>&1; then
    passed=$((passed + 1))
    : >"$mark"
    printf 'ok    %s (%d s): %s\n' "$part" "$((SECONDS - started))" "$(grep -v '^$' "$log" | tail -n 1)"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s (%d s), the end of %s:\n' "$part" "$((SECONDS - started))" "$log"
    tail -n 60 "$log"
  fi
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
