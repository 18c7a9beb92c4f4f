#!/usr/bin/env bash
# The main job, end to end: quickstart brings the appliance up in a network namespace of its own, a
# real npm registers, publishes and installs through it, everything is killed and comes back with its
# data, a second run changes nothing, removal keeps the data and a purge keeps nothing.
#
# Run it inside tests/support/sandbox.sh, after `installer/quickstart.sh prepare`.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
[ -n "${SLIPWAY_SANDBOX:-}" ] || { echo "run this by: tests/support/sandbox.sh $0" >&2; exit 2; }
# shellcheck disable=SC1091 # Written by installer/packages.sh.
[ ! -f build/tools/env.sh ] || . build/tools/env.sh

netns=slipway-appliance-$$
registry=http://127.0.0.1:8080/
scratch=$(mktemp -d)
export HOME=$scratch/home DOCKER_HOST=unix:///run/slipway-engine/$netns/docker.sock
# Nothing of the caller's npm configuration may reach the test.
unset npm_config_registry NPM_CONFIG_REGISTRY
mkdir -p "$HOME"
printf 'registry=%s\nupdate-notifier=false\nfund=false\naudit=false\n' "$registry" >"$HOME/.npmrc"

finish() {
  installer/quickstart.sh --remove --purge --netns "$netns" >"$scratch/remove.log" 2>&1 || cat "$scratch/remove.log"
  ip netns del "$netns" 2>/dev/null
  rm -rf "$scratch"
}
trap finish EXIT

inside() { nsenter --net="/run/netns/$netns" "$@"; }
up() { installer/quickstart.sh up --netns "$netns"; }
take_away() { installer/quickstart.sh --remove 2>&1 | tee "$scratch/removal.log"; }
again() { installer/quickstart.sh up "$@"; }
# By the processes themselves; a supervisor's child is the agent, and the agent's the console.
programs() {
  local supervisor agent
  supervisor=$(cat /run/slipway/supervisor.pid)
  agent=$(pgrep -P "$supervisor")
  printf '%s %s %s\n' "$supervisor" "$agent" "$(pgrep -P "$agent")"
}
published() { docker port "$(container_named frontdoor)" 8080/tcp | head -n 1; }
containers() { docker ps --no-trunc --quiet | sort; }
healthy() { slipway wait --timeout 180; }
in_folder() { (cd "$1" && shift && inside "$@"); }

make_package() {
  mkdir -p "$scratch/$1"
  printf '{"name":"%s","version":"%s","description":"A package of the test","main":"index.js"}\n' "$2" "$3" \
    >"$scratch/$1/package.json"
  printf 'module.exports = "%s@%s";\n' "$2" "$3" >"$scratch/$1/index.js"
}

lock_has_integrity() {
  local lines
  lines=$(grep -c '"integrity": "sha512-' "$scratch/app/package-lock.json")
  equal 2 "$lines"
}

tarball_at() { inside npm view plain-package@1.0.0 dist.tarball --registry "$1" 2>/dev/null; }
# A fresh cache, so that the tarball is fetched and not remembered from another address.
installs_from() {
  rm -rf "$scratch/elsewhere" && mkdir "$scratch/elsewhere" &&
    in_folder "$scratch/elsewhere" npm install plain-package@1.0.0 --registry "$1" --cache "$scratch/elsewhere/cache"
}
listens_at() { slipway apply --set "http_port=$1" && healthy; }

requires_as() { equal "$2" "$(cd "$scratch/app" && node -p "require('$1')")"; }

# npm asks on a terminal, so it gets one.
adduser() {
  inside python3 tests/clients/npm_adduser.py "$registry" "$1" "$2" "$3"
}

kill_every_container() {
  local id
  for id in $(containers); do
    kill -KILL "$(docker inspect --format '{{.State.Pid}}' "$id")" || return 1
  done
}

container_named() { docker ps --quiet --filter "label=io.slipway.container=$1"; }
browse() {
  local code
  code=$(slipway login-code) || return 1
  kill_registry_command=$scratch/kill-registry
  # shellcheck disable=SC2016 # For the script that is written.
  printf '#!/bin/sh\nkill -KILL "$(docker inspect --format "{{.State.Pid}}" %s)"\n' "$(container_named registry)" \
    >"$kill_registry_command"
  chmod +x "$kill_registry_command"
  inside node tests/browser/console_test.mjs https://127.0.0.1:8800/ "$code" "${SLIPWAY_SCREENSHOT:--}" "$kill_registry_command"
}

