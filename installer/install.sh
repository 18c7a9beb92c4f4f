#!/bin/sh
# Installs Slipway on this machine, or takes it away again.
#
#   curl -fsSL https://vendor.example/install.sh | sudo sh -s -- --url https://vendor.example/slipway.tar.gz --sha256 HEX
#   sudo sh install.sh --archive slipway-1.0.0-linux-amd64.tar.gz
#
# Changes only: /opt/slipway, /usr/local/bin/slipway, /etc/slipway, /var/lib/slipway,
# /var/lib/slipway-console, /var/log/slipway, /run/slipway, /run/slipway-install.lock, the user and
# group slipway-console, and under systemd the units slipwayd.service and slipway-console.service.
# Undo: install.sh --remove (keeps settings and data), install.sh --remove --purge (keeps nothing).
# /opt/slipway/current/share/install.sh is a copy.
#
# Everything is checked before anything that runs is changed; a second run changes nothing; an
# interrupted run leaves the release that was there before, and the next one goes on where it was.
# Every failure has a code, listed in docs/install.md. It is one file because it comes through a pipe.

set -eu

prefix=/opt/slipway
config_dir=/etc/slipway
state_dir=/var/lib/slipway
console_dir=/var/lib/slipway-console
log_dir=/var/log/slipway
run_dir=/run/slipway
lock_file=/run/slipway-install.lock
link=/usr/local/bin/slipway
console_user=slipway-console
unit_dir=/etc/systemd/system
own_settings=$config_dir/agent.d/50-install.yaml
# What the agent was told last, for when it is not there to be asked.
last_settings=$state_dir/settings

