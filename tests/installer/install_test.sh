#!/usr/bin/env bash
# installer/install.sh with a real release archive, agent, console and engine: it installs, finishes
# what was interrupted, keeps what was set, and takes away all that it promises to and no more.
#
# Run it inside tests/support/sandbox.sh, after `installer/quickstart.sh prepare`.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
# shellcheck source=tests/support/engine.sh
. tests/support/engine.sh
[ -n "${SLIPWAY_SANDBOX:-}" ] || { echo "run this by: tests/support/sandbox.sh $0" >&2; exit 2; }

scratch=$(mktemp -d)
version=$(sed -n 's/^project(slipway VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
archive=$PWD/build/packaging/slipway-$version-linux-amd64.tar.gz

finish() {
  installer/install.sh --remove --purge --force --yes >"$scratch/remove.log" 2>&1 || cat "$scratch/remove.log"
  engine_down
  rm -rf "$scratch"
}
trap finish EXIT

install_it() {
  timeout 240 installer/install.sh --archive "$archive" --netns "$SLIPWAY_TEST_NETNS" \
    --engine-socket "$SLIPWAY_TEST_ENGINE" --no-login-code --yes "$@"
}
remove_it() { timeout 240 installer/install.sh --remove --yes "$@"; }

# CODE COMMAND…: fails, with this code.
fails_with() {
  local code=$1
  shift
  "$@" >"$scratch/output" 2>&1 && return 1
  cat "$scratch/output"
  grep -qF "error [$code]" "$scratch/output"
}

# A caller that reads to the end, as `curl … | sh | tee log` does.
install_into_a_pipe() { (set -o pipefail && install_it --listen 127.0.0.1:8800 2>&1 | cat); }

changes_nothing() { "${@:-install_it}" 2>&1 | grep -q 'nothing was changed'; }
supervisor() { cat /run/slipway/supervisor.pid; }
agent() { cat /var/lib/slipway/lock; }
release() { readlink /opt/slipway/current; }
program_of() { readlink "/proc/$1/exe"; }
console_at() { engine_run curl -ksf -o /dev/null --max-time 5 "https://$1/api/v1/version"; }
listens_on() { engine_run ss -tlnH "sport = :$1" | grep -q LISTEN; }
ours() { docker "$1" ls -q ${2:+"$2"} --filter label=io.slipway.app; }

write_manifest() {
  cat >"$scratch/manifest.yaml" <<'MANIFEST'
replicated_api_version: "2.9.0"
name: Installed
version: "1.0.0"
components:
  - name: Part
    containers:
      - source: public
        image_name: slipway-test/busybox
        version: "1"
        name: part
        cmd: '["sleep", "1000000"]'
        volumes: [{ host_path: data, container_path: /data }]
        config_files: [{ filename: /etc/part/part.conf, contents: text }]
        slipway: { stop_signal: SIGKILL }
MANIFEST
}

apply() { slipway apply "$scratch/manifest.yaml"; }

# The same programs as another release, where an upgrade would put them.
make_next_release() {
  local root=slipway-$version-ffffffffffff
  mkdir "$scratch/$root"
  tar -xzf "$archive" -C "$scratch/$root" --strip-components=1
  for program in "$scratch/$root"/bin/*; do
    patchelf --set-interpreter "/opt/slipway/${root#slipway-}/lib/ld-linux-x86-64.so.2" "$program" || return 1
  done
  (cd "$scratch/$root" && find . -type f ! -name SHA256SUMS -printf '%P\n' | sort | xargs -d '\n' sha256sum >"$scratch/sums")
  mv "$scratch/sums" "$scratch/$root/SHA256SUMS"
  tar -C "$scratch" -czf "$scratch/next.tar.gz" "$root"
}

install_next() {
  local archive=$scratch/next.tar.gz
  install_it
}

echo "install"
check "an engine" engine_up install
check "a test image" engine_load "$SLIPWAY_TEST_IMAGE"
docker volume create foreign >/dev/null

for listen in 127.0.0.1:0 127.0.0.1:65536 127.0.0.1:x localhost:8800 :8800 '[::1]:' ::1:8800; do
  check "--listen $listen is refused" fails_with E_USAGE install_it --listen "$listen"
done
check "a wrong digest is refused" fails_with E_DIGEST install_it --sha256 "$(printf '0%.0s' {1..64})"
refuses "and nothing was placed" test -e /opt/slipway
check "it installs into a pipe that ends" install_into_a_pipe
check "the console answers" console_at 127.0.0.1:8800
before=$(supervisor)/$(agent)
check "a second run changes nothing" changes_nothing
check "nor do capitals in the digest" install_it --sha256 "$(sha256sum "$archive" | cut -d' ' -f1 | tr a-f A-F)"
check "supervisor and agent are the same processes" equal "$before" "$(supervisor)/$(agent)"
check "the archive brings a copy of the installer" cmp installer/install.sh /opt/slipway/current/share/install.sh
exec 8>/run/slipway-install.lock
flock 8
check "two at a time are refused" fails_with E_BUSY install_it
exec 8>&-
check "what has no application can be removed" remove_it
refuses "its programs are gone" test -e /opt/slipway

echo "settings"
printf '# mine\n{console: {"listen": "127.0.0.1:8801"}, "log": {level: debug}}\n' >/etc/slipway/agent.yaml
rm /etc/slipway/install.conf /etc/slipway/agent.d/50-install.yaml
cp /etc/slipway/agent.yaml "$scratch/agent.yaml"
check "settings of the admin's in any style of YAML hold" install_it
check "the console is where they say" console_at 127.0.0.1:8801
check "an option wins" install_it --listen 127.0.0.1:8802
check "the console has moved" console_at 127.0.0.1:8802
check "and holds in the next run" changes_nothing
check "the admin's file is as it was" cmp "$scratch/agent.yaml" /etc/slipway/agent.yaml
check "an address that is not here is not called installed" fails_with E_CONSOLE install_it --listen 192.0.2.1:8802
check "the next run mends it" install_it --listen 127.0.0.1:8800
engine_run python3 -m http.server --bind 127.0.0.1 8803 >/dev/null 2>&1 &
listener=$!
eventually 10 listens_on 8803
check "a port that is taken is refused" fails_with E_PORT install_it --listen 127.0.0.1:8803
kill "$listener" 2>/dev/null
printf 'console: { prot: 1 }\n' >/etc/slipway/agent.d/60-mine.yaml
before=$(agent)
check "settings that cannot be read are refused" fails_with E_SETTINGS install_it
check "while the agent runs on" equal "$before" "$(agent)"
printf 'log: { level: info }\n' >/etc/slipway/agent.d/60-mine.yaml
check "an agent that has not read the settings is restarted" install_it
refuses "it is another process" equal "$before" "$(agent)"

echo "releases"
first=$(release)
check "another release" make_next_release
check "an upgrade" install_next
check "runs the new programs" equal "/opt/slipway/$version-ffffffffffff/bin/slipwayd" "$(program_of "$(agent)")"
check "the release before is still there" test -x "/opt/slipway/$first/bin/slipwayd"
# As after a kill between the switch and the restart.
ln -sfn "$first" /opt/slipway/current
check "a run after an interrupted one" install_it
check "restarts what is of the other release" equal "/opt/slipway/$first/bin/slipwayd" "$(program_of "$(agent)")"
check "the supervisor too" equal "/opt/slipway/$first/bin/slipwayd" "$(program_of "$(supervisor)")"
inode=$(stat -c %i "/opt/slipway/$first")
echo damage >>"/opt/slipway/$first/share/manifests/npm-registry/1.0.0.yaml"
check "a damaged release is mended" install_it
check "in place" equal "$inode" "$(stat -c %i "/opt/slipway/$first")"
check "file by file" cmp manifests/npm-registry/1.0.0.yaml "/opt/slipway/$first/share/manifests/npm-registry/1.0.0.yaml"

echo "removal"
write_manifest
check "an application" apply
check "has a volume" equal installed_data "$(docker volume ls -q --filter name=installed_data)"
check "remove" remove_it
check "its container is gone" equal "" "$(ours container -a)"
check "its volume stays" equal installed_data "$(docker volume ls -q --filter name=installed_data)"
check "purge after remove" remove_it --purge
check "nothing of it is left in the engine" equal "" "$(ours container -a)$(ours network)$(ours volume)"
check "what is not ours is" equal foreign "$(docker volume ls -q --filter name=foreign)"
for place in /opt/slipway /etc/slipway /var/lib/slipway /var/lib/slipway-console /var/log/slipway /run/slipway; do
  refuses "$place is gone" test -e "$place"
done
refuses "the account is gone" id slipway-console
check "there is nothing more to remove" remove_it --purge

check "installed again" install_it --listen 127.0.0.1:8800
check "with an application" apply
kill -TERM "$(supervisor)"
eventually 60 test ! -e "/proc/$(supervisor)"
printf 'garbage' >/var/lib/slipway/state.db
rm -f /var/lib/slipway/state.db-*
check "an agent that cannot start cannot take it down" fails_with E_AGENT remove_it
check "by force it goes" remove_it --force
check "containers and networks are gone" equal "" "$(ours container -a)$(ours network)"
check "only the data stay" equal installed_data "$(ours volume)"
check "the engine stops" "$engine_script" stop --netns "$SLIPWAY_TEST_NETNS"
check "a purge without an engine is refused" fails_with E_NO_ENGINE remove_it --purge
check "and has removed nothing" test -e /var/lib/slipway/state.db
setpriv --reuid slipway-console --regid slipway-console --clear-groups sleep 600 &
user=$!
check "by force it goes on, whoever uses the account" remove_it --purge --force
kill "$user"
refuses "the state is gone" test -e /var/lib/slipway
check "the engine starts" "$engine_script" start --netns "$SLIPWAY_TEST_NETNS"

echo "systemd"
mkdir -p /run/systemd/system "$scratch/systemd"
export SLIPWAY_FAKE_SYSTEMD=$scratch/systemd
PATH=$PWD/tests/support/systemd:$PATH
check "a namespace is refused" fails_with E_NETNS install_it
# So that the ports of this machine stay its own.
by_units() {
  timeout 240 nsenter --net="/run/netns/$SLIPWAY_TEST_NETNS" installer/install.sh --archive "$archive" \
    --engine-socket "$SLIPWAY_TEST_ENGINE" --no-login-code --yes "$@"
}
unit_pids() { cat "$scratch/systemd/slipwayd.pid" "$scratch/systemd/slipway-console.pid"; }
check "it installs as units" by_units --listen 127.0.0.1:8800
check "the console answers" console_at 127.0.0.1:8800
before=$(unit_pids)
check "the agent has not started one of its own" equal "" "$(pgrep -P "$(agent)")"
check "a second run changes nothing" changes_nothing by_units
check "and restarts nothing" equal "$before" "$(unit_pids)"
check "an option is taken over" by_units --listen 127.0.0.1:8801
check "the console has moved" console_at 127.0.0.1:8801
check "with an application" apply
check "removed" remove_it
refuses "the units are gone" ls /etc/systemd/system/slipwayd.service /etc/systemd/system/slipway-console.service
refuses "and what they ran" kill -0 "$(unit_pids | head -n 1)"
check "the application too" equal "" "$(ours container -a)"
check "purged" remove_it --purge
check "with its volume" equal "" "$(ours volume)"
rm -r /run/systemd

echo "packages"
mkdir -p /opt/slipway && echo deb >/opt/slipway/PACKAGE
check "a package is not overwritten" fails_with E_PACKAGED install_it
check "nor removed" fails_with E_PACKAGED remove_it
rm -r /opt/slipway
report
