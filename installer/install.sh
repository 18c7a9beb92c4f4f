#!/bin/sh
# Installs Slipway on this machine, or takes it away again.
#
#   curl -fsSL https://vendor.example/install.sh | sudo sh -s -- --url https://vendor.example/slipway.tar.gz --sha256 HEX
#   sudo sh install.sh --archive slipway-1.0.0-linux-amd64.tar.gz
#
# Changes only: /opt/slipway, /usr/local/bin/slipway, /etc/slipway, /var/lib/slipway,
# /var/lib/slipway-console, /var/log/slipway, /run/slipway, the user and group slipway-console, and
# under systemd the units slipwayd.service and slipway-console.service.
# Undo: install.sh --remove (keeps settings and data), install.sh --remove --purge (keeps nothing).
#
# Everything is checked before anything is changed; a second run changes nothing; an interrupted run
# leaves the version that was there before. Every failure has a code, listed in docs/install.md.

set -eu

prefix=/opt/slipway
config_dir=/etc/slipway
state_dir=/var/lib/slipway
console_dir=/var/lib/slipway-console
log_dir=/var/log/slipway
run_dir=/run/slipway
link=/usr/local/bin/slipway
console_user=slipway-console
unit_dir=/etc/systemd/system

main() {
  parse_arguments "$@"
  need_command awk cat cp cut date dirname find grep head id install ln mktemp mv nohup rm sed setsid sha256sum sleep sort tar tr uname
  require_root
  require_platform
  load_installation
  work_dir=$(mktemp -d)
  trap 'clean_up' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  if [ "$remove" = yes ]; then
    remove_everything
    return
  fi
  fetch_archive
  check_archive
  check_engine
  check_network
  check_space
  check_ports
  confirm_once
  place_programs
  place_account
  place_configuration
  place_units
  switch_version
  start
  report
}

parse_arguments() {
  archive=${SLIPWAY_ARCHIVE:-}
  url=${SLIPWAY_URL:-}
  sha256=${SLIPWAY_SHA256:-}
  listen=${SLIPWAY_LISTEN:-}
  netns=${SLIPWAY_NETNS:-}
  engine_socket=${SLIPWAY_ENGINE_SOCKET:-}
  assume_yes=${SLIPWAY_YES:-no}
  login_code=${SLIPWAY_LOGIN_CODE:-yes}
  dry_run=no
  remove=no
  purge=no
  changed=no
  while [ $# -gt 0 ]; do
    case $1 in
      --archive) archive=$(value_of "$@"); shift ;;
      --url) url=$(value_of "$@"); shift ;;
      --sha256) sha256=$(value_of "$@"); shift ;;
      --listen) listen=$(value_of "$@"); shift ;;
      --netns) netns=$(value_of "$@"); shift ;;
      --engine-socket) engine_socket=$(value_of "$@"); shift ;;
      --no-login-code) login_code=no ;;
      --yes) assume_yes=yes ;;
      --dry-run) dry_run=yes ;;
      --remove) remove=yes ;;
      --purge) purge=yes ;;
      --help) usage; exit 0 ;;
      *) die E_USAGE "unknown option: $1 (see --help)" ;;
    esac
    shift
  done
  [ "$purge" = no ] || [ "$remove" = yes ] || die E_USAGE "--purge goes with --remove"
  case $listen in
    '' | *:[0-9]*) ;;
    *) die E_USAGE "--listen takes ADDRESS:PORT, as in 0.0.0.0:8800" ;;
  esac
  case $netns in
    */* | *[!A-Za-z0-9._-]*) die E_USAGE "--netns takes the name of a network namespace, letters, digits, dot, dash" ;;
  esac
  case $listen$engine_socket in
    *[!A-Za-z0-9:./_%@+\[\]-]*) die E_USAGE "--listen and --engine-socket take plain addresses and paths" ;;
  esac
}

usage() {
  cat >&2 <<'USAGE'
usage: install.sh --archive FILE | --url URL --sha256 HEX   [options]
       install.sh --remove [--purge]

  --archive FILE        the release archive; its .sha256 file beside it is checked when it is there
  --url URL             fetch the archive with curl; needs --sha256
  --sha256 HEX          the archive's SHA-256
  --listen ADDR:PORT    where the console listens (0.0.0.0:8800)
  --netns NAME          run agent and console in this network namespace
  --engine-socket PATH  the Docker engine's socket (/run/docker.sock)
  --no-login-code       do not print a one-time code at the end
  --yes                 do not ask
  --dry-run             print what would be done
  --remove              take the application, the programs and the units away; settings and data stay
  --purge               with --remove: take settings, data, images and the account too

Each option is also a variable: SLIPWAY_ARCHIVE, SLIPWAY_URL, SLIPWAY_SHA256, SLIPWAY_LISTEN,
SLIPWAY_NETNS, SLIPWAY_ENGINE_SOCKET, SLIPWAY_YES=yes, SLIPWAY_LOGIN_CODE=no.
USAGE
}

value_of() {
  [ $# -ge 2 ] || die E_USAGE "$1 needs a value"
  printf '%s' "$2"
}

# --- checks -----------------------------------------------------------------------------------

require_root() { [ "$(id -u)" -eq 0 ] || die E_ROOT "run this as root, or with sudo"; }

require_platform() {
  [ "$(uname -s)" = Linux ] || die E_PLATFORM "Slipway runs on Linux; this is $(uname -s)"
  case $(uname -m) in
    x86_64 | amd64) ;;
    *) die E_PLATFORM "this archive is for x86_64; this machine is $(uname -m)" ;;
  esac
}

# What an earlier run was told, so that a second run without options changes nothing.
load_installation() {
  if [ -f "$config_dir/install.conf" ]; then
    [ -n "$netns" ] || netns=$(sed -n 's/^netns=//p' "$config_dir/install.conf")
  fi
  if [ -f "$config_dir/agent.yaml" ]; then
    [ -n "$listen" ] || listen=$(sed -n 's/^  listen: *"\{0,1\}\([^" ]*\)"\{0,1\}.*/\1/p' "$config_dir/agent.yaml" | head -n 1)
    [ -n "$engine_socket" ] || engine_socket=$(sed -n 's/^engine: *{ *socket: *"\{0,1\}\([^" }]*\).*/\1/p' "$config_dir/agent.yaml" | head -n 1)
  fi
  [ -n "$listen" ] || listen=0.0.0.0:8800
  [ -n "$engine_socket" ] || engine_socket=/run/docker.sock
}