main() {
  parse_arguments "$@"
  need_command awk cat cp cut df dirname flock grep head id install ln mkdir mktemp mv nohup readlink rm \
    rmdir sed setsid sha256sum sleep tail tar tr uname
  require_root
  require_platform
  refuse_package
  load_options
  one_at_a_time
  work_dir=$(mktemp -d)
  trap 'clean_up' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  if [ "$remove" = yes ]; then
    remove_everything
    return
  fi
  need_command curl
  fetch_archive
  check_archive
  check_network
  check_space
  confirm_once
  place_programs
  load_settings "$prefix/$release/bin/slipwayd"
  check_engine
  check_ports
  place_account
  place_configuration
  place_units
  switch_release
  start
  report
  drop_old_releases
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
  force=no
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
      --force) force=yes ;;
      --help) usage; exit 0 ;;
      *) die E_USAGE "unknown option: $1 (see --help)" ;;
    esac
    shift
  done
  [ "$purge$force" = nono ] || [ "$remove" = yes ] || die E_USAGE "--purge and --force go with --remove"
  [ -z "$listen" ] || check_listen
  case $netns in
    .* | *[!A-Za-z0-9._-]*) die E_USAGE "--netns takes the name of a network namespace, letters, digits, dot, dash, underscore" ;;
  esac
  case $engine_socket in
    '' | /*) ;;
    *) die E_USAGE "--engine-socket takes an absolute path" ;;
  esac
  case $engine_socket in
    *[!A-Za-z0-9./_@+-]*) die E_USAGE "--engine-socket takes a plain path, letters, digits and ./_@+-" ;;
  esac
}

check_listen() {
  listen_port=${listen##*:}
  case ${listen%:*} in
    *[!0-9.]*) printf '%s' "${listen%:*}" | grep -Eq '^\[[0-9A-Fa-f:.]+\]$' || listen_port= ;;
    *.*.*.*) ;;
    *) listen_port= ;;
  esac
  case $listen_port in
    '' | 0* | *[!0-9]* | ??????*) listen_port=65536 ;;
  esac
  [ "$listen_port" -le 65535 ] ||
    die E_USAGE "--listen takes ADDRESS:PORT, an IP address and a port from 1 to 65535, as in 0.0.0.0:8800 or [::1]:8800"
}

usage() {
  cat <<'USAGE'
usage: install.sh --archive FILE | --url URL --sha256 HEX   [options]
       install.sh --remove [--purge] [--force]

  --archive FILE        the release archive; its .sha256 file beside it is checked when it is there
  --url URL             fetch the archive with curl; needs --sha256
  --sha256 HEX          the archive's SHA-256
  --listen ADDR:PORT    where the console listens (0.0.0.0:8800)
  --netns NAME          run agent and console in this network namespace (not under systemd)
  --engine-socket PATH  the Docker engine's socket (/run/docker.sock)
  --no-login-code       do not print a one-time code at the end
  --yes                 do not ask
  --dry-run             print what would be done
  --remove              take the application, the programs and the units away; settings and data stay
  --purge               with --remove: take settings, volumes and the account too
  --force               with --remove: do not need the agent, nor an engine that answers

What was said in an earlier run holds until it is said otherwise. Each option is also a variable:
SLIPWAY_ARCHIVE, SLIPWAY_URL, SLIPWAY_SHA256, SLIPWAY_LISTEN, SLIPWAY_NETNS, SLIPWAY_ENGINE_SOCKET,
SLIPWAY_YES=yes, SLIPWAY_LOGIN_CODE=no.
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

# The packages place the same files, and their package manager believes that they are its own.
refuse_package() {
  [ -f "$prefix/PACKAGE" ] || return 0
  kind=$(cat "$prefix/PACKAGE")
  die E_PACKAGED "Slipway is here as a $kind package: upgrade and remove it as one (apt, dnf or zypper), or remove that package and call this again; settings and data stay"
}

load_options() {
  [ -f "$config_dir/install.conf" ] || return 0
  [ -n "$netns" ] || netns=$(option_before netns)
  [ -n "$listen" ] || listen=$(option_before listen)
  [ -n "$engine_socket" ] || engine_socket=$(option_before engine_socket)
}

option_before() { sed -n "s/^$1=//p" "$config_dir/install.conf"; }

one_at_a_time() {
  exec 9>"$lock_file"
  flock -n 9 || die E_BUSY "another install.sh is at work; wait for it"
}

# Copied first: what is checked is what is unpacked, whoever may write to the folder that it came from.
fetch_archive() {
  named=${archive:-$url}
  if [ -n "$archive" ]; then
    [ -f "$archive" ] || die E_ARCHIVE "no such file: $archive"
    if [ -z "$sha256" ] && [ -f "$archive.sha256" ]; then
      sha256=$(cut -d' ' -f1 <"$archive.sha256")
    fi
    cp "$archive" "$work_dir/archive" || die E_SPACE "could not copy $archive to $work_dir"
  else
    [ -n "$url" ] || die E_USAGE "say what to install: --archive FILE or --url URL (see --help)"
    [ -n "$sha256" ] || die E_USAGE "--url needs --sha256: an archive is never installed unchecked"
    say "fetching $url"
    curl --proto '=https' --tlsv1.2 -fsSL --retry 3 -o "$work_dir/archive" "$url" ||
      die E_FETCH "could not fetch $url; check the address and the network, or use --archive"
  fi
  archive=$work_dir/archive
}

check_archive() {
  if [ -n "$sha256" ]; then
    expected=$(printf '%s' "$sha256" | tr A-F a-f)
    actual=$(sha256sum "$archive" | cut -d' ' -f1)
    [ "$actual" = "$expected" ] ||
      die E_DIGEST "$named has SHA-256 $actual, expected $expected; fetch it again"
  fi
  tar -tzf "$archive" >"$work_dir/list" 2>/dev/null || die E_ARCHIVE "$named is not a whole .tar.gz; fetch it again"
  if grep -Eq '(^/|(^|/)\.\.(/|$))' "$work_dir/list"; then
    die E_ARCHIVE "$named holds paths that leave its folder; do not use it"
  fi
  root=$(head -n 1 "$work_dir/list" | cut -d/ -f1)
  case $root in
    slipway-[0-9]*-*) release=${root#slipway-} ;;
    *) die E_ARCHIVE "$named is not a Slipway release: it holds '$root'" ;;
  esac
  case $release in *[!A-Za-z0-9.+-]*) die E_ARCHIVE "odd release in $named: $release" ;; esac
  version=${release%-*}
  grep -qx "$root/SHA256SUMS" "$work_dir/list" || die E_ARCHIVE "$named lacks its SHA256SUMS"
}

check_network() {
  [ -n "$netns" ] || return 0
  need_command nsenter
  ! has_systemd ||
    die E_NETNS "--netns is for machines without systemd: after a boot nothing would make the namespace '$netns' again"
  [ -e "/run/netns/$netns" ] || die E_NETNS "no network namespace '$netns'; make it with: ip netns add $netns"
}

check_space() {
  for place in /opt /var/lib; do
    [ -d "$place" ] || continue
    free=$(df -Pk "$place" | awk 'NR==2 {print $4}')
    [ "${free:-0}" -ge 262144 ] || die E_SPACE "$place has $((free / 1024)) MB free; 256 MB are needed"
  done
}

# PROGRAM: the settings in force, as this slipwayd reads them, with the options over them. Also finds
# mistakes in them while what is there runs on.
load_settings() {
  if [ -x "$1" ]; then
    read_settings "$1" || die E_SETTINGS "the agent's settings in $config_dir are not right; see above"
  else
    recall_settings
  fi
  use_settings
}

read_settings() { "$1" settings --config "$config_dir/agent.yaml" >"$work_dir/settings"; }

recall_settings() {
  : >"$work_dir/settings"
  [ ! -f "$last_settings" ] || cp "$last_settings" "$work_dir/settings"
}

use_settings() {
  in_force_listen=${listen:-$(setting console.listen 0.0.0.0:8800)}
  in_force_engine=${engine_socket:-$(setting engine.socket /run/docker.sock)}
  in_force_run_dir=$(setting run_dir "$run_dir")
  in_force_state_dir=$(setting state_dir "$state_dir")
}

setting() {
  value=$(sed -n "s/^$1=//p" "$work_dir/settings")
  printf '%s' "${value:-$2}"
}

check_engine() {
  [ -S "$in_force_engine" ] || die E_NO_ENGINE "no Docker engine at $in_force_engine; install and start one (Debian: apt-get install docker.io), or pass --engine-socket"
}

# A listening socket in the namespace that the console will live in, unless it is the console's own.
check_ports() {
  port=${in_force_listen##*:}
  hex=$(printf '%04X' "$port")
  own=$(id -u "$console_user" 2>/dev/null || printf 'none')
  # shellcheck disable=SC2016 # The variables are awk's.
  if in_netns cat /proc/self/net/tcp /proc/self/net/tcp6 2>/dev/null |
    awk -v port="$hex" -v own="$own" '$4 == "0A" && $8 != own { split($2, part, ":"); if (part[2] == port) found = 1 } END { exit !found }'; then
    die E_PORT "port $port is in use; stop what listens there, or pass --listen ADDR:PORT"
  fi
}

confirm_once() {
  [ "$(current_release)" != "$release" ] || return 0
  ask "Install Slipway $version on $(uname -n)?"
}

ask() {
  [ "$assume_yes" = yes ] || [ "$dry_run" = yes ] && return 0
  (: </dev/tty) 2>/dev/null || die E_NO_TTY "no terminal to ask on: pass --yes"
  printf '%s [y/N] ' "$1" >/dev/tty
  read -r answer </dev/tty || answer=
  case $answer in y | Y | yes) ;; *) die E_DECLINED "nothing was changed" ;; esac
}

# --- acts -------------------------------------------------------------------------------------

# Unpacked beside and renamed, so that a release's folder is whole or not there; that it is `current`
# is one rename more. What somebody damaged in a release that is there is put back file by file.
place_programs() {
  target=$prefix/$release
  if tar -xzOf "$archive" "$root/SHA256SUMS" >"$work_dir/sums" && cmp_files "$work_dir/sums" "$target/SHA256SUMS" &&
    (cd "$target" && sha256sum --quiet -c SHA256SUMS >/dev/null 2>&1); then
    return 0
  fi
  step install -d -m 0755 "$prefix"
  staging=$prefix/.staging
  step rm -rf "$staging"
  step mkdir "$staging"
  step tar -xzf "$archive" -C "$staging" --no-same-owner --strip-components=1
  changed=yes
  [ "$dry_run" = no ] || return 0
  (cd "$staging" && sha256sum --quiet -c SHA256SUMS) || die E_DIGEST "a file of the archive is damaged; nothing was changed"
  if [ -d "$target" ]; then
    put_back
  else
    unused=$target
    step mv "$staging" "$target"
  fi
}

put_back() {
  say "+ put back what differs in $target"
  printf '%s\n' SHA256SUMS >"$work_dir/files"
  cut -c67- "$work_dir/sums" >>"$work_dir/files"
  while IFS= read -r file; do
    cmp_files "$staging/$file" "$target/$file" && continue
    mkdir -p "$(dirname "$target/$file")"
    mv -f "$staging/$file" "$target/$file"
  done <"$work_dir/files"
  rm -rf "$staging"
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

# agent.yaml is the admin's, and only made when it is missing; what this script is told lies beside it.
place_configuration() {
  step_if_missing "$config_dir/agent.d" install -d -m 0755 "$config_dir" "$config_dir/agent.d"
  step_if_missing "$state_dir" install -d -m 0700 "$state_dir"
  step_if_missing "$console_dir" install -d -m 0700 -o "$console_user" -g "$console_user" "$console_dir"
  step_if_missing "$log_dir" install -d -m 0750 "$log_dir"
  share=$prefix/$release/share
  [ -f "$config_dir/agent.yaml" ] || place_file "$share/agent.yaml" "$config_dir/agent.yaml" 0644
  ! has_systemd || place_file "$share/systemd/10-systemd.yaml" "$config_dir/agent.d/10-systemd.yaml" 0644
  {
    printf '# Written by install.sh from its options; change them by calling it again.\n'
    [ -z "$listen" ] || printf 'console: { listen: "%s" }\n' "$listen"
    [ -z "$engine_socket" ] || printf 'engine: { socket: "%s" }\n' "$engine_socket"
  } >"$work_dir/own.yaml"
  printf '%s\n' "netns=$netns" "listen=$listen" "engine_socket=$engine_socket" >"$work_dir/install.conf"
  place_file "$work_dir/own.yaml" "$own_settings" 0644
  place_file "$work_dir/install.conf" "$config_dir/install.conf" 0644
  if [ "$dry_run" = no ]; then
    load_settings "$prefix/$release/bin/slipwayd"
    place_file "$work_dir/settings" "$last_settings" 0600
  fi
}

place_units() {
  has_systemd || return 0
  for unit in slipwayd slipway-console; do
    place_file "$prefix/$release/share/systemd/$unit.service" "$unit_dir/$unit.service" 0644
  done
}

switch_release() {
  before=$(current_release)
  if [ "$before" != "$release" ]; then
    step ln -sfn "$release" "$prefix/.current"
    step mv -T "$prefix/.current" "$prefix/current"
    changed=yes
  fi
  unused=
  if [ "$(readlink "$link" 2>/dev/null || true)" != "$prefix/current/bin/slipway" ]; then
    step install -d -m 0755 "$(dirname "$link")"
    step ln -sfn "$prefix/current/bin/slipway" "$link"
    changed=yes
  fi
}

# What runs is compared with what it should be, not with what this run changed: an earlier run may
# have been interrupted between the two.
start() {
  if has_systemd; then
    start_units
  elif ! agent_is_current; then
    stop_agent
    launch_agent
  fi
  [ "$dry_run" = no ] || return 0
  wait_until 300 agent_answers ||
    die E_AGENT "the agent did not answer within 30 s; see $log_dir or: journalctl -u slipwayd"
  wait_for_console
}

start_units() {
  if ! units_are_current; then
    changed=yes
    step systemctl daemon-reload
    for unit in slipwayd slipway-console; do
      step systemctl enable --quiet "$unit"
      step systemctl restart "$unit"
    done
  fi
}

units_are_current() {
  for unit in slipwayd slipway-console; do
    systemctl is-enabled --quiet "$unit" && ! systemctl show -p NeedDaemonReload --value "$unit" | grep -q yes &&
      runs_release "$(systemctl show -p MainPID --value "$unit")" "$unit" || return 1
  done
  settings_are_current
}

# Each descriptor is redirected on the one command that goes to the background: a subshell around it
# would keep the caller's output open, and `install.sh | cat` would never end.
launch_agent() {
  changed=yes
  say "+ slipwayd supervise${netns:+ (in the network namespace $netns)}"
  [ "$dry_run" = no ] || return 0
  program=$prefix/$(current_release)/bin/slipwayd
  # The supervisor must not die with the terminal or the script that started it.
  if [ -n "$netns" ]; then
    setsid nohup nsenter --net="/run/netns/$netns" "$program" supervise </dev/null >>"$log_dir/supervisor.log" 2>&1 9>&- &
  else
    setsid nohup "$program" supervise </dev/null >>"$log_dir/supervisor.log" 2>&1 9>&- &
  fi
}

agent_answers() {
  "$prefix/current/bin/slipway" --socket "$in_force_run_dir/agent.sock" version
}

# The way that a browser takes: through the console to the agent.
console_answers() {
  address=${in_force_listen%:*}
  case $address in
    0.0.0.0) address=127.0.0.1 ;;
    '[::]') address='[::1]' ;;
  esac
  in_netns curl --insecure --silent --fail --noproxy '*' --max-time 5 --output /dev/null \
    "https://$address:${in_force_listen##*:}/api/v1/version"
}

wait_for_console() {
  if [ "$(setting console.start true)" != true ] && ! has_systemd; then
    say "The console is not started: console.start is false in $config_dir."
    return 0
  fi
  wait_until 300 console_answers && return 0
  [ ! -f "$log_dir/console.log" ] || tail -n 5 "$log_dir/console.log" >&2
  die E_CONSOLE "Slipway $version is installed and the agent runs, but the console did not answer at $in_force_listen within 30 s; see $log_dir/console.log or: journalctl -u slipway-console. Pass --listen if it is the address"
}

report() {
  if [ "$changed" = no ]; then
    say "Slipway $version is installed and running; nothing was changed."
    return
  fi
  [ "$dry_run" = no ] || return 0
  address=${in_force_listen%:*}
  case $address in 0.0.0.0 | '[::]') address=$(uname -n) ;; esac
  say "Slipway $version is installed. Console: https://$address:${in_force_listen##*:}"
  if [ "$login_code" = yes ]; then
    say "One-time code for the first login (valid 24 hours):"
    "$prefix/current/bin/slipway" --socket "$in_force_run_dir/agent.sock" login-code
    say "Another one: slipway login-code"
  fi
}

# The one before stays, to go back to.
drop_old_releases() {
  [ -n "$before" ] && [ "$before" != "$release" ] || return 0
  for folder in "$prefix"/[0-9]*; do
    case ${folder##*/} in
      "$release" | "$before") ;;
      *) step rm -rf "$folder" ;;
    esac
  done
}

