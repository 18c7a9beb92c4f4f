#!/usr/bin/env bash
# Builds the component images as docker-archives, without a Docker engine and without an image registry.
#
#   build.sh [--out build/images] [registry|postgres|frontdoor]...
#
# For each NAME it writes NAME.tar, for `docker load`, and NAME.id, the image's id. What is not ours
# comes out of Debian packages, which are fetched and unpacked below the output folder: nothing is
# installed on this machine. The same packages and sources give the same id. An image whose inputs
# did not change is not built again, and then no package is fetched.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
cd "$here"
# shellcheck source=packaging/common.sh
. packaging/common.sh

main() {
  parse_arguments "$@"
  need_command python3 apt-get dpkg-deb readelf strip tar sha256sum
  version=$(sed -n 's/^project(slipway VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
  mkdir -p "$out"
  out=$(cd "$out" && pwd)
  work=$(mktemp -d "$out/.build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  local name
  for name in "${names[@]}"; do
    build_if_changed "$name"
  done
  report
}

parse_arguments() {
  out=build/images
  registryd=build/release/bin/registryd
  names=()
  while [ $# -gt 0 ]; do
    case $1 in
      --out | --registryd)
        [ $# -ge 2 ] || die E_USAGE "$1 needs a value"
        if [ "$1" = --out ]; then out=$2; else registryd=$2; fi
        shift
        ;;
      registry | postgres | frontdoor) names+=("$1") ;;
      --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
      *) die E_USAGE "unknown argument: $1 (see --help)" ;;
    esac
    shift
  done
  [ ${#names[@]} -gt 0 ] || names=(registry postgres frontdoor)
}

# What an image is made of: packages of Debian, files of ours, and our recipe (the functions below).
packages_of() {
  case $1 in
    registry) printf '%s\n' ca-certificates ;;
    postgres) printf '%s\n' postgresql-15 postgresql-client-15 busybox-static tzdata libc-bin ;;
    frontdoor) printf '%s\n' nginx-light ca-certificates ;;
  esac
}

sources_of() {
  case $1 in
    registry) printf '%s\n' packaging/images registry agent/base ;;
    postgres) printf '%s\n' packaging/images ;;
    frontdoor) printf '%s\n' packaging/images registry/frontdoor registry/website ;;
  esac
}

build_if_changed() {
  local name=$1 stamp
  [ "$name" != registry ] || [ -x "$registryd" ] ||
    die E_NOT_BUILT "no $registryd; build it with: cmake --preset release && cmake --build --preset release"
  resolve_packages "$name"
  revision=$(revision_of "$name")
  stamp=$(inputs_of "$name" | sha256sum | cut -d' ' -f1)
  if [ -f "$out/$name.tar" ] && [ -f "$out/$name.id" ] && [ "$(cat "$out/$name.stamp" 2>/dev/null)" = "$stamp" ]; then
    return 0
  fi
  rm -f "$out/$name.stamp"
  unpack_packages "$name"
  root=$work/$name/root
  mkdir -p "$root"
  "fill_$name"
  label "$name"
  "$here/packaging/images/archive.py" --root "$root" --config "$work/$name/config.json" \
    --reference "slipway/$name:$version" --output "$work/$name/image.tar" "${owners[@]}" >"$work/$name/id"
  mv "$work/$name/image.tar" "$out/$name.tar"
  mv "$work/$name/id" "$out/$name.id"
  printf '%s\n' "$stamp" >"$out/$name.stamp"
  rm -rf "${work:?}/$name"
}

# The commit that last changed what the image is made of: a commit elsewhere is no other image.
revision_of() {
  mapfile -t paths < <(sources_of "$1")
  git log -1 --format=%H -- "${paths[@]}" 2>/dev/null || true
}

inputs_of() {
  printf '%s %s %s\n' "$version" "$revision" "${SOURCE_DATE_EPOCH:-}"
  cut -d' ' -f2- "$work/$1.packages"
  case $1 in
    registry) sha256sum <"$registryd" ;;
    frontdoor) find registry/frontdoor registry/website -type f | LC_ALL=C sort | xargs sha256sum ;;
  esac
  find packaging/images -type f -not -name '*.pyc' | LC_ALL=C sort | xargs sha256sum
}

# --- packages -----------------------------------------------------------------------------------

# Asks apt as on a machine where nothing is installed, so that libraries come from packages too.
apt_alone() {
  : >"$work/status"
  apt-get --quiet --yes --no-install-recommends -o APT::Sandbox::User=root -o Debug::NoLocking=1 \
    -o Dir::State::status="$work/status" -o Dir::Cache::archives="$out/debs" "$@"
}

# Lines of "ADDRESS FILE SIZE HASH"; needs apt's lists, not the network.
resolve_packages() {
  local name=$1
  mkdir -p "$out/debs/partial"
  mapfile -t wanted < <(packages_of "$name")
  # With an empty cache of archives, since apt does not list what it has fetched already.
  apt_alone -o Dir::Cache::archives="$work" --print-uris install "${wanted[@]}" 2>"$work/apt.log" |
    grep "^'" | LC_ALL=C sort >"$work/$name.packages" ||
    { cat "$work/apt.log" >&2; die E_PACKAGES "apt does not know the packages of $name; run: apt-get update"; }
}