fetch_archive() {
  if [ -z "$archive" ]; then
    [ -n "$url" ] || die E_USAGE "say what to install: --archive FILE or --url URL (see --help)"
    [ -n "$sha256" ] || die E_USAGE "--url needs --sha256: an archive is never installed unchecked"
    need_command curl
    archive=$work_dir/slipway.tar.gz
    say "fetching $url"
    curl --proto '=https' --tlsv1.2 -fsSL --retry 3 -o "$archive" "$url" ||
      die E_FETCH "could not fetch $url; check the address and the network, or use --archive"
  fi
  [ -f "$archive" ] || die E_ARCHIVE "no such file: $archive"
  if [ -z "$sha256" ] && [ -f "$archive.sha256" ]; then
    sha256=$(cut -d' ' -f1 <"$archive.sha256")
  fi
}

check_archive() {
  if [ -n "$sha256" ]; then
    actual=$(sha256sum "$archive" | cut -d' ' -f1)
    [ "$actual" = "$sha256" ] ||
      die E_DIGEST "$archive has SHA-256 $actual, expected $sha256; fetch it again"
  fi
  tar -tzf "$archive" >"$work_dir/list" 2>/dev/null || die E_ARCHIVE "$archive is not a whole .tar.gz; fetch it again"
  if grep -Eq '(^/|(^|/)\.\.(/|$))' "$work_dir/list"; then
    die E_ARCHIVE "$archive holds paths that leave its folder; do not use it"
  fi
  root=$(head -n 1 "$work_dir/list" | cut -d/ -f1)
  case $root in
    slipway-[0-9]*) version=${root#slipway-} ;;
    *) die E_ARCHIVE "$archive is not a Slipway release: it holds '$root'" ;;
  esac
  case $version in *[!A-Za-z0-9.+-]*) die E_ARCHIVE "odd version in $archive: $version" ;; esac
  grep -qx "$root/SHA256SUMS" "$work_dir/list" || die E_ARCHIVE "$archive lacks its SHA256SUMS"
}

check_engine() {
  [ -S "$engine_socket" ] || die E_NO_ENGINE "no Docker engine at $engine_socket; install and start one (Debian: apt-get install docker.io), or pass --engine-socket"
}

