# shellcheck shell=bash
# A Docker engine for a suite, alone in a network namespace without a route out. Source it, then:
#
#   engine_up NAME         starts it (about 2 s) and exports
#                            SLIPWAY_TEST_ENGINE  path of its socket
#                            SLIPWAY_TEST_NETNS   its network namespace
#                            DOCKER_HOST          the same socket, for the docker command
#                            SLIPWAY_TEST_IMAGE   docker-archive of slipway-test/busybox:1
#   engine_run COMMAND…    runs a command inside the namespace; published ports are reached only there
#   engine_load ARCHIVE…   loads docker-archives
#   engine_kill            kill -9 of the engine alone; the loop of installer/engine.sh starts it again
#   engine_wait            waits until the engine answers
#   engine_down            stops it and removes all of it; harmless when nothing runs
#
# NAME keeps suites apart that run at the same time. The engine is taken down when the shell ends,
# unless the suite has an EXIT trap of its own, which must then call engine_down.

engine_support=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
engine_script=$engine_support/../../installer/engine.sh

engine_up() {
  SLIPWAY_TEST_NETNS=slipway-test-$1-$$
  # Not below /tmp, which may be a tmpfs: layers need a file system that overlays can lie on.
  SLIPWAY_ENGINE_DIR=$(mktemp -d "/var/tmp/slipway-$1.XXXXXX")
  SLIPWAY_TEST_ENGINE=$SLIPWAY_ENGINE_DIR/docker.sock
  DOCKER_HOST=unix://$SLIPWAY_TEST_ENGINE
  engine_owner=$BASHPID
  export SLIPWAY_TEST_NETNS SLIPWAY_ENGINE_DIR SLIPWAY_TEST_ENGINE DOCKER_HOST
  if [ -z "$(trap -p EXIT)" ]; then
    trap engine_down EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
  fi
  if ! "$engine_script" start --netns "$SLIPWAY_TEST_NETNS"; then
    engine_down
    return 1
  fi
  SLIPWAY_TEST_IMAGE=$("$engine_support/images/busybox.sh")
  export SLIPWAY_TEST_IMAGE
}

engine_down() {
  # A subshell inherits the trap's function but must not take the engine from its parent.
  if [ -z "${SLIPWAY_ENGINE_DIR:-}" ] || [ "${engine_owner:-}" != "$BASHPID" ]; then
    return 0
  fi
  "$engine_script" destroy --netns "$SLIPWAY_TEST_NETNS"
  unset SLIPWAY_ENGINE_DIR SLIPWAY_TEST_ENGINE SLIPWAY_TEST_NETNS DOCKER_HOST
}

engine_run() { nsenter --net="/run/netns/$SLIPWAY_TEST_NETNS" "$@"; }

engine_load() {
  local archive
  for archive in "$@"; do
    docker load --quiet --input "$archive"
  done
}

engine_kill() { kill -KILL "$(cat "$SLIPWAY_ENGINE_DIR/docker.pid")"; }

engine_wait() {
  local deadline=$((SECONDS + 120))
  until docker version >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.2
  done
}
