#!/usr/bin/env bash
# The settings of the npm registry, end to end: each verb of `slipway config` on the appliance that
# quickstart brings up, and what TLS and another database come to in its containers.
#
# Run it inside tests/support/sandbox.sh, after `installer/quickstart.sh prepare`.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
[ -n "${SLIPWAY_SANDBOX:-}" ] || { echo "run this by: tests/support/sandbox.sh $0" >&2; exit 2; }
# shellcheck disable=SC1091 # Written by installer/packages.sh.
[ ! -f build/tools/env.sh ] || . build/tools/env.sh

netns=slipway-settings-$$
scratch=$(mktemp -d)
export DOCKER_HOST=unix:///run/slipway-engine/$netns/docker.sock

finish() {
  installer/quickstart.sh --remove --purge --netns "$netns" >"$scratch/remove.log" 2>&1 || cat "$scratch/remove.log"
  ip netns del "$netns" 2>/dev/null
  rm -rf "$scratch"
}
trap finish EXIT

config() { slipway config "$@"; }
# Whether it succeeds or not.
says() {
  local wanted=$1 text
  shift
  text=$("$@" 2>&1)
  printf '%s\n' "$text"
  grep -qF -- "$wanted" <<<"$text"
}
get_is() { equal "$1" "$(config get "$2")"; }
running() { docker ps --format '{{.Names}}' | grep -q "^npm-registry-$1-"; }
over_tls() { nsenter --net="/run/netns/$netns" curl -sSf --cacert "$scratch/c.pem" "https://localhost:$1"; }
change_everything() {
  config set tls_enabled=1 database_kind=database_builtin publishing=publish_scoped 'company_name=A & B' \
    host1_name=h.example host1_address=10.9.9.9 \
    --from-file "tls_certificate=$scratch/c.pem" --from-file "tls_private=$scratch/k.pem" --apply
}
export_to() { config export >"$1"; }

check "a certificate is made" openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
  -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout "$scratch/k.pem" -out "$scratch/c.pem"
check "the appliance comes up" installer/quickstart.sh up --netns "$netns"
check "ls lists every group" says "  upstream_policy" config ls
check "get tells a default" get_is 8080 http_port
refuses "a setting that there is not" config set listen_port=1
check "a wrong value is refused by its test on save" says "must be the http or https address" config set proxy_url=ftp://x
check "a certificate that is none is refused" says "certificate" config set tls_enabled=1 \
  --from-file "tls_certificate=$scratch/k.pem" --from-file "tls_private=$scratch/k.pem"
check "nothing of that was saved" get_is 0 tls_enabled
check "test runs what can be tried" says "success  max_tarball" config test
check "set and apply, with files" change_everything
check "the certificate is served for the registry" eventually 60 over_tls 8443/-/health
check "and for the website, with the company" says "A &amp; B" over_tls 8444/
refuses "the database's container is gone" running postgres
check "the registry's container has the host entry" says "h.example:10.9.9.9" \
  docker inspect --format '{{.HostConfig.ExtraHosts}}' "$(docker ps --quiet --filter name=npm-registry-registry-)"
check "versions name what changed" says "database_kind" config versions
check "export writes the original's JSON" export_to "$scratch/export.json"
check "unset gives the default back" config unset publishing
check "get tells it" get_is publish_all publishing
check "diff names it" says "publishing" config diff
check "import takes the export" config import "$scratch/export.json"
check "and the setting is back" get_is publish_scoped publishing
report
