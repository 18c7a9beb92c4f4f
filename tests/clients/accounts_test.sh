#!/usr/bin/env bash
# Organisations, teams, grants, visibility and owners, by the commands of a real npm.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/support/check.sh
. tests/support/check.sh
# shellcheck source=tests/support/registry.sh
. tests/support/registry.sh
trap registry_down EXIT

registry_up --registration on || { cat "$registry_folder/log"; exit 1; }
for name in ann bob cid; do
  user "$name" || exit
done
package n @acme/n 1.0.0
package m plain 1.0.0

publish() { as "$1" npm publish "$registry_folder/$2" "${@:3}"; }
shows() {
  local wanted=$1 output
  shift
  output=$("$@" 2>&1) || { printf '%s\n' "$output"; return 1; }
  [[ $output == *"$wanted"* ]] || { printf 'expected in the output: %s\n%s\n' "$wanted" "$output"; return 1; }
}
# npm's own error code, such as E404.
fails_with() {
  local code=$1 output
  shift
  ! output=$("$@" 2>&1) || { printf 'it succeeded:\n%s\n' "$output"; return 1; }
  [[ $output == *"$code"* ]] || { printf 'expected: %s\n%s\n' "$code" "$output"; return 1; }
}

audit_of() {
  mkdir -p "$registry_folder/app"
  printf '{"name":"app","version":"1.0.0","dependencies":{"%s":"1.0.0"}}\n' "$1" >"$registry_folder/app/package.json"
  as bob npm --prefix "$registry_folder/app" install >/dev/null && as bob npm --prefix "$registry_folder/app" audit
}

check 'npm org set founds an organization' as ann npm org set acme ann owner
check 'npm org set adds a developer' shows developer as ann npm org set acme bob developer
check 'npm org ls lists the members' shows 'bob - developer' as bob npm org ls acme
check 'npm org ls refuses strangers to the organization' fails_with E403 as cid npm org ls acme
check 'a member publishes in the scope' publish bob n --access restricted
check 'others do not' fails_with E404 publish cid n
check 'npm access get status says restricted' shows private as bob npm access get status @acme/n
check 'npm view finds it for a member' shows 1.0.0 as ann npm view @acme/n version
check 'and not for others' fails_with E404 as cid npm view @acme/n version
check 'npm team create' as ann npm team create acme:readers
check 'npm team ls lists the teams' shows readers as ann npm team ls acme
check 'npm team add refuses who is not in the organization' fails_with E400 as ann npm team add acme:readers cid
check 'npm org set adds one more' as ann npm org set acme cid developer
check 'npm team add' as ann npm team add acme:readers cid
check 'npm team ls lists the members' shows cid as ann npm team ls acme:readers
check 'npm team rm takes everybody else off the package' as ann npm team rm acme:developers cid
check 'without a grant there is nothing to read' fails_with E404 as cid npm view @acme/n version
check 'npm access grant read-only' as ann npm access grant read-only acme:readers @acme/n
check 'what was granted is read' shows 1.0.0 as cid npm view @acme/n version
check 'and not written' fails_with E403 as cid npm dist-tag add @acme/n@1.0.0 next
check 'npm access grant read-write' as ann npm access grant read-write acme:readers @acme/n
check 'what was granted is written' as cid npm dist-tag add @acme/n@1.0.0 next
check 'npm access list packages of a team' shows '@acme/n: read-write' as ann npm access list packages acme:readers
check 'npm access list packages of an organization' shows '@acme/n: read-write' as ann npm access list packages acme
check 'npm access list collaborators' shows 'cid: read-write' as bob npm access list collaborators @acme/n
check 'npm access revoke' as ann npm access revoke acme:readers @acme/n
check 'what was revoked is gone' fails_with E404 as cid npm view @acme/n version
check 'npm access set status=public' as ann npm access set status=public @acme/n
check 'what is public everybody reads' shows 1.0.0 as cid npm view @acme/n version
check 'npm team destroy' as ann npm team destroy acme:readers
check 'npm org rm' as ann npm org rm acme cid

check 'publish of a plain name' publish ann m
check 'npm access list packages of a user' shows 'plain: read-write' as bob npm access list packages ann
check 'npm owner add' as ann npm owner add bob plain
check 'npm owner ls' shows 'bob <bob@example.org>' as ann npm owner ls plain
check 'the new owner writes' as bob npm dist-tag add plain@1.0.0 next
check 'npm owner rm' as bob npm owner rm ann plain
check 'the old owner does not write' fails_with E403 as ann npm dist-tag add plain@1.0.0 other
check 'npm owner add refuses who has no account' fails_with 404 as bob npm owner add nobody plain
# npm shows the address, waits, and keeps what it got; the browser is played by a script.
web_login() {
  mkdir -p "$registry_folder/home-web"
  printf 'registry=%s/\nupdate-notifier=false\n' "$registry_url" >"$registry_folder/home-web/.npmrc"
  as web timeout 60 npm login --auth-type=web 2>&1 </dev/null |
    python3 -u tests/clients/web_login.py ann secret-ann
}
logged_in() { eventually 20 shows ann as web npm whoami; }
check 'npm login in a browser' web_login
check 'npm whoami after it' logged_in
check 'npm audit finds nothing and does not fail' shows 'found 0 vulnerabilities' audit_of plain
report
