"""Applying what runs already."""
from suite.bring_up import seconds
from suite.lifecycle import cycle
from suite.report import at_least, at_most, median

COUNT = 30


def run(places, rounds, say):
    measured = cycle(places, COUNT, rounds, say)
    ours, compose = measured.contenders["slipway"].nothing, measured.contenders["docker-compose"].nothing
    bare = measured.best_bare("nothing")
    more = median([(a - b) * 1000 for a, b in zip(ours, bare)])
    rows = [
        at_most("more than bare list and inspect", seconds(ours), seconds(bare), more, 50, unit="ms", ours=ours, peer=bare),
        at_least("vs docker-compose", seconds(ours), seconds(compose), median([a / b for a, b in zip(compose, ours)]), 20, ours=ours, peer=compose),
        at_most("mutating calls", str(measured.mutating_calls), "none", measured.mutating_calls, 0, unit="calls", calls=measured.calls_when_nothing),
    ]
    return rows, [f"{COUNT} containers; the calls of one apply were written down by a proxy on the engine's socket"]
