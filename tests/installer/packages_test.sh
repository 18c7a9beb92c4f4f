#!/usr/bin/env bash
# The Debian package and the rpm in a copy of this machine's file system that nothing of stays:
# installed, upgraded, removed and purged by dpkg and rpm, where systemd does not run.
#
# Needs the release archive of `installer/quickstart.sh prepare`.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
# shellcheck source=tests/support/engine.sh
. tests/support/engine.sh

# A mount namespace, so that whatever becomes of this script nothing stays mounted.
if [ "${1:-}" != inside ]; then
  exec unshare --mount --propagation private "$0" inside
fi

version=$(sed -n 's/^project(slipway VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
archive=$PWD/build/packaging/slipway-$version-linux-amd64.tar.gz
scratch=$(mktemp -d /var/tmp/slipway-packages.XXXXXX)
root=$scratch/root

finish() {
  engine_down
  umount -R "$scratch" 2>/dev/null
  rmdir "$scratch"
}
trap finish EXIT

# The upper layer is a tmpfs, as it cannot be in the lower one.
copy_of_the_machine() {
  mount -t tmpfs tmpfs "$scratch" &&
    mkdir "$scratch/upper" "$scratch/work" "$root" &&
    mount -t overlay overlay -o "lowerdir=/,upperdir=$scratch/upper,workdir=$scratch/work" "$root" &&
    mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" && mount -t tmpfs tmpfs "$root/run" &&
    rm -rf "$root/opt/slipway" "$root/etc/slipway" "$root/var/lib/slipway" && mkdir "$root/packages"
}

# The engine's socket, by the one way that leads into the copy.
lend_engine() { mkdir -p "$root$SLIPWAY_ENGINE_DIR" && mount --bind "$SLIPWAY_ENGINE_DIR" "$root$SLIPWAY_ENGINE_DIR"; }

inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive HOME=/root "$@"; }

build_deb() {
  cp "$archive" "$root/packages/archive.tar.gz"
  packaging/deb/build-deb.sh "$root/packages/archive.tar.gz" && mv "$root/packages/slipway_${version}_amd64.deb" "$root/packages/slipway.deb"
}

build_rpm() {
  rpmbuild -bb packaging/rpm/slipway.spec --define "slipway_version $version" --define "_topdir $scratch/rpm" \
    --define "_sourcedir $(dirname "$archive")" && cp "$scratch"/rpm/RPMS/x86_64/*.rpm "$root/packages/slipway.rpm"
}

says() {
  local text=$1
  shift
  "$@" >"$scratch/output" 2>&1
  cat "$scratch/output"
  grep -qF "$text" "$scratch/output"
}

runs() {
  inside /usr/bin/slipway --help >/dev/null && inside /opt/slipway/current/bin/slipwayd settings |
    grep -qx 'console.start=false'
}

refuses_installer() { says 'error [E_PACKAGED]' inside sh /opt/slipway/current/share/install.sh "$@"; }
account() { inside getent passwd slipway-console; }
is_private() { equal "700 $1" "$(inside stat -c '%a %U' "$2")"; }
units() { inside systemd-analyze verify "/usr/lib/systemd/system/slipwayd.service" "/usr/lib/systemd/system/slipway-console.service"; }

# What install.sh leaves behind with its programs and without.
as_by_installer() { mkdir -p "$root/opt/slipway/1.0.0-0/share" && ln -sfn 1.0.0-0 "$root/opt/slipway/current"; }
removed_by_installer() { rm -r "$root/opt/slipway"; }

placed() {
  check "the programs run" runs
  check "there is the account" account
  check "the state is root's alone" is_private root /var/lib/slipway
  check "the console's is its own" is_private slipway-console /var/lib/slipway-console
  check "the units are right" units
  check "install.sh refuses to install over it" refuses_installer --archive /packages/archive.tar.gz --yes
  check "and to remove it" refuses_installer --remove --yes
}

removed() {
  refuses "the programs are gone" test -e "$root/opt/slipway"
  refuses "the units are gone" test -e "$root/usr/lib/systemd/system/slipwayd.service"
  check "the state stays" test -d "$root/var/lib/slipway"
  check "with what takes it away" cmp installer/install.sh "$root/var/lib/slipway/install.sh"
}

volumes() { docker volume ls -q --filter label=io.slipway.app; }

purged() {
  for place in /etc/slipway /var/lib/slipway /var/lib/slipway-console; do
    refuses "$place is gone" test -e "$root$place"
  done
  refuses "the account is gone" account
  check "the application's volumes are gone" equal "" "$(volumes)"
}

with_data() {
  mkdir -p "$root/etc/slipway/agent.d"
  printf 'engine: { socket: "%s" }\n' "$SLIPWAY_TEST_ENGINE" >"$root/etc/slipway/agent.d/60-mine.yaml"
  docker volume create --label io.slipway.app=x data
}

check "a copy of this machine" copy_of_the_machine
check "an engine" engine_up packages
check "reaches into it" lend_engine

echo "deb"
check "it is built" build_deb
as_by_installer
check "it refuses where install.sh has installed" says 'error [E_PACKAGED]' inside dpkg -i /packages/slipway.deb
check "what is there stays" test -d "$root/opt/slipway/1.0.0-0"
removed_by_installer
check "it installs" inside dpkg -i /packages/slipway.deb
placed
check "it upgrades" inside dpkg -i /packages/slipway.deb
check "an application" with_data
check "it is removed" inside dpkg --remove slipway
removed
check "the application goes on" equal data "$(volumes)"
check "it is purged" inside dpkg --purge slipway
purged
check "installed again" inside dpkg -i /packages/slipway.deb
check "it is purged without an engine too" inside dpkg --purge slipway

echo "rpm"
check "it is built" build_rpm
as_by_installer
check "it refuses where install.sh has installed" says 'error [E_PACKAGED]' inside rpm -i --nodeps /packages/slipway.rpm
removed_by_installer
check "it installs" inside rpm -i --nodeps /packages/slipway.rpm
placed
check "it upgrades" inside rpm -U --force --nodeps /packages/slipway.rpm
check "the programs still run" runs
check "an application" with_data
check "it is removed" inside rpm -e slipway
removed
check "what it leaves can be purged" inside sh /var/lib/slipway/install.sh --remove --purge --yes
purged
report
