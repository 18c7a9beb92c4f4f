"""From nothing to so many running containers."""
from suite.lifecycle import cycle
from suite.report import at_least, at_most, median, paired


def seconds(values):
    value = median(values)
    return f"{value:.2f} s" if value >= 0.1 else f"{value * 1000:.1f} ms"


def run(places, rounds, say, count):
    measured = cycle(places, count, rounds, say)
    ours, compose = measured.contenders["slipway"].up, measured.contenders["docker-compose"].up
    bare = measured.best_bare("up")
    rows = [
        at_most(f"{count} containers vs bare calls", seconds(ours), seconds(bare), paired(ours, bare), 1.1, ours=ours, peer=bare),
        at_least(f"{count} containers vs docker-compose", seconds(ours), seconds(compose), paired(compose, ours), 1.4, ours=ours, peer=compose),
        # Nobody is faster than the engine: how much faster than docker-compose one can be at all.
        at_least("bare calls vs docker-compose", seconds(bare), seconds(compose), paired(compose, bare), None),
    ]
    return rows, ["bare calls: create and start by the Engine API, the faster of 4 and 8 at a time in each round"]
