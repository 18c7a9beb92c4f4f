#!/usr/bin/env bash
# Feeds the parsers of everything that comes from outside with what nobody wrote.
#
#   tests/fuzz/run.sh [--seconds N] [TARGET…]     each target for N seconds (60), all of them by default
#
# What was found is kept in build/fuzz/TARGET/; the corpus there grows from run to run. Closes with
# `N passed, N failed`.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=60
targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=${2:?--seconds needs a number}; shift ;;
    --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) printf 'unknown option: %s\n' "$1" >&2; exit 2 ;;
    *) targets+=("$1") ;;
  esac
  shift
done
[ "${#targets[@]}" -gt 0 ] || mapfile -t targets < <(cd tests/fuzz && printf '%s\n' fuzz_*.cpp | sed 's/\.cpp$//')

mkdir -p build/logs
{ cmake --preset fuzz && cmake --build --preset fuzz; } >build/logs/build-fuzz.log 2>&1 || { tail -n 40 build/logs/build-fuzz.log; exit 1; }

# What the product itself is fed with is where the search starts.
seeds() {
  case $1 in
    fuzz_manifest | fuzz_lint | fuzz_render) printf '%s\n' manifests tests/unit/agent/render/golden ;;
    *) printf '%s\n' "tests/fuzz/seeds/$1" ;;
  esac
}

passed=0
failed=0
for target in "${targets[@]}"; do
  work=build/fuzz/$target
  mkdir -p "$work/corpus"
  mapfile -t places < <(seeds "$target")
  find "${places[@]}" -type f \( -name '*.yaml' -o ! -name '*.*' \) -exec cp -n -t "$work/corpus" {} + || true
  if build/fuzz/bin/"$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
    -print_final_stats=1 -artifact_prefix="$work/" "$work/corpus" >"$work/log" 2>&1; then
    passed=$((passed + 1))
    printf 'ok    %s: %s runs\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s, the end of %s:\n' "$target" "$work/log"
    tail -n 40 "$work/log"
  fi
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
