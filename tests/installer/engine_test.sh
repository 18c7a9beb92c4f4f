#!/usr/bin/env bash
# installer/engine.sh against real engines, each in a network namespace of its own.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/support/check.sh
. tests/support/engine.sh

starts() { "$engine_script" start --netns "$SLIPWAY_TEST_NETNS"; }
supervisor() { cat "$SLIPWAY_ENGINE_DIR/supervisor.pid"; }
kill_supervisor() { kill -KILL "$(supervisor)"; }
runs() { [ -d "/proc/$1" ] && ! grep -q '^State:.Z' "/proc/$1/status"; }
gone() { ! runs "$1"; }
web_answers() { equal hello "$(engine_run curl -s --max-time 5 http://127.0.0.1:8080/)"; }
shims() { pgrep -f -- "containerd-shim.*$1/" || true; }
# Inside, only loopback and the bridges are up: nothing can leave.
has_no_route_out() { equal "" "$(ip -n "$SLIPWAY_TEST_NETNS" route show default)"; }

refuses_a_second_engine() {
  local second output
  second=$(mktemp -d /var/tmp/slipway-second.XXXXXX)
  output=$(SLIPWAY_ENGINE_DIR=$second "$engine_script" start --netns "$SLIPWAY_TEST_NETNS" 2>&1) && return 1
  rm -rf "$second"
  grep -q E_ENGINE_TWICE <<<"$output"
}

log_is_cut() {
  [ -f "$SLIPWAY_ENGINE_DIR/engine.log.1" ] && [ "$(stat -c %s "$SLIPWAY_ENGINE_DIR/engine.log")" -lt 4000 ]
}

echo "engine"
# The first lines of an engine are more than that.
export SLIPWAY_ENGINE_LOG_BYTES=2000
check "an engine starts in a namespace of its own" engine_up engine-test
check "its namespace has no way out" has_no_route_out
engine=$(cat "$SLIPWAY_ENGINE_DIR/docker.pid")
folder=$SLIPWAY_ENGINE_DIR
namespace=$SLIPWAY_TEST_NETNS
check "a second start changes nothing" starts
check "the log is cut while the engine runs" eventually 30 log_is_cut
check "the engine is the same one" equal "$engine" "$(cat "$SLIPWAY_ENGINE_DIR/docker.pid")"
check "a second engine in the namespace is refused" refuses_a_second_engine
check "the test image loads" engine_load "$SLIPWAY_TEST_IMAGE"
check "a container starts" docker run --detach --name web --restart always --publish 8080:8080 \
  slipway-test/busybox:1 sh -c 'echo hello >/www/index.html; exec httpd -f -p 8080 -h /www'
check "its published port is reached inside the namespace" eventually 30 web_answers

engine_kill
check "a killed engine ends" eventually 10 gone "$engine"
check "it is started again" engine_wait
check "its container is back" eventually 60 web_answers

loop=$(supervisor)
kill_supervisor
check "a killed loop ends" eventually 10 gone "$loop"
check "the container does not notice" web_answers
check "a start puts the loop back" starts
check "the loop watches the engine that runs" eventually 10 test -f "$SLIPWAY_ENGINE_DIR/supervisor.pid"

kill_supervisor
engine_kill
check "with loop and engine killed, the container lives on" test -n "$(shims "$folder")"
check "destroy succeeds all the same" engine_down
check "no container is left" equal "" "$(shims "$folder")"
refuses "the namespace is gone" test -e "/run/netns/$namespace"
refuses "the folder is gone" test -e "$folder"

refuses "a namespace's name cannot be a path" "$engine_script" start --netns ../escape
refuses "destroy needs a namespace" "$engine_script" destroy
refuses "an unknown verb is refused" "$engine_script" restart
report
