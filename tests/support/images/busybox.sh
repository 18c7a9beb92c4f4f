#!/usr/bin/env bash
# busybox.sh: makes the image that tests run containers from, slipway-test/busybox:1, and prints the
# path of its docker-archive. Debian's static busybox with every applet linked, a shell at /bin/sh,
# /tmp and /www writable by anybody. Built once for each version of busybox.
set -euo pipefail
cd "$(dirname "$0")/../../.."

busybox=$(command -v busybox || true)
if [ -z "$busybox" ] || ldd "$busybox" >/dev/null 2>&1; then
  printf 'error [E_MISSING]: this needs a static busybox (Debian: busybox-static)\n' >&2
  exit 1
fi

archive=$PWD/build/tests/busybox.tar
stamp=$(cat "$busybox" "$0" packaging/images/archive.py | sha256sum | cut -d' ' -f1)
if [ -f "$archive" ] && [ "$(cat "$archive.stamp" 2>/dev/null)" = "$stamp" ]; then
  printf '%s\n' "$archive"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root"/{bin,etc,proc,sys,dev,run,tmp,www,root}
chmod 1777 "$root/tmp" "$root/www"
install -m 0755 "$busybox" "$root/bin/busybox"
for applet in $("$busybox" --list); do
  [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
mkdir -p "$(dirname "$archive")"
cat >"$work/config.json" <<'CONFIG'
{ "Cmd": ["/bin/sh"], "Env": ["PATH=/bin"], "WorkingDir": "/" }
CONFIG
python3 packaging/images/archive.py --root "$root" --config "$work/config.json" \
  --reference slipway-test/busybox:1 --output "$work/busybox.tar" >/dev/null
mv "$work/busybox.tar" "$archive.$$"
mv "$archive.$$" "$archive"
printf '%s\n' "$stamp" >"$archive.stamp"
printf '%s\n' "$archive"
