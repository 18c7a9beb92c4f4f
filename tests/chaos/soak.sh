#!/usr/bin/env bash
# An agent lives through a long time of changes, crashes and engine restarts, and does not grow.
#
#   soak.sh [FOLDER OF THE PROGRAMS] [SECONDS]     build/dev/bin and 1800 by default
set -euo pipefail
# shellcheck source=tests/chaos/agent.sh
. "$(dirname "$0")/agent.sh"

seconds=${2:-1800}

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
  eventually 120 settled
}

agent_world soak "${1:-build/dev/bin}"
agent_start ""

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
