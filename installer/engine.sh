#!/bin/sh
# Starts, stops and watches a Docker engine where no init system does.
#
#   engine.sh start                 # the host's engine: by systemd where it is PID 1, else directly
#   engine.sh start --netns NAME    # an engine of its own inside a network namespace
#   engine.sh status|stop|destroy [--netns NAME]
#
# The host's engine is the usual one: /run/docker.sock, /var/lib/docker, /etc/docker/daemon.json. An
# engine that runs already is left as it is, by `start` and by `stop`.
#
# An engine in a namespace keeps to itself: socket /run/slipway-engine/NAME/docker.sock, data in
# /var/lib/slipway-engine/NAME, its own mount namespace and address ranges, no daemon.json. The
# namespace is made with its loopback up where it is missing. Two engines in one network namespace
# rewrite each other's bridge and firewall rules, so a second one is refused.
#
# What is not under systemd is watched by a loop of ours that starts it again after a crash, and logs
# to /var/log/slipway/engine[-NAME].log. Undo: `stop` leaves nothing running, `destroy` (with --netns)
# also removes the data, the log and the namespace if it was made here.
#
# With SLIPWAY_ENGINE_DIR everything that --netns NAME would keep elsewhere lies in that folder.
# SLIPWAY_ENGINE_BIP and SLIPWAY_ENGINE_POOL replace the address ranges of an engine in a namespace.
# A log that outgrows SLIPWAY_ENGINE_LOG_BYTES (10 MB) becomes FILE.1; one such older one is kept.

set -eu

main() {
  parse_arguments "$@"
  [ "$(id -u)" -eq 0 ] || die E_ROOT "run this as root, or with sudo"
  choose_places
  case $verb in
    start) locked start ;;
    stop) locked stop ;;
    destroy) locked destroy ;;
    status) status ;;
    supervise) supervise ;;
  esac
}

parse_arguments() {
  verb=${1:-}
  netns=
  case $verb in
    start | stop | status | destroy | supervise) shift ;;
    --help) usage; exit 0 ;;
    *) usage >&2; die E_USAGE "say what to do: start, stop, status or destroy" ;;
  esac
  while [ $# -gt 0 ]; do
    case $1 in
      --netns)
        [ $# -ge 2 ] || die E_USAGE "--netns needs a value"
        netns=$2
        shift
        ;;
      --help) usage; exit 0 ;;
      *) die E_USAGE "unknown option: $1 (see --help)" ;;
    esac
    shift
  done
  case $netns in
    .* | *[!A-Za-z0-9._-]*) die E_USAGE "--netns takes the name of a network namespace, letters, digits, dot, dash, underscore" ;;
  esac
  [ "$verb" != destroy ] || [ -n "$netns" ] ||
    die E_USAGE "destroy goes with --netns: the host's engine may hold what is not Slipway's"
}

usage() {
  cat <<'USAGE'
usage: engine.sh start|stop|status [--netns NAME]
       engine.sh destroy --netns NAME

  start          start an engine if none runs
  stop           stop the engine that `start` started
  status         print what runs; exit status 3 if nothing does
  destroy        stop, and remove the engine's data and the namespace that `start` made
  --netns NAME   the engine inside this network namespace

SLIPWAY_ENGINE_DIR, SLIPWAY_ENGINE_BIP, SLIPWAY_ENGINE_POOL, SLIPWAY_ENGINE_LOG_BYTES: see the head
of this file.
USAGE
}

# `unit` is whether systemd owns the engine, `started` whether it was this script that started it: a
# unit comes back after a boot, a process of ours does not, as /run does not.
choose_places() {
  unit=no
  log_dir=/var/log/slipway
  if [ -z "$netns" ]; then
    run_dir=/run/slipway-engine/.host
    own_dir=/var/lib/slipway-engine/.host
    socket=/run/docker.sock
    log=$log_dir/engine.log
    pid_file=/run/docker.pid
    exec_dir=/run/docker
    [ ! -d /run/systemd/system ] || unit=yes
  elif [ -n "${SLIPWAY_ENGINE_DIR:-}" ]; then
    case $SLIPWAY_ENGINE_DIR in /?*) ;; *) die E_USAGE "SLIPWAY_ENGINE_DIR must be an absolute path" ;; esac
    run_dir=$SLIPWAY_ENGINE_DIR
    own_dir=$SLIPWAY_ENGINE_DIR
    log_dir=$SLIPWAY_ENGINE_DIR
    log=$log_dir/engine.log
  else
    run_dir=/run/slipway-engine/$netns
    own_dir=/var/lib/slipway-engine/$netns
    log=$log_dir/engine-$netns.log
  fi
  if [ -n "$netns" ]; then
    socket=$run_dir/docker.sock
    pid_file=$run_dir/docker.pid
    exec_dir=$run_dir/exec
    # A socket's path has room for 107 bytes; the engine's own are some levels deeper.
    [ "${#run_dir}" -le 70 ] || die E_USAGE "$run_dir is too long a path for sockets in it"
  fi
  data_dir=$own_dir/data
  started=$run_dir/started
  [ "$unit" = no ] || started=$own_dir/started
}

