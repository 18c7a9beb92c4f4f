#!/usr/bin/env bash
# Pulls the plug at every step of an installation and of a change, on a real engine: the agent ends
# as by kill -9 after the intent, after the effect and after the result of each step, is started
# again, and the host must run exactly what was planned. Then the same with kill -9 of the engine.
#
#   kill_at_every_step.sh [FOLDER OF THE PROGRAMS] [STRIDE]   every STRIDE-th step (1: all of them)
set -euo pipefail
# shellcheck source=tests/chaos/agent.sh
. "$(dirname "$0")/agent.sh"

stride=${2:-1}

# Two components, one after the other, with a volume and a file; $1 is what changes.
manifest() {
  cat <<MANIFEST
replicated_api_version: "2.9.0"
name: Chaos
version: "1.0.$1"
components:
  - name: Back
    containers:
      - source: public
        image_name: slipway-test/busybox
        version: "1"
        name: back
        cmd: '["sh", "-c", "exec sleep 86400"]'
        volumes: [{ host_path: data, container_path: /data, owner: "70:71", permission: "0750" }]
        restart: { policy: always }
        slipway: { stop_signal: SIGKILL }
  - name: Front
    containers:
      - source: public
        image_name: slipway-test/busybox
        version: "1"
        name: front
        cmd: '["sh", "-c", "exec sleep 86400"]'
        env_vars: [{ name: GENERATION, value: "$1" }]
        config_files: [{ filename: /etc/app/app.conf, contents: "generation $1" }]
        restart: { policy: always }
        slipway: { depends_on: [back], stop_signal: SIGKILL }
MANIFEST
}

# Recorded: an engine that dies before that makes `apply` fail, with nothing begun.
begun() {
  slipway status --json | python3 -c 'import json, sys; data = json.load(sys.stdin); sys.exit(data["operation"] is None and data["application"]["app"] is None)'
}

# Exactly two containers of ours run, the front one of this generation, and both restart on their own.
runs_generation() {
  local id names=
  for id in $(docker ps --all --quiet --filter label=io.slipway.app=chaos); do
    names="$names $(docker inspect --format '{{index .Config.Labels "io.slipway.container"}}:{{.State.Running}}:{{.HostConfig.RestartPolicy.Name}}' "$id")"
  done
  equal "back:true:unless-stopped front:true:unless-stopped" "$(tr ' ' '\n' <<<"$names" | sed '/^$/d' | sort | xargs)" || return 1
  equal "70:71 750" "$(stat -c '%u:%g %a' "$(docker volume inspect --format '{{.Mountpoint}}' chaos_data)")" || return 1
  docker inspect --format '{{json .Config.Env}}' "$(docker ps --quiet --filter label=io.slipway.container=front)" | grep -q "GENERATION=$1"
}

purged() { slipway down --purge && equal "" "$(docker ps --all --quiet --filter label=io.slipway.app=chaos)"; }

# One life: the agent dies at the point while it applies, and comes back. False when it did not die.
died_at() {
  agent_start "$1"
  # Not waited for when the agent dies: it would wait for the agent to come back.
  "$bin/slipway" apply "$2" >>"$root/apply.log" 2>&1 &
  local applying=$! first
  wait -n -p first "$agent" "$applying" || true
  kill -INT "$applying" 2>/dev/null || true
  wait "$applying" 2>/dev/null || true
  if [ "$first" = "$applying" ]; then
    agent_stop
    return 1
  fi
  agent=
}

recovers_to() {
  agent_start
  if ! eventually 120 settled || ! runs_generation "$1"; then
    tail -n 30 "$root/agent.log"
    return 1
  fi
}

agent_world chaos "${1:-build/dev/bin}"
manifest 1 >"$root/one.yaml"
manifest 2 >"$root/two.yaml"

# The zombie of a died agent is reaped by died_at; a living one answers.
for moment in after_intent after_effect after_result; do
  for ((nth = 1; ; nth += stride)); do
    died_at "$moment:*:$nth" "$root/one.yaml" || break
    check "install, $moment of step $nth" recovers_to 1
    check "and nothing is left after a purge" purged
    agent_stop
  done
  agent_start
  check "after the last step nothing dies" purged
  slipway apply "$root/one.yaml" >>"$root/apply.log" 2>&1
  agent_stop
  for ((nth = 1; ; nth += stride)); do
    died_at "$moment:*:$nth" "$root/two.yaml" || break
    check "change, $moment of step $nth" recovers_to 2
    check "and back" slipway apply "$root/one.yaml"
    agent_stop
  done
  agent_start
  check "the host is clean again" purged
  agent_stop
done

agent_start
for delay in 0.05 0.3 0.6 0.9 1.2 1.6; do
  slipway apply "$root/one.yaml" >>"$root/apply.log" 2>&1 &
  applying=$!
  eventually 30 begun
  sleep "$delay"
  engine_kill
  wait "$applying" || true
  engine_wait
  check "kill -9 of the engine $delay s into an installation" eventually 180 settled
  check "ends in what was planned" runs_generation 1
  check "and can be purged" purged
done
report
