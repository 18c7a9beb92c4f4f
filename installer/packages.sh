#!/bin/sh
# Installs from Debian 12 what parts of this project need. Run again it changes nothing.
#
#   packages.sh build          to build programs, web console, images and archive
#   packages.sh run            to run: the Docker engine and what it needs
#   packages.sh test           to test, beyond the two others
#   packages.sh bench          to measure, beyond all of them: tests/bench
#   packages.sh --list PART…   only print the packages
#
# Parts can be given together. For build, test and bench a Node.js of the pinned version is put into
# build/tools/node when the one on PATH is older than the web console's tools take; build/tools/env.sh,
# to be sourced, then has it in PATH. Nothing else outside of apt's packages is changed, and no
# service is started: who needs an engine starts it with installer/engine.sh.

set -eu

# The oldest that the tools of web-admin run on.
node_major=20
node_minor=19

main() {
  here=$(cd "$(dirname "$0")/.." && pwd)
  parse_arguments "$@"
  if [ "$list" = yes ]; then
    for part in $parts; do
      packages_of "$part"
    done | tr -s ' \n' '\n' | sed '/^$/d' | LC_ALL=C sort -u
    return
  fi
  # shellcheck disable=SC1090,SC1091 # Written by an earlier run.
  [ ! -f "$here/build/tools/env.sh" ] || . "$here/build/tools/env.sh"
  wanted=
  for part in $parts; do
    wanted="$wanted $(packages_of "$part")"
  done
  for part in $parts; do
    case $part in
      build | test | bench)
        node_is_enough || needs_node=yes
        ;;
    esac
  done
  if [ "$needs_node" = yes ] && ! command -v npm >/dev/null 2>&1; then
    wanted="$wanted nodejs npm"
  fi
  install_missing
  if [ "$needs_node" = yes ]; then
    install_node
  fi
  write_environment
}

parse_arguments() {
  parts=
  list=no
  needs_node=no
  for argument in "$@"; do
    case $argument in
      build | run | test | bench) parts="$parts $argument" ;;
      --list) list=yes ;;
      --help) sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit 0 ;;
      *) die E_USAGE "unknown argument: $argument (see --help)" ;;
    esac
  done
  [ -n "$parts" ] || die E_USAGE "say for what: build, run, test, bench (see --help)"
}

packages_of() {
  case $1 in
    build)
      cat <<'PACKAGES'
apt binutils ca-certificates ccache cmake dpkg g++ git gzip libarchive-dev libboost-filesystem1.81-dev
libboost1.81-dev libcli11-dev libcpp-httplib-dev libcurl4-openssl-dev libdeflate-dev libfmt-dev libpq-dev
libre2-dev libsimdjson-dev libsodium-dev libspdlog-dev libsqlite3-dev libssl-dev libyaml-cpp-dev libzstd-dev mold
ninja-build nlohmann-json3-dev patchelf pkg-config python3 tar zlib1g-dev
PACKAGES
      ;;
    run)
      cat <<'PACKAGES'
ca-certificates containerd curl docker.io iproute2 iptables procps runc util-linux
PACKAGES
      ;;
    test)
      cat <<'PACKAGES'
busybox-static chromium clang-14 clang-format-14 clang-tidy-14 curl doctest-dev docker.io iproute2 iptables
libclang-rt-14-dev postgresql-15 python3-yaml rpm shellcheck sqlite3 systemd util-linux
PACKAGES
      ;;
    bench)
      cat <<'PACKAGES'
busybox-static docker-compose nginx-light util-linux wrk
PACKAGES
      ;;
  esac
}

# --- Debian's packages ----------------------------------------------------------------------------

install_missing() {
  missing=
  for package in $wanted; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  [ "$(id -u)" -eq 0 ] || die E_ROOT "as root, run: apt-get install$missing"
  command -v apt-get >/dev/null 2>&1 || die E_PLATFORM "this script knows Debian 12 alone; install these by hand:$missing"
  say "installing:$missing"
  refuse_services
  case "$missing " in
    *" postgresql-15 "*) refuse_a_cluster ;;
  esac
  apt_get update
  # shellcheck disable=SC2086 # A list of words is what is meant.
  apt_get install --no-install-recommends $missing || die E_PACKAGES "apt could not install:$missing"
}

# The tests make clusters of their own; the package would make one for the machine and keep it running.
refuse_a_cluster() {
  [ ! -e /etc/postgresql-common/createcluster.conf ] || return 0
  mkdir -p /etc/postgresql-common
  printf 'create_main_cluster = false\n' >/etc/postgresql-common/createcluster.conf
}

apt_get() {
  DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes -o DPkg::Lock::Timeout=300 "$@"
}

# The package docker.io would start an engine, in the host's own network namespace, whatever is
# planned for this machine. Where there is a policy already, it stays.
refuse_services() {
  policy=/usr/sbin/policy-rc.d
  [ ! -e "$policy" ] || return 0
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 0755 "$policy"
}

# --- Node.js ---------------------------------------------------------------------------------------

node_is_enough() {
  command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || return 1
  node --version | awk -F '[v.]' -v major="$node_major" -v minor="$node_minor" \
    '{ exit !($2 > major || ($2 == major && $3 >= minor)) }'
}

# By npm, which checks what it fetches against the digests in package-lock.json.
install_node() {
  target=$here/build/tools/node
  say "installing the pinned Node.js into build/tools/node"
  rm -rf "$target.new"
  mkdir -p "$target.new"
  cp "$here/installer/tools/package.json" "$here/installer/tools/package-lock.json" "$here/installer/tools/.npmrc" "$target.new/"
  (cd "$target.new" && npm ci --ignore-scripts --no-audit --no-fund) || die E_NODE "npm could not install the pinned Node.js"
  rm -rf "$target"
  mv "$target.new" "$target"
  PATH=$target/node_modules/.bin:$PATH
  node_is_enough || die E_NODE "the pinned Node.js does not run: $(node --version 2>&1 | head -n 1)"
}

write_environment() {
  mkdir -p "$here/build/tools"
  {
    printf '# Written by installer/packages.sh; to be sourced.\n'
    if [ -x "$here/build/tools/node/node_modules/.bin/node" ]; then
      # shellcheck disable=SC2016 # The one who sources it has a PATH of his own.
      printf 'PATH=%s:$PATH\n' "$here/build/tools/node/node_modules/.bin"
      printf 'export PATH\n'
    fi
  } >"$here/build/tools/env.sh.new"
  mv "$here/build/tools/env.sh.new" "$here/build/tools/env.sh"
}

# --- tools -------------------------------------------------------------------------------------------

say() { printf '%s\n' "$*" >&2; }
die() { code=$1; shift; printf 'error [%s]: %s\n' "$code" "$*" >&2; exit 1; }

{ main "$@"; }
