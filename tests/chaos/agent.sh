# shellcheck shell=bash
# An agent without a console on an engine of its own, for the suites that mistreat it. Source it, then:
#
#   agent_world NAME FOLDER    starts an engine and prepares the agent's settings; programs are in FOLDER
#   agent_start [CRASH POINT]  starts the agent and waits until it answers
#   agent_stop                 ends it; harmless when it does not run
#   slipway VERB…              the command line, speaking to this agent
#   settled                    no operation is under way and the application is ready
#
# Sets `root`, a folder that is removed at the end, and `agent`, the agent's process id while it runs.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
# shellcheck source=tests/support/engine.sh
. tests/support/engine.sh

agent=

agent_world() {
  bin=$(cd "$2" && pwd)
  root=$(mktemp -d "/var/tmp/slipway-$1.XXXXXX")
  export SLIPWAY_SOCKET=$root/run/agent.sock
  trap agent_world_down EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  engine_up "$1"
  cat >"$root/agent.yaml" <<CONFIG
state_dir: $root/state
run_dir: $root/run
engine: { socket: $SLIPWAY_TEST_ENGINE }
console: { start: false, user: nobody, state_dir: $root/console }
CONFIG
  engine_load "$SLIPWAY_TEST_IMAGE" >/dev/null
}

agent_world_down() {
  agent_stop
  engine_down
  rm -rf "$root"
}

agent_start() {
  nsenter --net="/run/netns/$SLIPWAY_TEST_NETNS" \
    env ${1:+SLIPWAY_CRASH_POINT="$1"} "$bin/slipwayd" serve --config "$root/agent.yaml" >>"$root/agent.log" 2>&1 &
  agent=$!
  eventually 30 slipway version
}

agent_stop() {
  [ -n "$agent" ] || return 0
  kill -TERM "$agent" 2>/dev/null || true
  wait "$agent" 2>/dev/null || true
  agent=
}

slipway() { "$bin/slipway" "$@"; }

settled() {
  equal "True ready" "$(slipway status --json |
    python3 -c 'import json, sys; data = json.load(sys.stdin); print(data["operation"] is None, data["application"]["condition"])')"
}