# --- removal ----------------------------------------------------------------------------------

remove_everything() {
  if [ ! -e "$prefix" ] && [ ! -e "$config_dir" ] && [ ! -e "$state_dir" ]; then
    say "Slipway is not installed; nothing was changed."
    return
  fi
  # Settings with a mistake in them must not keep everything else here.
  read_settings "$prefix/current/bin/slipwayd" 2>/dev/null || recall_settings
  use_settings
  check_removal
  if [ "$purge" = yes ]; then
    ask "Remove the application, Slipway and ALL THEIR DATA from $(uname -n)?"
  else
    ask "Remove the application and Slipway from $(uname -n)?"
  fi
  remove_application
  remove_units
  step rm -f "$link"
  step rm -rf "$prefix" "$run_dir"
  if [ "$purge" = yes ]; then
    step rm -rf "$config_dir" "$state_dir" "$console_dir" "$log_dir"
    remove_account
    step rm -f "$lock_file"
    say "Slipway, its settings and its data are gone.$left_behind"
  else
    say "Slipway is gone. Settings and data stay in $config_dir, $state_dir and the engine's volumes.$left_behind"
  fi
}

# Volumes without the key that seals the settings are of no use and in the way of the next
# installation, so data are deleted in both places or in none.
check_removal() {
  left_behind=
  [ "$in_force_state_dir" = "$state_dir" ] || left_behind=" What is in $in_force_state_dir stays."
  without_engine=no
  needs_engine || return 0
  engine_answers && return 0
  [ "$force" = yes ] ||
    die E_NO_ENGINE "the Docker engine at $in_force_engine does not answer, so what Slipway made in it cannot be removed; start it, name it with --engine-socket, or leave that there with --force"
  without_engine=yes
  left_behind="$left_behind What has the label $label in the Docker engine at $in_force_engine is still there: it did not answer."
}

