# shellcheck shell=bash
# A registry of this build on loopback, and npm as one of its users. Source it after check.sh, call
# `registry_up [OPTION…]`, then `as USER npm …`; `registry_down` on exit.

registry_folder=
registry_pid=
registry_url=

registry_up() {
  local port
  registry_folder=$(mktemp -d)
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  registry_url=http://127.0.0.1:$port
  "build/${PRESET:-asan}/bin/registryd" serve --data "$registry_folder/data" --listen "127.0.0.1:$port" "$@" >"$registry_folder/log" 2>&1 &
  registry_pid=$!
  eventually 60 curl -fsS "$registry_url/-/ping"
}

registry_down() {
  [ -z "$registry_pid" ] || { kill "$registry_pid"; wait "$registry_pid"; }
  [ -z "$registry_folder" ] || rm -rf "$registry_folder"
} 2>/dev/null

# request METHOD PATH USER [BODY]: prints the answer's body and, on a line of its own, its status.
request() {
  local token
  token=$(cat "$registry_folder/$3.token" 2>/dev/null)
  curl -sS -X "$1" ${token:+-H "authorization: Bearer $token"} -H 'content-type: application/json' \
    ${4:+--data "$4"} -w '\n%{http_code}\n' "$registry_url$2"
}

# user NAME: an account, and a home of its own whose npm is logged in.
user() {
  local home=$registry_folder/home-$1
  mkdir -p "$home"
  curl -fsS -X PUT -H 'content-type: application/json' "$registry_url/-/user/org.couchdb.user:$1" \
    --data "{\"_id\":\"org.couchdb.user:$1\",\"name\":\"$1\",\"password\":\"secret-$1\",\"email\":\"$1@example.org\"}" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])' >"$registry_folder/$1.token" || return
  printf 'registry=%s/\nupdate-notifier=false\nfund=false\naudit=false\n//%s/:_authToken=%s\n' \
    "$registry_url" "${registry_url#http://}" "$(cat "$registry_folder/$1.token")" >"$home/.npmrc"
}

# Nothing of the caller's own npm reaches the command.
as() {
  local home=$registry_folder/home-$1
  shift
  env -u npm_config_registry -u NPM_CONFIG_REGISTRY HOME="$home" npm_config_cache="$home/cache" "$@"
}

# package FOLDER NAME VERSION: a package to publish, below the registry's folder.
package() {
  mkdir -p "$registry_folder/$1"
  printf '{"name":"%s","version":"%s","description":"A package of the test","main":"index.js"}\n' "$2" "$3" \
    >"$registry_folder/$1/package.json"
  printf 'module.exports = "%s@%s";\n' "$2" "$3" >"$registry_folder/$1/index.js"
}