# One start, stop or destroy of an engine at a time; those that come later see what the first did.
locked() {
  install -d -m 0755 "$run_dir"
  exec 9>"$run_dir/lock"
  flock -w 300 9 || die E_ENGINE_BUSY "another engine.sh has worked on this engine for 300 s"
  "$@"
}

# --- start ------------------------------------------------------------------------------------

start() {
  if answers && { [ ! -f "$started" ] || [ "$unit" = yes ] || supervisor_pid >/dev/null; }; then
    say "a Docker engine answers at $socket; nothing was changed."
    return
  fi
  need_command dockerd docker containerd runc iptables setsid flock
  if [ "$unit" = yes ]; then
    start_unit
    return
  fi
  if [ -n "$netns" ]; then
    need_command ip nsenter unshare
    make_namespace
  fi
  refuse_second_engine
  install -d -m 0711 "$own_dir"
  install -d -m 0750 "$log_dir"
  # What `stop` undoes is only what was done here.
  : >"$started"
  if supervisor_pid >/dev/null; then
    say "the engine is being restarted; waiting for it"
  else
    launch_supervisor
  fi
  wait_until_it_answers
  say "started a Docker engine at $socket"
}

start_unit() {
  install -d -m 0711 "$own_dir"
  : >"$started"
  systemctl enable --now docker >&2 || die E_ENGINE_START "systemd could not start docker; see: journalctl -u docker"
  wait_until_it_answers
  say "started docker.service"
}

make_namespace() {
  [ ! -e "/run/netns/$netns" ] || return 0
  install -d -m 0711 "$own_dir"
  : >"$own_dir/made-namespace"
  ip netns add "$netns" || die E_NETNS "could not make the network namespace '$netns'"
  ip -n "$netns" link set lo up
}

refuse_second_engine() {
  other=$(engine_in_namespace) || return 0
  [ "$other" != "$(engine_pid || true)" ] || return 0
  die E_ENGINE_TWICE "a Docker engine (pid $other) runs in this network namespace already, with another socket than $socket; use that one, stop it, or give --netns another name"
}

# Prints the pid of a dockerd in the namespace.
engine_in_namespace() {
  if [ -n "$netns" ]; then
    wanted="net:[$(stat -Lc %i "/run/netns/$netns")]"
  else
    wanted=$(readlink /proc/self/ns/net)
  fi
  for process in /proc/[0-9]*; do
    [ "$(cat "$process/comm" 2>/dev/null)" = dockerd ] || continue
    if [ "$(readlink "$process/ns/net" 2>/dev/null)" = "$wanted" ]; then
      printf '%s' "${process#/proc/}"
      return 0
    fi
  done
  return 1
}

# nsenter and not `ip netns exec`: the latter hides /sys/fs/cgroup, without which there are no
# containers. The mount namespace is the loop's, so that an engine that it starts again finds the
# mounts of the one before.
launch_supervisor() {
  if [ -n "$netns" ]; then
    setsid nohup nsenter --net="/run/netns/$netns" unshare --mount --propagation private \
      /bin/sh "$0" supervise --netns "$netns" >>"$log" 2>&1 </dev/null 9>&- &
  else
    setsid nohup /bin/sh "$0" supervise >>"$log" 2>&1 </dev/null 9>&- &
  fi
}

wait_until_it_answers() {
  tries=0
  until answers; do
    tries=$((tries + 1))
    if [ "$tries" -ge 600 ]; then
      [ ! -f "$log" ] || tail -n 15 "$log" >&2
      stop >&2 || true
      die E_ENGINE_START "the Docker engine did not answer within 60 s; its log is above"
    fi
    sleep 0.1
  done
}