unpack_packages() {
  local name=$1 file tree=$work/$1/tree
  apt_alone --download-only install "${wanted[@]}" >"$work/apt.log" 2>&1 || {
    apt-get --quiet update >>"$work/apt.log" 2>&1 || true
    resolve_packages "$name"
    apt_alone --download-only install "${wanted[@]}" >>"$work/apt.log" 2>&1
  } || { tail -n 20 "$work/apt.log" >&2; die E_PACKAGES "could not fetch the packages of $name"; }
  mkdir -p "$tree" "$work/$name/lists"
  for folder in bin sbin lib lib64; do
    mkdir -p "$tree/usr/$folder"
    ln -s "usr/$folder" "$tree/$folder"
  done
  while read -r _ file _; do
    dpkg-deb --fsys-tarfile "$out/debs/$file" | tar -x -C "$tree" --keep-directory-symlink --no-same-owner \
      --exclude='./usr/share/man' --exclude='./usr/share/locale' --exclude='./usr/share/perl*' --exclude='./usr/lib/*/perl*'
    dpkg-deb --fsys-tarfile "$out/debs/$file" | tar -t | sed 's|/$||' >"$work/$name/lists/${file%%_*}.list"
  done <"$work/$name.packages"
}

take() {
  "$here/packaging/images/closure.py" --from "$work/$name/tree" --to "$root" --lists "$work/$name/lists" "$@"
}

# --- what all have ------------------------------------------------------------------------------

account() {
  local user=$1 id=$2
  mkdir -p "$root/etc" "$root/tmp" "$root/run" "$root/proc" "$root/sys" "$root/dev"
  chmod 1777 "$root/tmp"
  printf 'root:x:0:0:root:/:/sbin/nologin\n%s:x:%s:%s::/:/sbin/nologin\n' "$user" "$id" "$id" >"$root/etc/passwd"
  printf 'root:x:0:\n%s:x:%s:\n' "$user" "$id" >"$root/etc/group"
  printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
}

# From the package and not from this machine, which may trust authorities of its own.
certificates() {
  mkdir -p "$root/etc/ssl/certs"
  find "$work/$name/tree/usr/share/ca-certificates/mozilla" -name '*.crt' | LC_ALL=C sort | xargs cat \
    >"$root/etc/ssl/certs/ca-certificates.crt"
  mkdir -p "$root/usr/share/doc/ca-certificates"
  cp "$work/$name/tree/usr/share/doc/ca-certificates/copyright" "$root/usr/share/doc/ca-certificates/"
}

label() {
  python3 - "$here/packaging/images/$1/config.json" "$1" "$version" "$revision" >"$work/$1/config.json" <<'PYTHON'
import json
import os
import sys

path, name, version, revision = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    config = json.load(file)
labels = config.setdefault("Labels", {})
prefix = "org.opencontainers.image."
labels[prefix + "version"] = version
labels[prefix + "source"] = os.environ.get("SLIPWAY_SOURCE_URL", "https://vendor.example/slipway")
if revision:
    labels[prefix + "revision"] = revision
json.dump(config, sys.stdout)
PYTHON
}

# --- recipes ------------------------------------------------------------------------------------

fill_registry() {
  account registry 10001
  certificates
  mkdir -p "$root/data"
  # Its libraries are those it was linked with, hence this machine's.
  packaging/images/closure.py --from / --to "$root" --lists /var/lib/dpkg/info --program "$registryd=/usr/bin/registryd"
  owners=(--owner /data=10001:10001)
}

fill_postgres() {
  local programs=$work/postgres/tree/usr/lib/postgresql/15
  # The compiler for expressions: 220 MB of LLVM for queries that the registry does not ask.
  rm -rf "$programs"/lib/llvmjit* "$programs"/lib/bitcode "$programs"/lib/pgxs
  take /usr/lib/postgresql/15/bin/{postgres,initdb,pg_isready,psql,pg_dump,pg_restore,pg_basebackup} \
    /usr/lib/postgresql/15/lib /usr/share/postgresql/15 /usr/lib/locale/C.utf8 \
    /usr/bin/busybox /usr/share/zoneinfo
  rm -rf "$root"/usr/share/zoneinfo/{posix,right} "$root"/usr/share/postgresql/15/man
  account postgres 10003
  for applet in sh cat chmod head mkdir mv rm sed sync tr; do
    ln -s busybox "$root/usr/bin/$applet"
  done
  install -m 0755 packaging/images/postgres/entrypoint.sh "$root/usr/bin/postgres-entrypoint"
  mkdir -p "$root/var/lib/postgresql" "$root/run/postgresql"
  chmod 0700 "$root/var/lib/postgresql"
  # A tmpfs that is mounted here takes this mode and belongs to root, whoever the process is.
  chmod 1777 "$root/run/postgresql"
  # Debian's PostgreSQL looks for its socket here.
  ln -s /run "$root/var/run"
  owners=(--owner /var/lib/postgresql=10003:10003 --owner /run/postgresql=10003:10003)
}

fill_frontdoor() {
  take /usr/sbin/nginx /etc/nginx/mime.types
  account frontdoor 10002
  certificates
  install -D -m 0644 registry/frontdoor/nginx.conf "$root/etc/nginx/nginx.conf"
  mkdir -p "$root/etc/frontdoor"
  cp registry/frontdoor/{registry_url,site}.conf "$root/etc/frontdoor/"
  mkdir -p "$root/srv/website"
  cp registry/website/*.html registry/website/*.css "$root/srv/website/"
  owners=()
}

# --- report -------------------------------------------------------------------------------------

report() {
  printf '%-12s %8s  %s\n' image MB id
  local name
  for name in "${names[@]}"; do
    printf '%-12s %8s  %s\n' "$name" "$(($(stat -c %s "$out/$name.tar") / 1000000))" "$(cat "$out/$name.id")"
  done
}

main "$@"
