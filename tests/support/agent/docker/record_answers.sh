#!/usr/bin/env bash
# record_answers.sh SOCKET ARCHIVE FOLDER: asks the engine on SOCKET for one answer of every kind and
# writes them, as they come, into FOLDER. ARCHIVE is the docker-archive of slipway-test/busybox:1. The
# engine should be empty and stand alone: what is made here is removed again, but images stay.
set -euo pipefail
socket=$1 archive=$2 folder=$3
mkdir -p "$folder"

version=$(curl -sS --unix-socket "$socket" http://docker/version |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["ApiVersion"])')

# ask METHOD PATH [CURL-ARGUMENT…]
ask() {
  local method=$1 path=$2
  shift 2
  curl -sS --unix-socket "$socket" -X "$method" "$@" "http://docker/v$version$path"
}
post() { ask POST "$1" -H 'Content-Type: application/json' -d "$2"; }
id_of() { python3 -c 'import json, sys; print(json.load(sys.stdin)["Id"])'; }

curl -sS -i --unix-socket "$socket" http://docker/_ping >"$folder/ping.http"
curl -sS --unix-socket "$socket" http://docker/version >"$folder/version.json"
started=$(date +%s)
ask POST "/images/load?quiet=0" -H 'Content-Type: application/x-tar' --data-binary "@$archive" \
  -H 'Transfer-Encoding: chunked' >"$folder/load.stream"
ask POST "/images/create?fromImage=registry.invalid/missing&tag=1" >"$folder/pull-unreachable.json"

network=$(post /networks/create '{"Name":"sample","Labels":{"a":"b"}}' | id_of)
post /volumes/create '{"Name":"sample-data","Labels":{"a":"b"}}' >"$folder/volume.json"
container=$(post '/containers/create?name=sample' '{
  "Image": "slipway-test/busybox:1", "Labels": {"a": "b"}, "Env": ["A=B"],
  "Cmd": ["sh", "-c", "echo out; echo err >&2; sleep 600"],
  "ExposedPorts": {"80/tcp": {}, "81/udp": {}},
  "Healthcheck": {"Test": ["CMD", "true"], "Interval": 1000000000, "Timeout": 5000000000},
  "HostConfig": {
    "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "18080"}]},
    "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3}, "NetworkMode": "sample",
    "Mounts": [{"Type": "volume", "Source": "sample-data", "Target": "/data"},
               {"Type": "tmpfs", "Target": "/scratch"}]},
  "NetworkingConfig": {"EndpointsConfig": {"sample": {"Aliases": ["first", "second"]}}}}' | id_of)
post '/containers/create?name=sample' '{"Image": "slipway-test/busybox:1"}' >"$folder/error-name-in-use.json"
post '/containers/create?name=other' '{"Image": "slipway-test/none:1"}' >"$folder/error-no-image.json"
post "/containers/$container/start" '' >/dev/null
until ask GET "/containers/$container/json" | grep -q '"Status":"healthy"'; do read -rt 1 <> <(:) || true; done

ask GET "/containers/$container/json" >"$folder/container.json"
ask GET "/containers/json?all=1" >"$folder/containers.json"
ask GET "/containers/$container/stats?stream=0&one-shot=1" >"$folder/stats.json"
ask GET "/containers/$container/logs?stdout=1&stderr=1&timestamps=1" >"$folder/logs.frames"
ask GET "/networks/$network" >"$folder/network.json"
ask GET "/networks" >"$folder/networks.json"
ask GET "/volumes" >"$folder/volumes.json"
ask GET "/images/slipway-test/busybox:1/json" >"$folder/image.json"
ask GET "/images/json" >"$folder/images.json"
# Without the engine's built-in registry addresses, which have no place in this repository.
ask GET "/info" | python3 -c 'import json, sys
info = json.load(sys.stdin)
for key in ("IndexServerAddress", "RegistryConfig"):
    info.pop(key, None)
json.dump(info, sys.stdout)' >"$folder/info.json"

other=$(post '/containers/create?name=other' '{"Image": "slipway-test/busybox:1", "Cmd": ["true"],
  "ExposedPorts": {"80/tcp": {}}, "HostConfig": {"PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "18080"}]}}}' | id_of)
post "/containers/$other/start" '' >"$folder/error-port-in-use.json"
exec=$(post "/containers/$container/exec" '{"Cmd": ["sh", "-c", "exit 3"], "AttachStdout": true}' | id_of)
post "/exec/$exec/start" '{"Detach": false}' >/dev/null
ask GET "/exec/$exec/json" >"$folder/exec.json"
post "/containers/$other/exec" '{"Cmd": ["true"]}' >"$folder/error-not-running.json"
ask DELETE "/containers/$container" >"$folder/error-remove-running.json"
ask DELETE "/networks/$network" >"$folder/error-network-in-use.json"
ask DELETE "/volumes/sample-data" >"$folder/error-volume-in-use.json"
post "/containers/$container/stop?t=0" '' >/dev/null
post "/containers/$container/wait" '' >"$folder/wait.json"
ask GET "/containers/$container/json" >"$folder/container-stopped.json"
ask DELETE "/containers/$container" >/dev/null
ask DELETE "/containers/$other" >/dev/null
ask DELETE "/networks/$network" >/dev/null
ask DELETE "/volumes/sample-data" >/dev/null
ask GET "/events?since=$started&until=$(date +%s)" >"$folder/events.stream"