check_network() {
  [ -z "$netns" ] && return 0
  need_command nsenter
  [ -e "/run/netns/$netns" ] || die E_NETNS "no network namespace '$netns'; make it with: ip netns add $netns"
}

check_space() {
  for place in /opt /var/lib; do
    [ -d "$place" ] || continue
    free=$(df -Pk "$place" | awk 'NR==2 {print $4}')
    [ "${free:-0}" -ge 262144 ] || die E_SPACE "$place has $((free / 1024)) MB free; 256 MB are needed"
  done
}

# A listening socket in the namespace that the console will live in, unless it is our own.
check_ports() {
  our_agent_runs && return 0
  port=${listen##*:}
  hex=$(printf '%04X' "$port")
  # shellcheck disable=SC2016 # The variables are awk's.
  if in_netns cat /proc/self/net/tcp /proc/self/net/tcp6 2>/dev/null |
    awk -v port="$hex" '$4 == "0A" { split($2, part, ":"); if (part[2] == port) found = 1 } END { exit !found }'; then
    die E_PORT "port $port is in use; stop what listens there, or pass --listen ADDR:PORT"
  fi
}

confirm_once() {
  [ "$assume_yes" = yes ] || [ "$dry_run" = yes ] && return 0
  if installed_version=$(current_version) && [ "$installed_version" = "$version" ]; then
    return 0
  fi
  (: </dev/tty) 2>/dev/null || die E_NO_TTY "no terminal to ask on: pass --yes"
  printf 'Install Slipway %s on %s? [y/N] ' "$version" "$(uname -n)" >/dev/tty
  read -r answer </dev/tty
  case $answer in y | Y | yes) ;; *) die E_DECLINED "nothing was changed" ;; esac
}

# --- acts -------------------------------------------------------------------------------------

# Unpacked beside and renamed, so that a version's folder is whole or not there. The same version
# with other contents (a rebuilt one) replaces the folder by two renames.
place_programs() {
  wanted=$(tar -xzOf "$archive" "$root/SHA256SUMS" | sha256sum)
  target=$prefix/$version
  if [ -f "$target/SHA256SUMS" ] && [ "$(sha256sum <"$target/SHA256SUMS")" = "$wanted" ] &&
    (cd "$target" && sha256sum --quiet -c SHA256SUMS >/dev/null 2>&1); then
    return 0
  fi
  step install -d -m 0755 "$prefix"
  staging=$prefix/.staging-$$
  step rm -rf "$staging"
  step mkdir "$staging"
  step tar -xzf "$archive" -C "$staging" --no-same-owner --strip-components=1
  if [ "$dry_run" = no ]; then
    (cd "$staging" && sha256sum --quiet -c SHA256SUMS) || die E_DIGEST "a file of the archive is damaged; nothing was changed"
  fi
  if [ -e "$target" ]; then
    step mv "$target" "$prefix/.old-$$"
  fi
  step mv "$staging" "$target"
  step rm -rf "$prefix/.old-$$"
  programs_changed=yes
  changed=yes
}

place_account() {
  if ! grep -q "^$console_user:" /etc/group; then
    if command -v groupadd >/dev/null 2>&1; then
      step groupadd --system "$console_user"
    else
      step addgroup -S "$console_user"
    fi
  fi
  if ! grep -q "^$console_user:" /etc/passwd; then
    shell=/usr/sbin/nologin
    [ -x "$shell" ] || shell=/bin/false
    if command -v useradd >/dev/null 2>&1; then
      step useradd --system --gid "$console_user" --home-dir "$console_dir" --no-create-home --shell "$shell" "$console_user"
    else
      step adduser -S -D -H -h "$console_dir" -s "$shell" -G "$console_user" "$console_user"
    fi
  fi
}

place_configuration() {
  step_if_missing "$config_dir" install -d -m 0755 "$config_dir"
  step_if_missing "$state_dir" install -d -m 0700 "$state_dir"
  step_if_missing "$console_dir" install -d -m 0700 -o "$console_user" -g "$console_user" "$console_dir"
  step_if_missing "$log_dir" install -d -m 0750 "$log_dir"
  console_start=true
  if has_systemd; then
    console_start=false
  fi
  if [ -f "$config_dir/agent.yaml" ]; then
    sed -e "s|^engine: .*|engine: { socket: $engine_socket }|" \
      -e "s|^  listen: .*|  listen: \"$listen\"|" "$config_dir/agent.yaml" >"$work_dir/agent.yaml"
  else
    cat >"$work_dir/agent.yaml" <<CONFIG
# Settings of the agent itself; docs/architecture.md, section 6, explains each.
engine: { socket: $engine_socket }
console:
  listen: "$listen"
  start: $console_start
CONFIG
  fi
  printf 'netns=%s\n' "$netns" >"$work_dir/install.conf"
  place_file "$work_dir/agent.yaml" "$config_dir/agent.yaml" 0644
  place_file "$work_dir/install.conf" "$config_dir/install.conf" 0644
}

