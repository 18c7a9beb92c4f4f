"""What the agent costs while nothing happens: memory, CPU, questions to the engine."""
import os
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass

from suite.engine_api import Engine
from suite.fleet import Agent, Fleet, SlipwayFleet
from suite.lifecycle import empty_engine
from suite.process import MeasurementError, children_of, cpu_seconds, resident_bytes, until
from suite.recorder import Recorder
from suite.report import at_most

COUNT = 25
SETTLE_SECONDS = 20
WATCH_SECONDS = 60
MEGABYTE = 1e6


@dataclass
class Idle:
    megabytes: float
    share_of_core: float  # In percent.
    console_megabytes: float
    console_share_of_core: float
    calls: list
    seconds: float


def run(places, _, say):
    socket, netns = empty_engine()
    with ExitStack() as stack:
        agent = Agent(places, netns, socket, with_console=True)
        stack.callback(agent.close)
        ours = SlipwayFleet(agent, Fleet(COUNT))
        ours.up()
        stack.callback(ours.down)
        running = len(Engine(socket).call("GET", "/containers/json"))
        if running != COUNT:
            raise MeasurementError(f"{running} of {COUNT} containers run")
        say(f"{COUNT} containers are up")
        after_apply = resident_bytes(agent.program.pid) / MEGABYTE
        recorder = Recorder(os.path.join(agent.root, "recorder.sock"), socket)
        stack.callback(recorder.close)
        # As after a boot, with all containers up.
        agent.restart(recorder.path)
        stack.callback(agent.restart, socket)
        idle = watch(agent, recorder)
    return rows_of(idle, after_apply), [
        f"{COUNT} containers without health checks; {SETTLE_SECONDS} s after the agent's start, over {WATCH_SECONDS} s"
    ]


def watch(agent, recorder):
    pid = agent.program.pid
    until(lambda: children_of(pid), 30, "there was no console", alive=agent.program)
    time.sleep(SETTLE_SECONDS)
    if not recorder.since(0):
        raise MeasurementError("the recorder saw nothing of the agent's start")
    console = children_of(pid)[0]
    begun, used, console_used = time.monotonic(), cpu_seconds(pid), cpu_seconds(console)
    time.sleep(WATCH_SECONDS)
    elapsed = time.monotonic() - begun
    agent.program.check_alive()
    if children_of(pid) != [console]:
        raise MeasurementError("the console did not stay the same")
    return Idle(
        resident_bytes(pid) / MEGABYTE,
        (cpu_seconds(pid) - used) / elapsed * 100,
        resident_bytes(console) / MEGABYTE,
        (cpu_seconds(console) - console_used) / elapsed * 100,
        recorder.since(begun),
        elapsed,
    )


def rows_of(idle, after_apply):
    def limit(name, value, most, unit, digits=1, **samples):
        return at_most(name, f"{value:.{digits}f} {unit}", "limit", value, most, unit=unit, **samples)

    kinds = Counter(f"{call.method} {call.target.partition('?')[0]}" for call in idle.calls)
    return [
        limit("slipwayd", idle.megabytes, 30, "MB"),
        limit("slipwayd after an apply", after_apply, 30, "MB"),
        limit("slipwayd, share of a core", idle.share_of_core, 0.5, "%", 2),
        limit("slipwayd, engine calls in 10 s", len(idle.calls) / idle.seconds * 10, 1, "calls", calls=dict(kinds)),
        limit("slipway-console", idle.console_megabytes, 20, "MB"),
        limit("slipway-console, share of a core", idle.console_share_of_core, None, "%", 2),
    ]
