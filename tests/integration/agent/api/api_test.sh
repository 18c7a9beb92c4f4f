#!/usr/bin/env bash
# Agent, console and command line together on a real engine: two containers are applied, looked at,
# entered and taken down; agent and console are killed and come back; nobody gets in who should not.
#
#   api_test.sh [FOLDER OF THE PROGRAMS]      build/dev/bin by default
set -euo pipefail
cd "$(dirname "$0")/../../../.."
. tests/support/check.sh
. tests/support/engine.sh

bin=$(cd "${1:-build/dev/bin}" && pwd)
root=$(mktemp -d /var/tmp/slipway-api.XXXXXX)
console=https://127.0.0.1:18800
supervisor=
export SLIPWAY_SOCKET=$root/run/agent.sock

clean_up() {
  if [ -n "$supervisor" ]; then
    kill -TERM "$supervisor" 2>/dev/null || true
    wait "$supervisor" 2>/dev/null || true
  fi
  engine_down
  rm -rf "$root"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

slipway() { engine_run "$bin/slipway" "$@"; }
exits() {
  local wanted=$1 code=0
  shift
  "$@" || code=$?
  equal "$wanted" "$code"
}
json() { python3 -c 'import json, sys; data = json.load(sys.stdin); print(eval(sys.argv[1]))' "$1"; }
field() { equal "$1" "$(slipway "${@:3}" --json | json "$2")"; }
prints() {
  local wanted=$1
  shift
  equal "$wanted" "$("$@" 2>/dev/null)"
}
says() {
  local wanted=$1
  shift
  # Its exit code is another check's business.
  grep -qF -- "$wanted" <<<"$("$@" 2>&1 || true)"
}

# --- the console, as a browser asks it ---------------------------------------------------------

browse() { engine_run curl -sk --max-time 20 --cookie "$root/cookies" --cookie-jar "$root/cookies" "$@"; }
status_of() { browse --output /dev/null --write-out '%{http_code}' "$@"; }
sign_in() {
  browse --header 'X-Slipway-Request: 1' --header 'Content-Type: application/json' \
    --data "{\"code\":\"$1\"}" --output /dev/null --write-out '%{http_code}' "$console/api/v1/session"
}

# A process that nobody has reaped yet has ended all the same.
ended() { [ "$(sed -E 's/.*\) (.).*/\1/' "/proc/$1/stat" 2>/dev/null || echo Z)" = Z ]; }

# --- processes -----------------------------------------------------------------------------------

# Looked up below the supervisor only: other agents may run on this machine.
child_of() { pgrep -P "$1" | head -n 1; }
agent_pid() { child_of "$supervisor"; }
console_pid() { child_of "$(agent_pid)"; }
agent_answers() { slipway version; }
another_agent_than() { [ "$(agent_pid)" != "$1" ] && agent_answers; }
another_console_than() { [ -n "$(console_pid)" ] && [ "$(console_pid)" != "$1" ] && equal 200 "$(status_of "$console/")"; }
runs_as_nobody() {
  equal nobody "$(stat -c %U "/proc/$(console_pid)")" &&
    equal 0000000000000000 "$(sed -n 's/^CapEff:[^0-9]*//p' "/proc/$(console_pid)/status")" &&
    equal 1 "$(sed -n 's/^NoNewPrivs:[^0-9]*//p' "/proc/$(console_pid)/status")"
}

mkdir -p "$root/pages/assets"
printf '<!doctype html><title>page</title>' >"$root/pages/index.html"
printf 'export {};' >"$root/pages/assets/app-1.js"
chmod -R go+rX "$root/pages"
chmod 0755 "$root"
cat >"$root/agent.yaml" <<CONFIG
state_dir: $root/state
run_dir: $root/run
engine: { socket: ENGINE }
console: { listen: "127.0.0.1:18800", user: nobody, state_dir: $root/console }
CONFIG
cat >"$root/two.yaml" <<'MANIFEST'
replicated_api_version: "2.9.0"
name: Two
version: "1.0.0"
config:
  - name: words
    title: Words
    items:
      - name: greeting
        type: text
        default: hello
components:
  - name: Back
    containers:
      - source: public
        image_name: slipway-test/busybox
        version: "1"
        name: back
        cmd: '["sh", "-c", "echo back is up; echo trouble >&2; exec sleep 86400"]'
  - name: Front
    containers:
      - source: public
        image_name: slipway-test/busybox
        version: "1"
        name: front
        cmd: '["sh", "-c", "echo {{repl ConfigOption `greeting`}}; exec sleep 86400"]'
        slipway: { depends_on: [back] }
MANIFEST

echo "starting"
engine_up api-test
sed -i "s|ENGINE|$SLIPWAY_TEST_ENGINE|" "$root/agent.yaml"
# Not by engine_run: the shell in between would keep the signals to itself.
SLIPWAY_CONSOLE_STATIC=$root/pages nsenter --net="/run/netns/$SLIPWAY_TEST_NETNS" \
  "$bin/slipwayd" supervise --config "$root/agent.yaml" --log-dir "$root/log" &
supervisor=$!
check "the agent answers" eventually 30 agent_answers
check "the console answers" eventually 30 another_console_than 0
check "the console has no rights" runs_as_nobody
refuses "a second supervisor is refused" engine_run "$bin/slipwayd" supervise --config "$root/agent.yaml" --log-dir "$root/log"
refuses "a second agent is refused" engine_run "$bin/slipwayd" serve --config "$root/agent.yaml"
refuses "the console does not run as root" engine_run "$bin/slipway-console" serve --config "$root/agent.yaml"
check "the socket is closed to others" equal "660 root nogroup" "$(stat -c '%a %U %G' "$SLIPWAY_SOCKET")"
check "the state is closed to others" equal 700 "$(stat -c %a "$root/state")"
check "nothing is installed" field missing 'data["application"]["condition"]' status
check "the engine is reachable" field True 'data["engine"]["reachable"]' status
check "the fingerprint is shown" says "$(cat "$root/console/fingerprint")" slipway status

echo "exit codes"
check "no agent is 3" exits 3 engine_run "$bin/slipway" --socket "$root/none.sock" status
check "wrong usage is 2" exits 2 slipway frobnicate
check "an unknown component is 5" exits 5 slipway logs nobody-knows
check "a manifest that is none is 7" exits 7 slipway apply "$root/agent.yaml"
check "a missing image is 5" exits 5 slipway apply "$root/two.yaml"
check "it says which" says slipway-test/busybox:1 slipway apply "$root/two.yaml"

echo "main job"
check "images are loaded" prints slipway-test/busybox:1 slipway images load "$SLIPWAY_TEST_IMAGE"
check "a plan says what would be done" says "create container" slipway plan "$root/two.yaml"
check "and does nothing" field 0 'len(data["components"])' ps
check "two containers are applied" slipway apply "$root/two.yaml"
check "both are ready" slipway wait --timeout 60
check "ps has a row for each" equal "back front" "$(slipway ps --quiet | sort | xargs)"
check "the status is ready" field ready 'data["application"]["condition"]' status
check "the same again changes nothing" says "nothing to do" slipway apply "$root/two.yaml"
check "logs are there" says "back is up" slipway logs back
check "what went to standard error goes there" prints "back is up" slipway logs back
check "only the last lines" equal 1 "$(slipway logs --tail 1 --json back | wc -l)"
check "the default of a setting is used" prints hello slipway logs front
check "another value replaces one container" slipway apply "$root/two.yaml" --set greeting=servus
check "with the new value" eventually 20 prints servus slipway logs front
check "a wrong setting is 7" exits 7 slipway apply "$root/two.yaml" --set nonsense=1
check "an operation is remembered with its steps" says "start container" slipway operation show 1
check "events begin with a snapshot" says '"event":"snapshot"' timeout 5 nsenter --net="/run/netns/$SLIPWAY_TEST_NETNS" "$bin/slipway" events --json

echo "programs in containers"
check "output comes through" prints works slipway exec back -- echo works
check "the exit code comes through" exits 7 slipway exec back -- sh -c 'exit 7'
check "standard input goes through" prints HELLO slipway exec -i back -- tr a-z A-Z <<<hello
check "big output is whole" equal 3000000 "$(slipway exec back -- sh -c 'yes | head -c 3000000' | wc -c)"
check "a terminal is one" prints "$(printf '/dev/pts/0\r')" script -qec "nsenter --net=/run/netns/$SLIPWAY_TEST_NETNS $bin/slipway exec -t back -- tty" /dev/null
refuses "a terminal needs a terminal" slipway exec -t back -- tty </dev/null

echo "the console"
code=$(slipway login-code)
check "the page is served" says "<title>page</title>" browse "$console/"
check "pages of the application too" says "<title>page</title>" browse "$console/components/back"
check "with a policy" says "content-security-policy: default-src 'none'" bash -c "$(declare -f browse engine_run); root=$root SLIPWAY_TEST_NETNS=$SLIPWAY_TEST_NETNS; browse -D - $console/ | tr A-Z a-z"
check "without a session there is nothing to see" equal 401 "$(status_of "$console/api/v1/status")"
check "a wrong code is refused" equal 401 "$(sign_in 2222-2222-2222)"
check "the code signs in" equal 200 "$(sign_in "$code")"
check "the session sees the status" equal ready "$(browse "$console/api/v1/status" | json 'data["application"]["condition"]')"
check "live events come through" says "event: snapshot" timeout 5 nsenter --net="/run/netns/$SLIPWAY_TEST_NETNS" curl -skN --cookie "$root/cookies" "$console/api/v1/events"
check "a change without the header is refused" equal 403 "$(status_of -X POST --data '{"action":"apply"}' "$console/api/v1/plans")"
check "a manifest is refused" equal 403 "$(status_of -H 'X-Slipway-Request: 1' --data '{"action":"apply","manifest":"a"}' "$console/api/v1/plans")"
check "a new code is refused" equal 403 "$(status_of -H 'X-Slipway-Request: 1' -X POST "$console/api/v1/login-code")"
check "the code is used up" equal 401 "$(engine_run curl -sk -H 'X-Slipway-Request: 1' --data "{\"code\":\"$code\"}" --output /dev/null --write-out '%{http_code}' "$console/api/v1/session")"

echo "strangers"
stranger() { engine_run setpriv --reuid 12345 --regid "$1" --clear-groups curl -s --unix-socket "$SLIPWAY_SOCKET" "${@:2}"; }
refuses "another user does not reach the socket" stranger 12345 http://agent/api/v1/version
chmod 0755 "$root/run"
check "one of the console's group reaches it and is refused" equal 403 \
  "$(stranger nogroup --output /dev/null --write-out '%{http_code}' http://agent/api/v1/version)"
chmod 0750 "$root/run"

echo "kill -9"
agent_before=$(agent_pid)
console_before=$(console_pid)
kill -KILL "$console_before"
check "the console is back" eventually 30 another_console_than "$console_before"
console_before=$(console_pid)
kill -KILL "$agent_before"
check "the agent is back" eventually 30 another_agent_than "$agent_before"
check "the console is back with it" eventually 30 another_console_than "$console_before"
check "the old console is gone" ended "$console_before"
check "the session is still good" equal 200 "$(status_of "$console/api/v1/status")"
check "the containers are still known" slipway wait --timeout 30

echo "end"
check "down removes the containers" slipway down
check "and they are gone" equal "" "$(docker ps --all --quiet --filter label=io.slipway.app)"
check "purge leaves nothing" slipway down --purge
log_has_no_secret() { ! grep -rqF -e "$code" "$root/log"; }
check "the log does not hold the code" log_has_no_secret
kill -TERM "$supervisor"
check "the supervisor ends well" wait "$supervisor"
supervisor=
refuses "nothing of it is left" pgrep -f "slipwayd.*$root/agent.yaml"
report
