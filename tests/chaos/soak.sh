#!/usr/bin/env bash
# An agent lives through a long time of changes, crashes and engine restarts, and does not grow.
#
#   soak.sh [FOLDER OF THE PROGRAMS] [SECONDS]     build/dev/bin and 1800 by default
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
# shellcheck source=tests/support/engine.sh
. tests/support/engine.sh

bin=$(cd "${1:-build/dev/bin}" && pwd)
seconds=${2:-1800}
root=$(mktemp -d /var/tmp/slipway-soak.XXXXXX)
agent=
export SLIPWAY_SOCKET=$root/run/agent.sock

clean_up() {
  if [ -n "$agent" ]; then
    kill -TERM "$agent" 2>/dev/null || true
    wait "$agent" 2>/dev/null || true
  fi
  engine_down
  rm -rf "$root"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

slipway() { "$bin/slipway" "$@"; }

# Five components; $1 is what changes in two of them.
manifest() {
  local i
  printf 'replicated_api_version: "2.9.0"\nname: Soak\nversion: "1.0.%d"\ncomponents:\n' "$1"
  for i in 1 2 3 4 5; do
    cat <<COMPONENT
  - name: Part$i
    containers:
      - source: public
        image_name: slipway-test/busybox
        version: "1"
        name: part$i
        cmd: '["sh", "-c", "while :; do date; sleep 1; done"]'
        env_vars: [{ name: GENERATION, value: "$((i < 3 ? $1 : 0))" }]
        restart: { policy: always }
        slipway: { stop_signal: SIGKILL }
COMPONENT
  done
}

ready() {
  equal "True ready" "$(slipway status --json | python3 -c 'import json, sys; data = json.load(sys.stdin); print(data["operation"] is None, data["application"]["condition"])')"
}

resident_kb() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$agent/status"; }
descriptors() { find "/proc/$agent/fd" -mindepth 1 | wc -l; }

# One round: a change is applied, a container is killed, logs and events are read while they flow;
# each tenth round the engine dies too.
round() {
  manifest "$1" >"$root/manifest.yaml"
  slipway apply "$root/manifest.yaml"
  # A crash, not `docker kill`, which the engine takes for a wish.
  kill -KILL "$(docker inspect --format '{{.State.Pid}}' "$(docker ps --quiet --filter label=io.slipway.container=part5)")"
  timeout 2 "$bin/slipway" logs -f part4 || true
  timeout 2 "$bin/slipway" events || true
  if [ $(($1 % 10)) -eq 0 ]; then
    engine_kill
    engine_wait
  fi
  eventually 120 ready
}

cat >"$root/agent.yaml" <<CONFIG
state_dir: $root/state
run_dir: $root/run
engine: { socket: ENGINE }
console: { start: false, user: nobody, state_dir: $root/console }
CONFIG
engine_up soak
sed -i "s|ENGINE|$SLIPWAY_TEST_ENGINE|" "$root/agent.yaml"
engine_load "$SLIPWAY_TEST_IMAGE" >/dev/null
nsenter --net="/run/netns/$SLIPWAY_TEST_NETNS" "$bin/slipwayd" serve --config "$root/agent.yaml" >"$root/agent.log" 2>&1 &
agent=$!
eventually 30 slipway version

number=0
warm_memory=
warm_descriptors=
end=$((SECONDS + seconds))
while [ "$SECONDS" -lt "$end" ] || [ "$number" -lt 12 ]; do
  number=$((number + 1))
  check "round $number" round "$number"
  if [ "$number" -eq 10 ]; then
    warm_memory=$(resident_kb)
    warm_descriptors=$(descriptors)
  fi
done

not_more_than() { [ "$1" -le "$2" ] || { printf '%d is more than %d\n' "$1" "$2"; return 1; }; }
printf 'resident after 10 rounds %d kB, after %d rounds %d kB\n' "$warm_memory" "$number" "$(resident_kb)"
check "memory has not grown by more than a fifth" not_more_than "$(resident_kb)" "$((warm_memory * 6 / 5))"
check "no descriptor was left open" not_more_than "$(descriptors)" "$((warm_descriptors + 3))"
check "the agent is still the same process" kill -0 "$agent"
report