# Where the programs are gone already and data are to stay, nothing is asked of it.
needs_engine() { [ "$purge$force" != nono ] || [ -x "$prefix/current/bin/slipway" ]; }

# The agent takes its application away in order. Where data are not kept, or by force, everything
# with our label goes, without the agent: it may be gone already, or unable to start.
remove_application() {
  if [ "$purge$force" != nono ]; then
    stop_agent
    [ "$without_engine" = yes ] || remove_objects
  elif [ -x "$prefix/current/bin/slipway" ]; then
    if has_systemd; then
      step systemctl start slipwayd
    elif ! supervisor_pid >/dev/null; then
      launch_agent
    fi
    take_down
    stop_agent
  fi
}

take_down() {
  [ "$dry_run" = no ] || return 0
  wait_until 300 agent_answers ||
    die E_AGENT "the agent did not answer within 30 s, so it cannot take the application down; see $log_dir, or pass --force to do it without the agent"
  status=0
  step "$prefix/current/bin/slipway" --socket "$in_force_run_dir/agent.sock" down || status=$?
  # 5: nothing was ever applied.
  [ "$status" = 0 ] || [ "$status" = 5 ] ||
    die E_DOWN "the application could not be taken down; see above, or pass --force to do it without the agent"
}

remove_units() {
  has_systemd || return 0
  for unit in slipway-console slipwayd; do
    [ -e "$unit_dir/$unit.service" ] || continue
    step systemctl disable --quiet "$unit"
    step rm -f "$unit_dir/$unit.service"
  done
  step systemctl daemon-reload
}

