"""Stopping and removing thirty containers and their network."""
from suite.bring_up import seconds
from suite.lifecycle import cycle
from suite.report import at_most, paired

COUNT = 30


def run(places, rounds, say):
    measured = cycle(places, COUNT, rounds, say)
    ours, compose = measured.contenders["slipway"].down, measured.contenders["docker-compose"].down
    bare = measured.best_bare("down")
    rows = [
        at_most("time of docker-compose", seconds(ours), seconds(compose), paired(ours, compose), 0.8, ours=ours, peer=compose),
        at_most("time of bare calls", seconds(ours), seconds(bare), paired(ours, bare), None, ours=ours, peer=bare),
    ]
    return rows, ["containers that end at once on SIGTERM"]
