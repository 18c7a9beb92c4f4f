"""Load by wrk from the core that the server does not have."""
import re
from dataclasses import dataclass

from suite.process import LOAD_CORE, MeasurementError, run_pinned
from suite.report import median, paired


@dataclass
class Load:
    requests_per_second: float
    cpu_microseconds: float  # Of the server, a request.
    p99_milliseconds: float

    @property
    def share_of_core(self):
        """Well below 1 the server waited for the load generator, and its speed is not what was seen."""
        return self.requests_per_second * self.cpu_microseconds / 1e6


# Of a core. A server that has less waits for the load generator, or for the machine's other work.
BUSY = 0.9


class Comparison:
    """How many times better `ours` did than `peer`, by what the servers alone determine."""

    def __init__(self, ours, peer):
        self.ratios = {
            "requests/s": paired(speeds(ours), speeds(peer)),
            "cpu": paired(costs(peer), costs(ours)),
        }
        busy = min(median([load.share_of_core for load in side]) for side in (ours, peer)) >= BUSY
        self.measure = "requests/s" if busy else "cpu"
        self.ratio = self.ratios[self.measure]
        self.samples = {
            "ratios": self.ratios,
            "requests_per_second": {"ours": speeds(ours), "peer": speeds(peer)},
            "cpu_microseconds": {"ours": costs(ours), "peer": costs(peer)},
        }


def speeds(loads):
    return [load.requests_per_second for load in loads]


def costs(loads):
    return [max(load.cpu_microseconds, 0.01) for load in loads]


def summary(loads):
    return f"{rate(median(speeds(loads)))} {cost(median(costs(loads)))}"


def rate(per_second):
    return f"{per_second:,.0f}/s" if per_second >= 100 else f"{per_second:.1f}/s"


def cost(microseconds):
    return f"{microseconds:,.1f} us" if microseconds < 10_000 else f"{microseconds / 1000:,.1f} ms"


_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
PATIENCE = 5


def apply_load(program, url, headers=(), connections=16, seconds=2.0):
    """Keep-alive connections that ask for `url` as fast as they are answered.

    On a busy machine big answers may all be under way still when the time is over; then it is tried
    once more with more of it.
    """
    load = _apply(program, url, headers, connections, seconds) or _apply(
        program, url, headers, connections, seconds * PATIENCE
    )
    if load is None:
        raise MeasurementError(f"{url} was not answered within {seconds * PATIENCE:.0f} s")
    return load


def _apply(program, url, headers, connections, seconds):
    argv = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "20s", "--latency"]
    for name, value in headers:
        argv += ["-H", f"{name}: {value}"]
    before = program.cpu_seconds()
    printed = run_pinned(argv + [url], LOAD_CORE, timeout=seconds + 60)
    used = program.cpu_seconds() - before
    program.check_alive()
    return _read(printed, used, url)


def _read(printed, cpu_seconds, url):
    count = re.search(r"(\d+) requests in", printed)
    speed = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    slowest = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", printed)
    if not (count and speed and slowest):
        raise MeasurementError(f"{url} was not measured:\n{printed}")
    if "Non-2xx" in printed or re.search(r"Socket errors: connect [1-9]", printed):
        raise MeasurementError(f"{url} was answered with errors:\n{printed}")
    if int(count[1]) == 0:
        return None
    return Load(
        float(speed[1]),
        cpu_seconds / int(count[1]) * 1e6,
        float(slowest[1]) * _UNITS[slowest[2]],
    )
