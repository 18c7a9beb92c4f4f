"""Up, nothing to do, down: rounds of all contenders in turn on one engine.

Three benchmarks read the same rounds, so they are measured once for each number of containers.
"""
import os
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timezone

from suite.engine_api import BareFleet, Engine
from suite.fleet import Agent, ComposeFleet, Fleet, SlipwayFleet
from suite.process import MeasurementError
from suite.recorder import Recorder
from suite.report import median

IDLE_REPEATS = 5


@dataclass
class Times:
    """Seconds, one for each round."""

    running: list = field(default_factory=list)  # Until the engine has started the last container.
    up: list = field(default_factory=list)  # Until whoever brings up says so.
    nothing: list = field(default_factory=list)
    down: list = field(default_factory=list)


@dataclass
class Cycle:
    contenders: dict
    calls_when_nothing: list = field(default_factory=list)  # "GET /path", of one apply without changes.
    mutating_calls: int = 0

    def best_bare(self, what):
        """Round by round the faster of the bare ones: what is compared with is the engine's best."""
        bare = [getattr(times, what) for name, times in self.contenders.items() if name.startswith("bare")]
        return [min(values) for values in zip(*bare)]


_cycles = {}


def empty_engine():
    """(socket, network namespace) of the engine that run.sh has started."""
    try:
        socket, netns = os.environ["SLIPWAY_TEST_ENGINE"], os.environ["SLIPWAY_TEST_NETNS"]
    except KeyError as missing:
        raise MeasurementError("this needs an engine; start it by tests/bench/run.sh") from missing
    _must_be_empty(Engine(socket), "a benchmark before this one")
    return socket, netns


def _must_be_empty(engine, whose):
    left = engine.call("GET", "/containers/json?all=1")
    if left:
        raise MeasurementError(f"{whose}: {len(left)} containers are left")


def cycle(places, count, rounds, say):
    if (count, rounds) not in _cycles:
        _cycles[count, rounds] = _measure(places, count, rounds, say)
    return _cycles[count, rounds]


def _measure(places, count, rounds, say):
    socket, netns = empty_engine()
    fleet = Fleet(count)
    engine = Engine(socket)
    with ExitStack() as stack:
        agent = Agent(places, netns, socket)
        stack.callback(agent.close)
        ours = SlipwayFleet(agent, fleet)
        contenders = [
            ours,
            ComposeFleet(agent.root, fleet, socket),
            BareFleet(engine, fleet, 4),
            BareFleet(engine, fleet, 8),
        ]
        result = Cycle({contender.name: Times() for contender in contenders})
        for contender in contenders:
            stack.callback(contender.close)
        _warm_up(engine)
        for number in range(rounds):
            # Each begins once in a while, as whoever comes after another finds the engine tidying up.
            shift = number % len(contenders)
            for contender in contenders[shift:] + contenders[:shift]:
                _one_turn(contender, engine, count, result.contenders[contender.name])
            say(f"{count} containers, round {number + 1} of {rounds}")
        _record_nothing(agent, ours, socket, result)
    return result


def _warm_up(engine):
    """The first container of an engine waits for programs and modules that the later ones find in memory."""
    few = BareFleet(engine, Fleet(2), 2)
    few.up()
    few.down()
    few.close()


def _one_turn(contender, engine, count, times):
    begun = time.time()
    times.up.append(_timed(contender.up))
    try:
        running = engine.call("GET", "/containers/json")
        if len(running) != count:
            raise MeasurementError(f"{contender.name}: {len(running)} of {count} containers run")
        times.running.append(max(_started_at(engine, container["Id"]) for container in running) - begun)
        times.nothing.append(median([_timed(contender.nothing) for _ in range(IDLE_REPEATS)]))
    finally:
        times.down.append(_timed(contender.down))
    _must_be_empty(engine, contender.name)


def _started_at(engine, container):
    """Seconds since 1970. The engine writes nanoseconds, which Python does not read."""
    text = engine.call("GET", f"/containers/{container}/json")["State"]["StartedAt"]
    return datetime.fromisoformat(text.rstrip("Z")[:26]).replace(tzinfo=timezone.utc).timestamp()


def _timed(work):
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def _record_nothing(agent, ours, socket, result):
    """One more apply without changes, with the agent's calls written down; not timed."""
    with ExitStack() as stack:
        recorder = Recorder(os.path.join(agent.root, "recorder.sock"), socket)
        stack.callback(recorder.close)
        stack.callback(agent.stop)
        agent.restart(recorder.path)
        begun = time.monotonic()
        ours.up()
        stack.callback(ours.down)
        made = recorder.since(begun)
        begun = time.monotonic()
        ours.nothing()
        asked = recorder.since(begun)
    # Nothing seen would be no mutating call either.
    if not any(call.mutates for call in made) or not asked:
        raise MeasurementError(f"the recorder saw {len(made)} and {len(asked)} calls of two applies")
    result.calls_when_nothing = [f"{call.method} {call.target}" for call in asked]
    result.mutating_calls = sum(call.mutates for call in asked)