# --- the loop -----------------------------------------------------------------------------------

supervise() {
  printf '%s\n' "$$" >"$run_dir/supervisor.pid.new"
  mv "$run_dir/supervisor.pid.new" "$run_dir/supervisor.pid"
  stopping=no
  child=
  trap 'stopping=yes; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null || true' TERM INT
  trap '' HUP
  # shellcheck disable=SC3045 # dash, bash and busybox have it; where it is missing the limit stays.
  ulimit -n "$(ulimit -H -n)" 2>/dev/null || true
  keep_log_small &
  log_keeper=$!
  adopt
  delay=1
  while [ "$stopping" = no ]; do
    began=$(date +%s)
    clear_leftovers
    run_engine
    [ "$stopping" = no ] || break
    printf '%s engine ended after %s s; starting it again in %s s\n' "$(date -u +%FT%TZ)" "$(($(date +%s) - began))" "$delay" >>"$log"
    [ $(($(date +%s) - began)) -lt 60 ] || delay=1
    sleep "$delay"
    [ "$delay" -ge 30 ] || delay=$((delay * 2))
  done
  kill -TERM "$log_keeper" 2>/dev/null || true
  rm -f "$run_dir/supervisor.pid"
}

# When only the loop was killed, its engine and the containers live on: watch them, do not disturb.
adopt() {
  child=$(engine_pid) || child=
  while [ -n "$child" ] && kill -0 "$child" 2>/dev/null; do
    sleep 1
  done
  child=
}

# dockerd refuses to start when its pid file names a living process, whatever that process is.
clear_leftovers() {
  if ! engine_pid >/dev/null; then
    rm -f "$pid_file" "$exec_dir/containerd/containerd.pid"
  fi
}

run_engine() {
  if [ -n "$netns" ]; then
    printf '{}\n' >"$run_dir/daemon.json"
    dockerd --config-file "$run_dir/daemon.json" --host "unix://$socket" --pidfile "$pid_file" \
      --data-root "$data_dir" --exec-root "$exec_dir" \
      --bip "${SLIPWAY_ENGINE_BIP:-10.250.1.1/24}" \
      --default-address-pool "${SLIPWAY_ENGINE_POOL:-base=10.250.16.0/20,size=24}" >>"$log" 2>&1 &
  else
    dockerd --host "unix://$socket" --pidfile "$pid_file" >>"$log" 2>&1 &
  fi
  child=$!
  # A signal ends `wait` early, and a stopping engine takes its time.
  while kill -0 "$child" 2>/dev/null; do
    wait "$child" || true
  done
  child=
}

# Copied and cut, since the engine has the file open for appending and lives on for months. Ends when
# the loop does, however that ends.
keep_log_small() {
  trap 'kill "$nap"; exit 0' TERM
  trap '' INT
  while kill -0 "$$" 2>/dev/null; do
    if [ "$(stat -c %s "$log")" -gt "${SLIPWAY_ENGINE_LOG_BYTES:-10485760}" ]; then
      cp "$log" "$log.1"
      : >"$log"
    fi
    sleep 10 &
    nap=$!
    wait "$nap"
  done
}

# --- stop ---------------------------------------------------------------------------------------

stop() {
  if [ "$unit" = yes ]; then
    stop_unit
    return
  fi
  if [ ! -f "$started" ]; then
    say "no Docker engine was started by this script; nothing was changed."
    return
  fi
  # Containers outlive an engine that was killed; only an engine can end them in order.
  if ! supervisor_pid >/dev/null && ! engine_pid >/dev/null && leftover_shims >/dev/null; then
    launch_supervisor
    wait_until_it_answers
  fi
  terminate "$(supervisor_pid || true)"
  terminate "$(engine_pid || true)"
  wait_for_shims
  rm -f "$run_dir/supervisor.pid" "$pid_file" "$socket" "$started"
  say "stopped the Docker engine at $socket"
}

stop_unit() {
  if [ ! -f "$started" ]; then
    say "docker.service was not started by this script; nothing was changed."
    return
  fi
  systemctl disable --now docker.service docker.socket >&2 || die E_ENGINE_STOP "systemd could not stop docker"
  rm -f "$started"
  say "stopped docker.service"
}

