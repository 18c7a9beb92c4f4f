"""Resident memory of the registry with a data set, at rest and after load, beside Verdaccio's."""
import time

from suite import packages
from suite.load import apply_load
from suite.registries import Registryd, Verdaccio
from suite.registry_reads import cases
from suite.report import at_most, median, paired

SETTLE_SECONDS = 3
MEGABYTE = 1e6


def run(places, rounds, say):
    registries = [Registryd(places), Verdaccio(places)]
    idle, loaded = [[], []], [[], []]
    for number in range(rounds):
        for index, registry in enumerate(registries):
            try:
                registry.start()
                time.sleep(SETTLE_SECONDS)
                idle[index].append(registry.program.resident_bytes() / MEGABYTE)
                for case in cases():
                    strain = (case.verdaccio_connections, case.verdaccio_seconds) if index == 1 else ()
                    apply_load(registry.program, registry.url(case.path), case.headers, *strain)
                loaded[index].append(registry.program.resident_bytes() / MEGABYTE)
            finally:
                registry.stop()
        say(f"round {number + 1} of {rounds}")
    rows = []
    for label, (ours, peer), limit in (("idle", idle, 40), ("after load", loaded, 80)):
        texts = [f"{median(values):.1f} MB" for values in (ours, peer)]
        rows.append(at_most(f"registryd {label}", texts[0], "limit", median(ours), limit, unit="MB", ours=ours))
        rows.append(at_most(f"registryd {label} vs verdaccio", *texts, paired(ours, peer), None, ours=ours, peer=peer))
    note = f"resident set, with {packages.BIG_VERSIONS} versions of one package among the data"
    return rows, [note, f"idle: {SETTLE_SECONDS} s after the first answer; after load: every case of registry-reads once, as there"]