# Everything else is gone by now, so an account that something still uses is not a failure.
remove_account() {
  if grep -q "^$console_user:" /etc/passwd; then
    if command -v userdel >/dev/null 2>&1; then
      step userdel "$console_user" || account_stays
    else
      step deluser "$console_user" || account_stays
    fi
  fi
  if grep -q "^$console_user:" /etc/group; then
    if command -v groupdel >/dev/null 2>&1; then
      step groupdel "$console_user" || account_stays
    else
      step delgroup "$console_user" || account_stays
    fi
  fi
}

account_stays() { left_behind="$left_behind The account $console_user stays; see above."; }

# --- what the agent made in the engine ------------------------------------------------------------

label=io.slipway.app

# METHOD PATH. By curl, which installing needs too; the docker command may not be there.
engine_api() {
  curl --silent --show-error --fail --noproxy '*' --max-time 300 --unix-socket "$in_force_engine" \
    --request "$1" "http://engine$2"
}

engine_answers() {
  [ -S "$in_force_engine" ] && command -v curl >/dev/null 2>&1 && engine_api GET /_ping >/dev/null 2>&1
}

# KIND KEY [LABEL]: the values of KEY in the engine's list of what has our label. A quote within a
# JSON string is escaped, so "KEY":" cannot be part of one.
labelled() {
  filter="%22$label%22${3:+,%22$3%22}"
  engine_api GET "/$1?all=1&filters=%7B%22label%22:%5B$filter%5D%7D" >"$work_dir/list" ||
    die E_NO_ENGINE "the Docker engine at $in_force_engine did not list its $1"
  grep -o "\"$2\":\"[A-Za-z0-9_.-]*\"" "$work_dir/list" | cut -d'"' -f4
}

