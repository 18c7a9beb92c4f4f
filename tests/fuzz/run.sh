#!/usr/bin/env bash
# Feeds the parsers of everything that comes from outside with what nobody wrote.
#
#   tests/fuzz/run.sh [--seconds N] [TARGET…]     each target for N seconds of CPU (60), all by default
#   tests/fuzz/run.sh --shard I/N                 every N-th target, from the I-th (1 to N)
#   tests/fuzz/run.sh --patience N                seconds that one input may take (10); more on a busy machine
#   tests/fuzz/run.sh --no-build                  with the targets as they were built last
#
# What a target has run already counts while its program is the same, byte for byte, so a run that was
# cut short goes on where it was, and one that asks for more adds the rest. CPU time, because an hour
# beside other work is not an hour of search.
#
# What was found is kept in build/fuzz/TARGET/; the corpus there grows from run to run. Closes with
# `N passed, N failed`.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=60
patience=10
shard=1/1
build=yes
targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=${2:?--seconds needs a number}; shift ;;
    --shard) shard=${2:?--shard needs I/N}; shift ;;
    --patience) patience=${2:?--patience needs a number}; shift ;;
    --no-build) build=no ;;
    --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) printf 'unknown option: %s\n' "$1" >&2; exit 2 ;;
    *) targets+=("$1") ;;
  esac
  shift
done
if ! [[ $shard =~ ^[1-9][0-9]*/[1-9][0-9]*$ ]] || [ "${shard%/*}" -gt "${shard#*/}" ]; then
  printf 'a shard is written I/N, as 1/3\n' >&2
  exit 2
fi
[ "${#targets[@]}" -gt 0 ] || mapfile -t targets < <(cd tests/fuzz && printf '%s\n' fuzz_*.cpp | sed 's/\.cpp$//')

mkdir -p build/logs
if [ "$build" = yes ]; then
  { cmake --preset fuzz && cmake --build --preset fuzz; } >build/logs/build-fuzz.log 2>&1 ||
    { tail -n 40 build/logs/build-fuzz.log; exit 1; }
fi

# What the product itself is fed with is where the search starts.
seeds() {
  case $1 in
    fuzz_manifest | fuzz_lint | fuzz_render) printf '%s\n' manifests tests/unit/agent/render/golden ;;
    *) printf '%s\n' "tests/fuzz/seeds/$1" ;;
  esac
}

# search TARGET FOLDER: one slice after the other, until the time is spent or something is found.
search() {
  local target=$1 work=$2 record spent slice used
  record=$work/spent-$(sha256sum "build/fuzz/bin/$target" | cut -c 1-16)
  spent=$(cat "$record" 2>/dev/null || printf 0)
  while [ "$spent" -lt "$seconds" ]; do
    slice=$((seconds - spent < 120 ? seconds - spent : 120))
    TIMEFORMAT='%U %S'
    { time "build/fuzz/bin/$target" -max_total_time="$slice" -timeout="$patience" -rss_limit_mb=2048 -max_len=65536 \
      -print_final_stats=1 -artifact_prefix="$work/" "$work/corpus" >"$work/log" 2>&1; } 2>"$work/time" || return 1
    used=$(awk 'END { printf "%d", $1 + $2 }' "$work/time")
    # A slice that the machine gave no time to must not make this endless.
    spent=$((spent + (used > 0 ? used : 1)))
    printf '%s\n' "$spent" >"$record"
    awk '/^stat::number_of_executed_units:/ { print $2 }' "$work/log" >>"$record.runs"
  done
  awk -v seconds="$spent" '{ runs += $1 } END { printf "%d runs in %d s\n", runs, seconds }' "$record.runs"
}

passed=0
failed=0
index=0
for target in "${targets[@]}"; do
  index=$((index + 1))
  [ $(((index - 1) % ${shard#*/} + 1)) -eq "${shard%/*}" ] || continue
  work=build/fuzz/$target
  mkdir -p "$work/corpus"
  mapfile -t places < <(seeds "$target")
  find "${places[@]}" -type f \( -name '*.yaml' -o ! -name '*.*' \) -exec cp -n -t "$work/corpus" {} + || true
  if result=$(search "$target" "$work"); then
    passed=$((passed + 1))
    printf 'ok    %s: %s\n' "$target" "$result"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s, the end of %s:\n' "$target" "$work/log"
    tail -n 40 "$work/log"
  fi
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
