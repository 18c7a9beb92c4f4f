#!/usr/bin/env bash
# Measures Slipway against its peers on this machine and prints one table of ratios.
#
#   tests/bench/run.sh            every benchmark, about half an hour
#   tests/bench/run.sh NAME…      only these; `run.sh --list` names them
#   BENCH_ROUNDS=5 run.sh NAME…   other than the usual number of rounds
#
# On Debian 12 as root it installs what it needs (apt, npm), builds release and web console, and starts
# a Docker engine of its own in a network namespace of its own for those that need one. Nothing is left
# running. Results are in build/bench; README.md beside this file says how to read them. A target that
# is missed is printed; the exit status says only whether all could be measured.
set -euo pipefail
cd "$(dirname "$0")/../.."

bench=tests/bench/bench.py
tools=build/bench/tools

prepare() {
  installer/packages.sh build run test bench
  # shellcheck disable=SC1091 # Written by packages.sh.
  . build/tools/env.sh
  export CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$PWD
  cmake --preset release
  cmake --build --preset release --target slipwayd slipway slipway-console registryd
  build_pages
  install_peer verdaccio
  install_peer replicated_lint
}

# The console holds them in memory.
build_pages() {
  local pages=web-admin/dist/index.html
  if [ -f "$pages" ] && [ -z "$(find web-admin/src web-admin/package-lock.json agent/api/openapi.yaml -newer "$pages")" ]; then
    return
  fi
  (cd web-admin && npm ci --no-audit --no-fund && npm run build)
}

# By npm, which checks what it fetches against the digests in package-lock.json.
install_peer() {
  local from=tests/bench/$1 target=$tools/$1
  if cmp -s "$from/package-lock.json" "$target/package-lock.json"; then
    return
  fi
  rm -rf "$target.new"
  mkdir -p "$target.new"
  cp "$from/package.json" "$from/.npmrc" "$target.new/"
  cp "$from/package-lock.json" "$target.new/"
  (cd "$target.new" && npm ci --ignore-scripts --no-audit --no-fund)
  rm -rf "$target"
  mv "$target.new" "$target"
}

if [ "${1:-}" = --list ]; then
  python3 "$bench" list | cut -d' ' -f1
  exit
fi
names=("$@")
[ "${#names[@]}" -gt 0 ] || mapfile -t names < <(python3 "$bench" list | cut -d' ' -f1)
plain=()
engine=()
for name in "${names[@]}"; do
  case $(python3 "$bench" list | grep -E "^$name( |\$)" || true) in
    '') printf 'unknown benchmark: %s; there are:\n%s\n' "$name" "$("$0" --list)" >&2; exit 2 ;;
    *' engine') engine+=("$name") ;;
    *) plain+=("$name") ;;
  esac
done

mkdir -p build/bench
# A shell of its own: within a condition errexit would not hold.
export -f build_pages install_peer prepare
export tools
bash -euo pipefail -c prepare >build/bench/prepare.log 2>&1 || { tail -n 30 build/bench/prepare.log >&2; exit 1; }
# shellcheck disable=SC1091 # Written by packages.sh.
. build/tools/env.sh
[ "${#plain[@]}" -eq 0 ] || python3 "$bench" run "${plain[@]}" || true
if [ "${#engine[@]}" -gt 0 ]; then
  # shellcheck source=tests/support/engine.sh
  . tests/support/engine.sh
  engine_up bench >build/bench/engine.log 2>&1 || { tail -n 20 build/bench/engine.log >&2; exit 1; }
  engine_load "$SLIPWAY_TEST_IMAGE" >>build/bench/engine.log 2>&1
  python3 "$bench" run "${engine[@]}" || true
  engine_down >>build/bench/engine.log 2>&1
fi
python3 "$bench" table "${names[@]}"