# Without --purge the application's volumes stay; those that hold configuration are made from the
# settings, and always go.
remove_objects() {
  containers=$(labelled containers/json Id)
  for id in $containers; do
    if [ "$purge" = no ]; then
      step engine_api POST "/containers/$id/stop" || true
    fi
    remove_object "/containers/$id?force=1"
  done
  networks=$(labelled networks Id)
  for id in $networks; do
    remove_object "/networks/$id"
  done
  role=io.slipway.role=config
  [ "$purge" = no ] || role=
  volumes=$(labelled volumes Name "$role")
  for name in $volumes; do
    remove_object "/volumes/$name"
  done
}

remove_object() {
  step engine_api DELETE "$1" || die E_REMOVE "the Docker engine refused to delete $1; see above"
}

# --- what runs --------------------------------------------------------------------------------

has_systemd() { [ -d /run/systemd/system ]; }

current_release() { readlink "$prefix/current" 2>/dev/null || true; }

in_netns() {
  if [ -n "$netns" ]; then
    nsenter --net="/run/netns/$netns" "$@"
  else
    "$@"
  fi
}

# PID PROGRAM: whether the process is this program of the current release, in the namespace meant.
runs_release() {
  [ "$(readlink "/proc/$1/exe" 2>/dev/null)" = "$prefix/$(current_release)/bin/$2" ] &&
    [ "$(readlink "/proc/$1/ns/net")" = "$(in_netns readlink /proc/self/ns/net)" ]
}

