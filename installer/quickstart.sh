#!/bin/sh
# From a checkout to a running npm registry on this machine: builds, installs, starts, tells where.
#
#   sudo installer/quickstart.sh                      # all of it
#   sudo installer/quickstart.sh prepare              # packages, programs, images, archive (needs apt and npm)
#   sudo installer/quickstart.sh up                   # engine, installation, application (needs no network)
#   sudo installer/quickstart.sh --remove [--purge]   # takes it away; data stay unless --purge
#
# A second run changes nothing and restarts nothing: what an earlier one was told holds until another
# option says otherwise. Errors have codes; docs/install.md lists them.

set -eu

# Written by install.sh, kept until a purge.
options_file=/etc/slipway/install.conf
attempt_file=build/quickstart.netns

main() {
  here=$(cd "$(dirname "$0")/.." && pwd)
  cd "$here"
  parse_arguments "$@"
  recall_namespace
  [ "$(id -u)" -eq 0 ] || die E_ROOT "run this as root, or with sudo"
  mkdir -p build
  exec 9>build/quickstart.lock
  flock -n 9 || die E_BUSY "another quickstart.sh is at work in this checkout; wait for it"
  log=$here/build/quickstart.log
  : >"$log"
  times=
  trap 'stop_spinner' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  case $action in
    remove) remove ;;
    prepare) prepare ;;
    up) up ;;
    all) prepare; up ;;
  esac
  report_times
}

parse_arguments() {
  action=all
  netns=${SLIPWAY_NETNS:-}
  console_listen=${SLIPWAY_LISTEN:-}
  listen_address=
  registration=
  purge=no
  settings=
  while [ $# -gt 0 ]; do
    case $1 in
      prepare | up) action=$1 ;;
      --netns) netns=$(value_of "$@"); shift ;;
      --listen) console_listen=$(value_of "$@"); shift ;;
      --address) listen_address=$(value_of "$@"); shift ;;
      --no-registration) registration=0 ;;
      --set) settings="$settings
$(value_of "$@")"; shift ;;
      --remove) action=remove ;;
      --purge) purge=yes ;;
      --help) usage; exit 0 ;;
      *) die E_USAGE "unknown option: $1 (see --help)" ;;
    esac
    shift
  done
  [ "$purge" = no ] || [ "$action" = remove ] || die E_USAGE "--purge goes with --remove"
  case $netns in
    .* | *[!A-Za-z0-9._-]*) die E_USAGE "--netns takes the name of a network namespace, letters, digits, dot, dash, underscore" ;;
  esac
  # install.sh looks more closely; building first only to hear of a wrong option would be unkind.
  case $console_listen in
    '' | *.*:[1-9]* | \[*\]:[1-9]*) ;;
    *) die E_USAGE "--listen takes ADDRESS:PORT, as in 127.0.0.1:8800 or [::1]:8800" ;;
  esac
}

usage() {
  cat <<'USAGE'
usage: quickstart.sh [prepare|up] [options]
       quickstart.sh --remove [--purge]

  prepare            install packages, build programs, images and the release archive
  up                 start an engine if none runs, install, apply the npm registry
  --netns NAME       engine, agent, console and application live in this network namespace
  --listen A:P       where the console listens (127.0.0.1:8800 at first)
  --address A        where the application's ports listen (127.0.0.1 at first)
  --no-registration  nobody may register an account by himself
  --set KEY=VALUE    another setting of the application; may be repeated
  --remove           take application and programs away; settings and data stay
  --purge            with --remove: settings and data too
USAGE
}