place_units() {
  has_systemd || return 0
  for unit in slipwayd slipway-console; do
    source=$prefix/$version/share/systemd/$unit.service
    [ "$dry_run" = no ] || continue
    place_file "$source" "$unit_dir/$unit.service" 0644
    if [ -n "$netns" ]; then
      printf '[Service]\nNetworkNamespacePath=/run/netns/%s\n' "$netns" >"$work_dir/netns.conf"
      [ -d "$unit_dir/$unit.service.d" ] || step install -d -m 0755 "$unit_dir/$unit.service.d"
      place_file "$work_dir/netns.conf" "$unit_dir/$unit.service.d/netns.conf" 0644
    fi
  done
}

switch_version() {
  if [ "$(current_version || true)" != "$version" ]; then
    step ln -sfn "$version" "$prefix/.current-$$"
    step mv -T "$prefix/.current-$$" "$prefix/current"
    programs_changed=yes
    changed=yes
  fi
  if [ "$(readlink "$link" 2>/dev/null || true)" != "$prefix/current/bin/slipway" ]; then
    step install -d -m 0755 "$(dirname "$link")"
    step ln -sfn "$prefix/current/bin/slipway" "$link"
  fi
}

start() {
  if has_systemd; then
    [ "$changed" = no ] || step systemctl daemon-reload
    step_if_stopped slipwayd
    step_if_stopped slipway-console
  else
    if our_agent_runs && { [ "${programs_changed:-no}" = yes ] || [ "${config_changed:-no}" = yes ]; }; then
      stop_agent
    fi
    if ! our_agent_runs; then
      changed=yes
      say "+ slipwayd supervise${netns:+ (in the network namespace $netns)}"
      # The supervisor must not die with the terminal or the script that started it.
      [ "$dry_run" = yes ] || in_netns setsid nohup "$prefix/current/bin/slipwayd" supervise \
        >>"$log_dir/supervisor.log" 2>&1 </dev/null &
    fi
  fi
  [ "$dry_run" = yes ] || wait_for_agent
}

step_if_stopped() {
  if [ "$changed" = yes ] || ! systemctl is-active --quiet "$1"; then
    step systemctl enable --quiet "$1"
    step systemctl restart "$1"
  fi
}

wait_for_agent() {
  tries=0
  until "$prefix/current/bin/slipway" version >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || die E_AGENT "the agent did not answer within 30 s; see $log_dir or: journalctl -u slipwayd"
    sleep 0.1
  done
}

report() {
  if [ "$changed" = no ]; then
    say "Slipway $version is installed and running; nothing was changed."
    return
  fi
  [ "$dry_run" = no ] || return 0
  address=${listen%:*}
  case $address in 0.0.0.0 | '[::]' | '') address=$(uname -n) ;; esac
  say "Slipway $version is installed. Console: https://$address:${listen##*:}"
  if [ "$login_code" = yes ]; then
    say "One-time code for the first login (valid 24 hours):"
    "$prefix/current/bin/slipway" login-code
    say "Another one: slipway login-code"
  fi
}

# --- removal ----------------------------------------------------------------------------------

remove_everything() {
  if [ ! -e "$prefix" ] && [ ! -e "$config_dir" ] && [ ! -e "$state_dir" ]; then
    say "Slipway is not installed; nothing was changed."
    return
  fi
  confirm_removal
  remove_application
  if has_systemd; then
    for unit in slipway-console slipwayd; do
      [ -e "$unit_dir/$unit.service" ] || continue
      step systemctl disable --now --quiet "$unit"
      step rm -rf "$unit_dir/$unit.service" "$unit_dir/$unit.service.d"
    done
    step systemctl daemon-reload
  else
    stop_agent
  fi
  step rm -f "$link"
  step rm -rf "$prefix" "$run_dir"
  if [ "$purge" = yes ]; then
    step rm -rf "$config_dir" "$state_dir" "$console_dir" "$log_dir"
    remove_account
    say "Slipway, its settings and its data are gone."
  else
    say "Slipway is gone. Settings and data stay in $config_dir, $state_dir and the engine's volumes."
  fi
}

