"""From the start of the process to the first answer."""
from suite.registries import Registryd, Verdaccio
from suite.report import at_least, at_most, median, paired


def run(places, rounds, say):
    registries = [Registryd(places), Verdaccio(places)]
    seconds = [[], []]
    # One more, which reads programs and data into the page cache and is not counted.
    for number in range(rounds + 1):
        say(f"round {number} of {rounds}")
        for kept, registry in zip(seconds, registries):
            try:
                kept.append(registry.time_to_first_answer())
            finally:
                registry.stop()
    ours, peer = (kept[1:] for kept in seconds)
    texts = [f"{median(kept) * 1000:,.0f} ms" for kept in (ours, peer)]
    rows = [
        at_least("start to first answer vs verdaccio", *texts, paired(peer, ours), 5, ours=ours, peer=peer),
        at_most("start to first answer", texts[0], "limit", median(ours), 0.2, unit="s"),
    ]
    return rows, ["both on core 0 with the same packages; asked every 2 ms"]