value_of() {
  [ $# -ge 2 ] || die E_USAGE "$1 needs a value"
  printf '%s' "$2"
}

# Everything of an installation in a namespace is there, its engine and its volumes too.
recall_namespace() {
  [ -n "$netns" ] || [ ! -f "$options_file" ] || netns=$(sed -n 's/^netns=//p' "$options_file")
  # Of an attempt that ended before anything was installed.
  [ -n "$netns" ] || [ "$action" != remove ] || [ ! -f "$attempt_file" ] || netns=$(cat "$attempt_file")
  [ "$action" = remove ] || [ -z "$netns" ] || [ ! -d /run/systemd/system ] ||
    die E_NETNS "--netns is for machines without systemd: after a boot nothing would make the namespace '$netns' again"
}

# --- prepare ----------------------------------------------------------------------------------

prepare() {
  phase "Install what building and running need" installer/packages.sh build run
  load_tools
  phase "Build the programs" build_programs
  phase "Build the web console" build_console
  phase "Build the component images" packaging/images/build.sh
  phase "Make the release archive" packaging/archive.sh
}

load_tools() {
  # shellcheck disable=SC1091 # Written by packages.sh.
  [ ! -f build/tools/env.sh ] || . build/tools/env.sh
}

build_programs() {
  cmake --preset release && cmake --build --preset release
}

build_console() {
  stamp=build/web-admin.stamp
  sources=$(find web-admin -path web-admin/node_modules -prune -o -path web-admin/dist -prune -o -type f -print |
    LC_ALL=C sort | xargs sha256sum agent/api/openapi.yaml | sha256sum)
  if [ -f web-admin/dist/index.html ] && [ "$(cat "$stamp" 2>/dev/null)" = "$sources" ]; then
    return 0
  fi
  (cd web-admin && npm ci --no-audit --no-fund && npm run build) && printf '%s\n' "$sources" >"$stamp"
}

# --- up ---------------------------------------------------------------------------------------

up() {
  load_tools
  version=$(sed -n 's/^project(slipway VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
  archive=build/packaging/slipway-$version-linux-amd64.tar.gz
  manifest=manifests/npm-registry/1.0.0.yaml
  [ -f "$archive" ] || die E_NOT_PREPARED "no $archive; run: installer/quickstart.sh prepare"
  [ -z "$netns" ] || printf '%s\n' "$netns" >"$attempt_file"
  phase "Start a Docker engine" start_engine
  engine_socket=$(engine_socket)
  phase "Install Slipway" install_slipway
  phase "Load the component images" load_images
  phase_shown "Apply the npm registry" apply_manifest
  phase "Wait until every component is healthy" slipway wait --timeout 300
  report
}

engine() {
  if [ -n "$netns" ]; then
    installer/engine.sh "$@" --netns "$netns"
  else
    installer/engine.sh "$@"
  fi
}

start_engine() { engine start; }

engine_socket() {
  if [ -n "$netns" ]; then
    printf '/run/slipway-engine/%s/docker.sock' "$netns"
  else
    printf '/run/docker.sock'
  fi
}

install_slipway() {
  set -- --archive "$archive" --engine-socket "$engine_socket" --no-login-code --yes
  [ -n "$console_listen" ] || [ -f "$options_file" ] || console_listen=127.0.0.1:8800
  [ -z "$console_listen" ] || set -- "$@" --listen "$console_listen"
  [ -z "$netns" ] || set -- "$@" --netns "$netns"
  if [ -e /opt/slipway/current ]; then
    fresh=no
  else
    fresh=yes
  fi
  installer/install.sh "$@"
}

# Loading an image that the engine has costs seconds and says nothing; its id is in the index that
# the image build writes.
load_images() {
  for image in build/images/*.tar; do
    id=$(cat "${image%.tar}.id")
    if docker --host "unix://$engine_socket" image inspect "$id" >/dev/null 2>&1; then
      continue
    fi
    slipway images load "$image" || return 1
  done
}

apply_manifest() {
  set -- "$manifest"
  if nothing_was_applied; then
    listen_address=${listen_address:-127.0.0.1}
    registration=${registration:-1}
  fi
  [ -z "$listen_address" ] || set -- "$@" --set "listen_address=$listen_address"
  [ -z "$registration" ] || set -- "$@" --set "registration=$registration"
  while IFS= read -r setting; do
    [ -z "$setting" ] || set -- "$@" --set "$setting"
  done <<SETTINGS
$settings
SETTINGS
  slipway apply "$@"
}

# The agent keeps the settings of what it ran last, after a removal too.
nothing_was_applied() {
  status=0
  slipway plan >/dev/null 2>&1 || status=$?
  [ "$status" = 5 ]
}

report() {
  via=
  [ -z "$netns" ] || via=" (in the network namespace $netns: ip netns exec $netns …)"
  registry=$(published 8080)
  say ""
  say "The npm registry runs.$via"
  say "  registry  http://$registry/"
  say "  website   http://$(published 8081)/"
  say "  console   https://$(field listen)/"
  say "            certificate SHA-256 $(field fingerprint)"
  if [ "$fresh" = yes ]; then
    say "  one-time code for the first login: $(slipway login-code)"
  else
    say "  one-time code for a login: slipway login-code"
  fi
  say ""
  say "Try it:  npm adduser --auth-type=legacy --registry http://$registry/"
}

# Where this host has the port that the front door listens on in its container.
published() {
  slipway ps --json | sed -n "s/.*\"\([0-9A-Fa-f.:]*\)->$1\/tcp\".*/\1/p" | head -n 1 | with_name
}

field() { slipway status --json | sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | head -n 1 | with_name; }

# An address that stands for all of them says nothing to a reader.
with_name() { sed "s/^0\.0\.0\.0:/$(uname -n):/"; }

# --- remove -----------------------------------------------------------------------------------

remove() {
  # Containers and volumes can only be removed while there is an engine.
  if [ -e /opt/slipway ] || [ -e /etc/slipway ] || [ -e /var/lib/slipway ]; then
    phase "Start a Docker engine" start_engine
  fi
  if [ "$purge" = yes ]; then
    phase "Remove Slipway, settings and data" installer/install.sh --remove --purge --yes
  else
    phase "Remove Slipway" installer/install.sh --remove --yes
  fi
  phase "Remove the component images" remove_images
  if [ -n "$netns" ] && [ "$purge" = yes ]; then
    phase "Remove the engine and its data" engine destroy
    rm -f "$attempt_file"
  else
    phase "Stop the engine that quickstart started" engine stop
  fi
  # What install.sh says at its end names what stays, and where.
  grep '^Slipway .*\(gone\|not installed\)' "$log" | tail -n 1 >&2
}

remove_images() {
  socket=$(engine_socket)
  [ -S "$socket" ] && command -v docker >/dev/null 2>&1 || return 0
  for image in build/images/*.id; do
    [ -f "$image" ] || continue
    docker --host "unix://$socket" image rm "$(cat "$image")" 2>&1 || true
  done
}

# --- phases -----------------------------------------------------------------------------------

# Output goes to the log; on a terminal a line shows what is under way, else each phase is a line.
phase() {
  title=$1
  shift
  begin_phase "$title"
  if "$@" >>"$log" 2>&1 9>&-; then
    end_phase
  else
    status=$?
    stop_spinner
    say "--- the end of $log ---"
    tail -n 25 "$log" >&2
    die E_PHASE "'$title' failed with status $status; the whole log is $log"
  fi
}

# For a command that has a progress display of its own.
phase_shown() {
  title=$1
  shift
  started=$(date +%s)
  say "==> $title"
  "$@" 9>&- || die E_PHASE "'$title' failed; see above"
  note_time
}

begin_phase() {
  started=$(date +%s)
  spinner=
  printf '\n==> %s\n' "$1" >>"$log"
  if [ -t 2 ]; then
    spin "$1" &
    spinner=$!
  else
    say "==> $1"
  fi
}

end_phase() {
  stop_spinner
  note_time
  if [ -t 2 ]; then
    say "✓ $title ($(($(date +%s) - started)) s)"
  fi
}

spin() {
  trap 'exit 0' TERM
  while :; do
    line=$(tail -n 1 "$log" 2>/dev/null | tr -d '\r\033' | cut -c1-60)
    printf '\r\033[K… %s (%s s)  %s' "$1" "$(($(date +%s) - started))" "$line" >&2
    sleep 1
  done
}

stop_spinner() {
  [ -n "${spinner:-}" ] || return 0
  kill "$spinner" 2>/dev/null || true
  wait "$spinner" 2>/dev/null || true
  spinner=
  printf '\r\033[K' >&2
}

note_time() {
  times="$times
$(printf '%5d s  %s' "$(($(date +%s) - started))" "$title")"
}

report_times() {
  say ""
  say "How long it took:$times"
}

say() { printf '%s\n' "$*" >&2; }
die() { code=$1; shift; printf 'error [%s]: %s\n' "$code" "$*" >&2; exit 1; }

{ main "$@"; }
