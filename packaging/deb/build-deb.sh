#!/usr/bin/env bash
# Makes a Debian package out of the release archive, for those who install by apt:
#
#   build-deb.sh [ARCHIVE]     (build/packaging/slipway-VERSION-linux-amd64.tar.gz)
#
# The package lies beside the archive. It places what install.sh places, but for the command in
# /usr/bin, and needs systemd. The same archive gives the same package. Removing it leaves the
# application running; a purge takes that too, with all of its data.
set -euo pipefail

here=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=packaging/common.sh
. "$here/packaging/common.sh"

main() {
  local version release archive package
  need_command dpkg-deb tar sed du
  version=$(sed -n 's/^project(slipway VERSION \([0-9.]*\).*/\1/p' "$here/CMakeLists.txt")
  archive=${1:-$here/build/packaging/slipway-$version-linux-amd64.tar.gz}
  [ -f "$archive" ] || die E_ARCHIVE "no $archive; make it with packaging/archive.sh"
  package=$(dirname "$archive")/slipway_${version}_amd64.deb
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1700000000}

  local tree=$work/tree
  # The programs know the folder that they lie in.
  release=$(tar -tzf "$archive" | sed -n '1s|^slipway-\([^/]*\)/.*|\1|p')
  mkdir -p "$tree/opt/slipway/$release" "$tree/DEBIAN" "$tree/usr/bin" "$tree/lib/systemd/system" \
    "$tree/etc/slipway/agent.d" "$tree/usr/share/doc/slipway"
  tar -xzf "$archive" -C "$tree/opt/slipway/$release" --strip-components=1 --no-same-owner
  ln -s "$release" "$tree/opt/slipway/current"
  printf 'deb\n' >"$tree/opt/slipway/PACKAGE"
  ln -s /opt/slipway/current/bin/slipway "$tree/usr/bin/slipway"
  cp "$tree/opt/slipway/$release/share/systemd/"*.service "$tree/lib/systemd/system/"
  cp "$tree/opt/slipway/$release/share/agent.yaml" "$tree/etc/slipway/agent.yaml"
  cp "$tree/opt/slipway/$release/share/systemd/10-systemd.yaml" "$tree/etc/slipway/agent.d/"
  cp "$here/LICENSE" "$tree/usr/share/doc/slipway/copyright"
  printf '/etc/slipway/%s\n' agent.yaml agent.d/10-systemd.yaml >"$tree/DEBIAN/conffiles"
  install -m 0755 "$here"/packaging/deb/{preinst,postinst,prerm,postrm} "$tree/DEBIAN/"
  sed -e "s/@VERSION@/$version/" -e "s/@SIZE@/$(du -sk "$tree/opt" | cut -f1)/" \
    "$here/packaging/deb/control.in" >"$tree/DEBIAN/control"
  chmod -R u=rwX,go=rX "$tree"
  find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --root-owner-group --build -Zxz "$tree" "$work/slipway.deb" >/dev/null
  mv "$work/slipway.deb" "$package"
  printf '%s (%s MB)\n' "$package" "$(($(stat -c %s "$package") / 1000000))"
}

main "$@"