check "quickstart brings the appliance up" up
check "slipway says that all is ready" healthy
make_package plain plain-package 1.0.0
make_package scoped @team/scoped 1.0.0
check "npm adduser" adduser alice s3cret-Passw0rd alice@example.test
check "npm whoami" equal alice "$(inside npm whoami 2>/dev/null)"
check "npm publish" in_folder "$scratch/plain" npm publish
check "npm publish of a scoped package" in_folder "$scratch/scoped" npm publish --access public
refuses "the same version is not published twice" in_folder "$scratch/plain" npm publish
mkdir -p "$scratch/app"
printf '{"name":"app","version":"1.0.0","private":true}\n' >"$scratch/app/package.json"
check "npm install into an empty folder" in_folder "$scratch/app" npm install plain-package @team/scoped
check "the lock file has their integrity" lock_has_integrity
rm -rf "$scratch/app/node_modules"
check "npm ci" in_folder "$scratch/app" npm ci
check "the package is what was published" requires_as plain-package plain-package@1.0.0
check "the scoped one too" requires_as @team/scoped @team/scoped@1.0.0

check "another host is answered with its own tarballs" equal \
  http://localhost:8080/plain-package/-/plain-package-1.0.0.tgz "$(tarball_at http://localhost:8080/)"
check "and installs from there" installs_from http://localhost:8080/
check "the registry moves to another port" listens_at 9090
check "another port is answered with its own tarballs" equal \
  http://127.0.0.1:9090/plain-package/-/plain-package-1.0.0.tgz "$(tarball_at http://127.0.0.1:9090/)"
check "and installs from there too" installs_from http://127.0.0.1:9090/
check "and moves back" listens_at 8080

make_package plain plain-package 1.1.0
check "a second version" in_folder "$scratch/plain" npm publish --tag next
check "npm dist-tag" inside npm dist-tag add plain-package@1.1.0 latest
check "the tag is seen" equal 1.1.0 "$(inside npm view plain-package version 2>/dev/null)"
check "npm deprecate" inside npm deprecate plain-package@1.0.0 "use 1.1.0"
check "the deprecation is seen" equal "use 1.1.0" "$(inside npm view plain-package@1.0.0 deprecated 2>/dev/null)"
check "npm unpublish of a version" inside npm unpublish plain-package@1.1.0
check "the version is gone" equal 1.0.0 "$(inside npm view plain-package version 2>/dev/null)"

check "the console in a browser" browse
check "every container is killed" kill_every_container
check "they come back healthy" healthy
rm -rf "$scratch/app/node_modules"
inside npm cache clean --force >/dev/null 2>&1
check "the data is still there" in_folder "$scratch/app" npm ci

before=$(containers)
programs_before=$(programs)
check "supervisor, agent and console run" equal 3 "$(wc -w <<<"$programs_before")"
check "quickstart a second time" again
check "restarts no container" equal "$before" "$(containers)"
check "and not supervisor, agent or console" equal "$programs_before" "$(programs)"
check "a setting is changed" again --address 0.0.0.0
check "it listens there" equal 0.0.0.0:8080 "$(published)"
check "a plain run" again
check "leaves it so" equal 0.0.0.0:8080 "$(published)"

check "remove, without naming the namespace again" take_away
check "it says what stays" grep -q "data stay in /etc/slipway, /var/lib/slipway" "$scratch/removal.log"
refuses "the programs are gone" test -e /opt/slipway/current
refuses "the engine is stopped" docker version
check "settings and state are kept" test -f /var/lib/slipway/state.db
check "up again" again
check "the setting has survived the removal" equal 0.0.0.0:8080 "$(published)"
rm -rf "$scratch/app/node_modules"
inside npm cache clean --force >/dev/null 2>&1
check "the data has survived the removal" in_folder "$scratch/app" npm ci
check "remove and purge" installer/quickstart.sh --remove --purge
refuses "no state is left" test -e /var/lib/slipway
refuses "no settings are left" test -e /etc/slipway
refuses "no lock is left" test -e /run/slipway-install.lock
refuses "no engine's folder is left" test -e "/run/slipway-engine/$netns" -o -e "/var/lib/slipway-engine/$netns"
refuses "no namespace is left" test -e "/run/netns/$netns"

report
