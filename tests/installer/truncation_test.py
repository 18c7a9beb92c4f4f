#!/usr/bin/env python3
"""A download cut at any byte must change nothing. Runs every prefix of the installer."""
import concurrent.futures
import pathlib
import subprocess
import sys

# What the script prints once main has begun: a step, or a refusal.
STARTED = (b"\n+ ", b"error [E_")


def still_runs(prefix):
    run = subprocess.run(["setsid", "sh", "-s", "--", "--dry-run"], input=prefix, capture_output=True, check=False)
    return any(mark in b"\n" + run.stderr for mark in STARTED)


def main():
    script = pathlib.Path(sys.argv[1]).read_bytes().rstrip(b"\n")
    lengths = range(len(script))
    with concurrent.futures.ThreadPoolExecutor() as pool:
        verdicts = pool.map(still_runs, (script[:length] for length in lengths))
        faults = [length for length, ran in zip(lengths, verdicts) if ran]
    for length in faults:
        print(f"cut after {length} bytes, the script still ran: …{script[max(0, length - 20):length]!r}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