confirm_removal() {
  [ "$assume_yes" = yes ] || [ "$dry_run" = yes ] && return 0
  (: </dev/tty) 2>/dev/null || die E_NO_TTY "no terminal to ask on: pass --yes"
  what="the application and Slipway"
  [ "$purge" = no ] || what="the application, Slipway and ALL THEIR DATA"
  printf 'Remove %s from %s? [y/N] ' "$what" "$(uname -n)" >/dev/tty
  read -r answer </dev/tty
  case $answer in y | Y | yes) ;; *) die E_DECLINED "nothing was changed" ;; esac
}

# The agent takes its application away itself: it alone knows what is its own.
remove_application() {
  [ -x "$prefix/current/bin/slipway" ] || return 0
  if ! our_agent_runs; then
    if ! [ -S "$engine_socket" ]; then
      say "warning: no Docker engine at $engine_socket: containers and volumes that may be left there are not removed"
      return 0
    fi
    start
  fi
  if [ "$purge" = yes ]; then
    step "$prefix/current/bin/slipway" down --purge || die E_DOWN "the application could not be removed; see above"
  else
    step "$prefix/current/bin/slipway" down || die E_DOWN "the application could not be stopped; see above"
  fi
}

remove_account() {
  if grep -q "^$console_user:" /etc/passwd; then
    if command -v userdel >/dev/null 2>&1; then
      step userdel "$console_user"
    else
      step deluser "$console_user"
    fi
  fi
  if grep -q "^$console_user:" /etc/group; then
    if command -v groupdel >/dev/null 2>&1; then
      step groupdel "$console_user"
    else
      step delgroup "$console_user"
    fi
  fi
}

# --- tools ------------------------------------------------------------------------------------

has_systemd() { [ -d /run/systemd/system ]; }

current_version() { readlink "$prefix/current" 2>/dev/null; }

in_netns() {
  if [ -n "$netns" ]; then
    nsenter --net="/run/netns/$netns" "$@"
  else
    "$@"
  fi
}

# The pid in the pid file counts only if it is a slipwayd: pids are used again.
supervisor_pid() {
  [ -f "$run_dir/supervisor.pid" ] || return 1
  pid=$(tr -dc 0-9 <"$run_dir/supervisor.pid")
  [ -n "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q 'slipwayd supervise' || return 1
  printf '%s' "$pid"
}

our_agent_runs() {
  if has_systemd; then
    systemctl is-active --quiet slipwayd
  else
    supervisor_pid >/dev/null
  fi
}

stop_agent() {
  pid=$(supervisor_pid) || return 0
  step kill -TERM "$pid"
  [ "$dry_run" = no ] || return 0
  tries=0
  while [ -d "/proc/$pid" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || die E_STOP "slipwayd (pid $pid) did not stop within 30 s"
    sleep 0.1
  done
}

place_file() {
  if cmp_files "$1" "$2"; then
    return 0
  fi
  step install -m "$3" "$1" "$2.new-$$"
  step mv "$2.new-$$" "$2"
  config_changed=yes
  changed=yes
}

cmp_files() {
  [ -f "$1" ] && [ -f "$2" ] && [ "$(sha256sum <"$1")" = "$(sha256sum <"$2")" ]
}

step_if_missing() {
  path=$1
  shift
  [ -e "$path" ] || step "$@"
}

# Every change to the machine goes through here, so that --dry-run is true by construction.
step() {
  say "+ $*"
  [ "$dry_run" = yes ] || "$@"
}

clean_up() {
  rm -rf "$work_dir"
  [ -z "${staging:-}" ] || rm -rf "$staging"
}

say() { printf '%s\n' "$*" >&2; }
die() { code=$1; shift; printf 'error [%s]: %s\n' "$code" "$*" >&2; exit 1; }
need_command() {
  for name in "$@"; do
    command -v "$name" >/dev/null 2>&1 || die E_MISSING "this needs the command '$name'"
  done
}

# A truncated download must run nothing: without the closing brace this is a syntax error.
{ main "$@"; }
