#!/usr/bin/env bash
# Makes the release archives out of what was built:
#
#   archive.sh [--bin build/release/bin] [--out build/packaging]
#
# slipway-VERSION-linux-amd64.tar.gz is what install.sh installs: agent, console and command line
# with their own C library, the web console, the units, the licences, install.sh itself.
# slipway-release-VERSION-… holds the vendor's tool. Beside each lies its .sha256. The folder inside is
# NAME-VERSION-ID, ID being a digest of all that the archive is made of: two archives whose contents
# differ are installed beside each other, whatever their versions are. The same programs give the same
# bytes, and when nothing changed nothing is made again.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here"
# shellcheck source=packaging/common.sh
. packaging/common.sh

main() {
  parse_arguments "$@"
  need_command python3 patchelf strip ldd tar gzip sha256sum dpkg-query
  version=$(sed -n 's/^project(slipway VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
  mkdir -p "$out"
  out=$(cd "$out" && pwd)
  work=$(mktemp -d "$out/.archive.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  make_archive slipway slipwayd slipway-console slipway
  if [ -x "$bin/slipway-release" ]; then
    make_archive slipway-release slipway-release
  fi
}

parse_arguments() {
  bin=build/release/bin
  out=build/packaging
  while [ $# -gt 0 ]; do
    case $1 in
      --bin | --out)
        [ $# -ge 2 ] || die E_USAGE "$1 needs a value"
        if [ "$1" = --bin ]; then bin=$2; else out=$2; fi
        shift
        ;;
      --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 0 ;;
      *) die E_USAGE "unknown argument: $1 (see --help)" ;;
    esac
    shift
  done
}

# NAME PROGRAM…: one archive.
make_archive() {
  local name=$1 program stamp release archive programs=()
  shift
  for program in "$@"; do
    [ -x "$bin/$program" ] || die E_NOT_BUILT "no $bin/$program; build it with: cmake --preset release && cmake --build --preset release"
    programs+=("$bin/$program")
  done
  archive=$out/$name-$version-linux-amd64.tar.gz
  stamp=$(inputs "$name" "${programs[@]}" | sha256sum | cut -d' ' -f1)
  if [ -f "$archive" ] && [ -f "$archive.sha256" ] && [ "$(cat "$archive.stamp" 2>/dev/null)" = "$stamp" ]; then
    printf '%s (unchanged)\n' "$archive"
    return 0
  fi
  rm -f "$archive.stamp"
  # Digests alone: the paths that they belong to differ between checkouts.
  release=$version-$(inputs "$name" "${programs[@]}" | cut -d' ' -f1 | sha256sum | cut -c1-12)
  tree=$work/$name-$release
  packaging/bundle.py --prefix "/opt/$name/$release" --to "$tree" "${programs[@]}"
  fill_share "$name"
  (cd "$tree" && find . -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum) >"$work/sums"
  mv "$work/sums" "$tree/SHA256SUMS"
  chmod -R u=rwX,go=rX "$tree"
  tar --directory="$work" --sort=name --format=gnu --mtime="@${SOURCE_DATE_EPOCH:-1700000000}" \
    --owner=0 --group=0 --numeric-owner --create "$name-$release" | gzip -9 -n >"$work/archive"
  mv "$work/archive" "$archive"
  (cd "$out" && sha256sum "$(basename "$archive")" >"$archive.sha256")
  printf '%s\n' "$stamp" >"$archive.stamp"
  printf '%s (%s MB packed, %s MB unpacked)\n' "$archive" "$(($(stat -c %s "$archive") / 1000000))" \
    "$(($(du -sb "$tree" | cut -f1) / 1000000))"
}

fill_share() {
  mkdir -p "$tree/share/licenses/slipway"
  cp LICENSE "$tree/share/licenses/slipway/LICENSE"
  # From the package and not /etc/ssl, which may hold authorities that only this machine trusts.
  find /usr/share/ca-certificates/mozilla -name '*.crt' | LC_ALL=C sort | xargs -d '\n' cat >"$tree/share/ca-certificates.crt"
  [ "$1" = slipway ] || return 0
  mkdir -p "$tree/share/systemd" "$tree/share/manifests"
  cp packaging/systemd/* "$tree/share/systemd/"
  cp installer/install.sh packaging/agent.yaml "$tree/share/"
  cp -R manifests/npm-registry "$tree/share/manifests/"
  if [ -f web-admin/dist/index.html ]; then
    cp -R web-admin/dist "$tree/share/web-admin"
  else
    printf 'warning: no web-admin/dist; the archive has no web console\n' >&2
  fi
}

# Everything an archive is made of, libraries by what they contain.
inputs() {
  local name=$1
  shift
  printf '%s %s\n' "$name" "${SOURCE_DATE_EPOCH:-}"
  sha256sum "$@"
  ldd "$@" | grep -oE '(=> |^\s+)/[^ :)]+' | grep -oE '/.*' | LC_ALL=C sort -u | xargs -d '\n' sha256sum
  find packaging/archive.sh packaging/bundle.py packaging/systemd packaging/agent.yaml installer/install.sh \
    manifests/npm-registry LICENSE /usr/share/ca-certificates/mozilla -type f | LC_ALL=C sort | xargs -d '\n' sha256sum
  if [ "$name" = slipway ] && [ -d web-admin/dist ]; then
    find web-admin/dist -type f | LC_ALL=C sort | xargs -d '\n' sha256sum
  fi
}

main "$@"