# The agent writes down which settings it read.
settings_are_current() {
  if [ "$dry_run" = yes ]; then
    [ "$changed" = no ]
  else
    cmp_files "$work_dir/settings" "$in_force_run_dir/settings"
  fi
}

agent_is_current() {
  pid=$(supervisor_pid) && runs_release "$pid" slipwayd && pid=$(agent_pid) && runs_release "$pid" slipwayd &&
    settings_are_current
}

supervisor_pid() { slipwayd_of "$in_force_run_dir/supervisor.pid" supervise; }
agent_pid() { slipwayd_of "$in_force_state_dir/lock" serve; }

# The pid in a file counts only if it is that slipwayd: pids are used again.
slipwayd_of() {
  [ -f "$1" ] || return 1
  pid=$(tr -dc 0-9 <"$1")
  [ -n "$pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q "slipwayd $2" || return 1
  printf '%s' "$pid"
}

stop_agent() {
  if has_systemd; then
    for unit in slipway-console slipwayd; do
      [ ! -e "$unit_dir/$unit.service" ] || step systemctl stop "$unit"
    done
    return
  fi
  pid=$(supervisor_pid) || return 0
  step kill -TERM "$pid"
  [ "$dry_run" = no ] || return 0
  wait_until 450 is_gone "$pid" || die E_STOP "slipwayd (pid $pid) did not stop within 45 s"
}

is_gone() { [ ! -d "/proc/$1" ]; }

# --- tools ------------------------------------------------------------------------------------

# TENTHS COMMAND…: asks until the command succeeds, for so many tenths of a second.
wait_until() {
  tries=$1
  shift
  until "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.1
  done
}

place_file() {
  if cmp_files "$1" "$2"; then
    return 0
  fi
  step install -m "$3" "$1" "$2.new"
  step mv "$2.new" "$2"
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
  # A release that was unpacked and then refused.
  [ -z "${unused:-}" ] || rm -rf "$unused"
  rmdir "$prefix" 2>/dev/null || true
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
