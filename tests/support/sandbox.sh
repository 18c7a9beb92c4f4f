#!/usr/bin/env bash
# sandbox.sh COMMAND…: runs a command in a mount namespace of its own, in which everything that an
# installation changes on a host lies in a temporary folder: a suite can install and remove Slipway
# without touching an installation that this machine may have. Nothing is left when it ends.
set -euo pipefail

if [ "${SLIPWAY_SANDBOX:-}" = "" ]; then
  folder=$(mktemp -d /var/tmp/slipway-sandbox.XXXXXX)
  status=0
  SLIPWAY_SANDBOX=$folder unshare --mount --propagation private "$0" "$@" || status=$?
  rm -rf --one-file-system "$folder"
  exit "$status"
fi

overlay() {
  local name=${1//\//_}
  mkdir -p "$SLIPWAY_SANDBOX/$name/upper" "$SLIPWAY_SANDBOX/$name/work"
  mount -t overlay overlay \
    -o "lowerdir=$1,upperdir=$SLIPWAY_SANDBOX/$name/upper,workdir=$SLIPWAY_SANDBOX/$name/work" "$1"
}

# An engine keeps its layers in overlays of its own, which cannot lie on one; so these are plain folders.
own_folder() {
  mkdir -p "$SLIPWAY_SANDBOX/$2"
  mount --bind "$SLIPWAY_SANDBOX/$2" "$1"
}

for shared in /etc /opt /usr/local; do
  overlay "$shared"
done
# The places below /var/lib and /run are made inside folders that are copies, so that the machine's stay as they are.
mkdir -p "$SLIPWAY_SANDBOX/var-lib" "$SLIPWAY_SANDBOX/run" "$SLIPWAY_SANDBOX/var-log"
for entry in /var/lib/*; do
  case $entry in
    */slipway*) continue ;;
  esac
  [ -d "$entry" ] && mkdir -p "$SLIPWAY_SANDBOX/var-lib/${entry##*/}" &&
    mount --bind "$entry" "$SLIPWAY_SANDBOX/var-lib/${entry##*/}"
done
mount --rbind "$SLIPWAY_SANDBOX/var-lib" /var/lib
own_folder /run run
own_folder /var/log var-log
mkdir -p /run/lock /run/netns
mount -t tmpfs tmpfs /run/lock

exec "$@"