# The engine stops its containers, each within its own time to stop, before it ends.
terminate() {
  [ -n "$1" ] || return 0
  kill -TERM "$1" 2>/dev/null || return 0
  tries=0
  while kill -0 "$1" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 1200 ] || die E_ENGINE_STOP "process $1 of the Docker engine did not end within 120 s; see $log"
    sleep 0.1
  done
}

# A shim ends a moment after its container. One that an engine that was killed has forgotten does
# not: it is ended with what it holds, since no engine will.
wait_for_shims() {
  tries=0
  while leftover_shims >/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -eq 50 ]; then
      for shim in $(leftover_shims); do
        # shellcheck disable=SC2046 # Process ids, a word each.
        kill -KILL $(cat "/proc/$shim"/task/*/children 2>/dev/null) "$shim" 2>/dev/null || true
      done
    fi
    [ "$tries" -lt 300 ] || die E_ENGINE_STOP "a container of the Docker engine did not end within 30 s; see $log"
    sleep 0.1
  done
}

destroy() {
  stop
  for place in "$run_dir" "$own_dir"; do
    release_mounts "$place"
  done
  if [ -f "$own_dir/made-namespace" ] && [ -e "/run/netns/$netns" ]; then
    ip netns delete "$netns"
  fi
  rm -rf --one-file-system "$data_dir" "$own_dir" "$run_dir"
  rm -f "$log" "$log.1"
  # Another engine's folder may be beside this one.
  [ -n "${SLIPWAY_ENGINE_DIR:-}" ] || rmdir "${run_dir%/*}" "${own_dir%/*}" 2>/dev/null || true
  say "removed the data of the Docker engine${netns:+ in $netns}"
}

# Network namespaces and layers that a killed engine left mounted, the deepest first.
release_mounts() {
  # shellcheck disable=SC2016 # The variables are awk's.
  awk -v place="$1/" 'index($2, place) == 1 { print $2 }' /proc/mounts | LC_ALL=C sort -r |
    while IFS= read -r mounted; do
      umount "$mounted" 2>/dev/null || umount -l "$mounted"
    done
}

# --- what runs ----------------------------------------------------------------------------------

status() {
  if answers; then
    say "running at $socket (pid $(engine_pid || engine_in_namespace || printf '?'))"
    printf '%s\n' "$socket"
    return
  fi
  if supervisor_pid >/dev/null; then
    say "starting; its log is $log"
  else
    say "no Docker engine at $socket"
  fi
  exit 3
}

answers() {
  [ -S "$socket" ] && command -v docker >/dev/null 2>&1 &&
    timeout 20 docker --host "unix://$socket" version --format '{{.Server.Version}}' >/dev/null 2>&1
}

# A number in a pid file counts only if that process is what the file says: pids are used again.
supervisor_pid() { process_of "$run_dir/supervisor.pid" "supervise"; }

engine_pid() { process_of "$pid_file" "dockerd"; }

process_of() {
  [ -f "$1" ] || return 1
  pid=$(tr -dc 0-9 <"$1")
  [ -n "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q -- "$2" || return 1
  [ "$2" = supervise ] && [ -n "$netns" ] &&
    { tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q -- "--netns $netns *\$" || return 1; }
  printf '%s' "$pid"
}

# Prints the process ids of this engine's shims; false when there is none.
leftover_shims() {
  found=1
  for process in /proc/[0-9]*; do
    case $(cat "$process/comm" 2>/dev/null) in
      containerd-shim*) ;;
      *) continue ;;
    esac
    if tr '\0' ' ' 2>/dev/null <"$process/cmdline" | grep -qF -- "$exec_dir/containerd/"; then
      printf '%s\n' "${process#/proc/}"
      found=0
    fi
  done
  return "$found"
}

# --- tools --------------------------------------------------------------------------------------

need_command() {
  for name in "$@"; do
    command -v "$name" >/dev/null 2>&1 ||
      die E_ENGINE_MISSING "this needs '$name'; install Docker (Debian: apt-get install docker.io iptables iproute2, or installer/packages.sh run)"
  done
}

say() { printf '%s\n' "$*" >&2; }
die() { code=$1; shift; printf 'error [%s]: %s\n' "$code" "$*" >&2; exit 1; }

{ main "$@"; }
