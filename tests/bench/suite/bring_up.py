"""From nothing to so many running containers."""
from suite.lifecycle import cycle
from suite.report import at_least, at_most, median, paired


def seconds(values):
    value = median(values)
    return f"{value:.2f} s" if value >= 0.1 else f"{value * 1000:.1f} ms"


def run(places, rounds, say, count):
    measured = cycle(places, count, rounds, say)
    ours, compose = measured.contenders["slipway"].running, measured.contenders["docker-compose"].running
    bare = measured.best_bare("running")
    done, bare_done = measured.contenders["slipway"].up, measured.best_bare("up")
    rows = [
        at_most(f"{count} containers run vs bare calls", seconds(ours), seconds(bare), paired(ours, bare), 1.1, ours=ours, peer=bare),
        at_least(f"{count} containers run vs docker-compose", seconds(ours), seconds(compose), paired(compose, ours), 1.4, ours=ours, peer=compose),
        # Nobody is faster than the engine: how much faster than docker-compose one can be at all.
        at_least("bare calls vs docker-compose", seconds(bare), seconds(compose), paired(compose, bare), None),
        at_most("apply has ended vs bare calls", seconds(done), seconds(bare_done), paired(done, bare_done), None),
    ]
    return rows, [
        "run: the engine has started the last container",
        "ended: the apply has also seen that they stay up and given them their restart policies",
        "bare calls: create and start by the Engine API, the faster of 4 and 8 at a time in each round",
    ]
