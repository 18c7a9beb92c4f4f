#!/usr/bin/env bash
# The component images on a real engine: hardened as the manifest hardens them, killed and restarted.
set -euo pipefail
cd "$(dirname "$0")/../../.."
. tests/support/check.sh
. tests/support/engine.sh

images=build/images
password="it's \$ecret"

hardened() {
  docker run --detach --network app --read-only --cap-drop ALL --security-opt no-new-privileges --tmpfs /tmp "$@"
}
healthy() { equal healthy "$(docker inspect --format '{{.State.Health.Status}}' "$1")"; }
ready() { docker exec database pg_isready --quiet --host=127.0.0.1; }
sql() { docker exec --env PGPASSWORD="$password" database psql -h database -U registry registry -Atc "$1"; }
sql_as() { docker exec --env PGPASSWORD="$2" database psql -h 127.0.0.1 -U "$1" postgres -Atc 'select 1'; }
get() { engine_run curl -s --max-time 20 --path-as-is "$@"; }
start_backend() {
  # shellcheck disable=SC2016 # The variables are nginx's.
  printf 'server { listen 8080; location / { return 200 "%s $request_method $request_uri"; } }\n' "$2" \
    >"$SLIPWAY_ENGINE_DIR/$1.conf"
  hardened --name "$1" --network-alias registry --volume "$SLIPWAY_ENGINE_DIR/$1.conf:/etc/frontdoor/site.conf:ro" \
    --volume /dev/null:/etc/frontdoor/registry_url.conf:ro "slipway/frontdoor:$version"
}
built_again_is_the_same() {
  local again name
  again=$(mktemp -d "$SLIPWAY_ENGINE_DIR/again.XXXXXX")
  cp -R "$images/debs" "$again/debs"
  packaging/images/build.sh --out "$again" frontdoor
  cmp "$images/frontdoor.tar" "$again/frontdoor.tar"
}
log_keeps() { ! docker logs "$1" 2>&1 | grep -qF -- "$2"; }
labelled() {
  equal "$version" "$(docker image inspect --format '{{index .Config.Labels "org.opencontainers.image.version"}}' "$1")"
}

echo "images"
version=$(sed -n 's/^project(slipway VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
check "images are built" packaging/images/build.sh postgres frontdoor
engine_up images-test
check "a second build gives the same bytes" built_again_is_the_same
check "they load" engine_load "$images/postgres.tar" "$images/frontdoor.tar" "$SLIPWAY_TEST_IMAGE"
check "the engine calls postgres by the id we wrote" equal "$(cat "$images/postgres.id")" \
  "$(docker image inspect --format '{{.Id}}' "slipway/postgres:$version")"
check "postgres is labelled" labelled "slipway/postgres:$version"
check "frontdoor is labelled" labelled "slipway/frontdoor:$version"
check "a network is made" docker network create app

echo "postgres"
refuses "it does not start without a password" docker run --rm --tmpfs /run/postgresql --tmpfs /tmp "slipway/postgres:$version"
check "it starts with a read-only root and no capability" hardened --name database --tmpfs /run/postgresql \
  --volume data:/var/lib/postgresql --env POSTGRES_PASSWORD="$password" "slipway/postgres:$version"
check "it gets ready" eventually 60 ready
check "the role can write" sql 'create table kept (a int); insert into kept values (42)'
check "it writes through to the disk" equal on "$(sql 'show fsync')"
check "it checks its pages" equal on "$(sql 'show data_checksums')"
check "the role is no superuser" equal off "$(sql 'show is_superuser')"
refuses "a wrong password is refused" sql_as registry wrong
refuses "the superuser does not come in by the network" sql_as postgres "$password"
check "the log does not hold the password" log_keeps database "$password"
docker kill database >/dev/null
check "it starts after a kill" docker start database
check "it gets ready again" eventually 60 ready
check "what was written is there" equal 42 "$(sql 'select a from kept')"
check "Docker finds it healthy" eventually 60 healthy database

# What a kill in the middle of the first start leaves behind.
docker run --rm --entrypoint /usr/bin/sh --volume torn:/var/lib/postgresql "slipway/postgres:$version" \
  -c 'mkdir /var/lib/postgresql/main.partial && cd /var/lib/postgresql/main.partial && printf 15 >PG_VERSION'
check "it starts on a half-made cluster" hardened --name torn --tmpfs /run/postgresql \
  --volume torn:/var/lib/postgresql --env POSTGRES_PASSWORD="$password" "slipway/postgres:$version"
check "and makes a whole one" eventually 60 docker exec torn pg_isready --quiet --host=127.0.0.1

echo "frontdoor"
check "it starts with a read-only root and no capability" hardened --name door --publish 8080:8080 \
  --publish 8081:8081 "slipway/frontdoor:$version"
check "it says that it is well" eventually 30 get --fail http://127.0.0.1:8080/healthz
check "without a registry it says try again" equal 503 \
  "$(get --output /dev/null --write-out '%{http_code}' http://127.0.0.1:8080/-/ping)"
check "a token in a path" equal 503 "$(get --output /dev/null --write-out '%{http_code}' -X DELETE http://127.0.0.1:8080/-/user/token/npm_s3cr3t)"
check "is not logged" log_keeps door npm_s3cr3t
check "the registry appears" start_backend first one
keeps_path() { equal 'one GET /@a%2fb//c?x=1' "$(get 'http://127.0.0.1:8080/@a%2fb//c?x=1')"; }
check "paths arrive as they were sent" eventually 20 keeps_path
docker rm --force first >/dev/null
# Takes the address that the first one had, so that the second has another.
docker run --detach --network app --name filler slipway-test/busybox:1 sleep 600 >/dev/null
check "another registry takes its place" start_backend second two
found_second() { equal 'two GET /' "$(get http://127.0.0.1:8080/)"; }
check "and is found without a reload" eventually 20 found_second
big_body() { equal 200 "$(head -c 50000000 /dev/zero | get --output /dev/null --write-out '%{http_code}' --upload-file - http://127.0.0.1:8080/big)"; }
check "a body of 50 MB passes" big_body
website_names() { get --header "Host: $1" http://127.0.0.1:8081/ | grep -qF "$2"; }
check "the website names the registry by the host it was asked for" website_names npm.example.com:8081 'http://npm.example.com:8080/'
refuses "markup in a host does not reach the page" website_names '<b>x' '<b>x'
report
