#!/usr/bin/env python3
"""A download cut at any byte must change nothing. Runs prefixes of the installer.

usage: truncation_test.py SCRIPT [STRIDE]: every STRIDE-th prefix (1: all), and each of the last 400 bytes, where the call
of main stands.
"""
import concurrent.futures
import pathlib
import subprocess
import sys

# What the script prints once main has begun: a step, or a refusal.
STARTED = (b"\n+ ", b"error [E_")


def still_runs(prefix):
    run = subprocess.run(["sh", "-s", "--", "--dry-run"], input=prefix, capture_output=True, check=False)
    return any(mark in b"\n" + run.stderr for mark in STARTED)


def main():
    script = pathlib.Path(sys.argv[1]).read_bytes().rstrip(b"\n")
    stride = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    lengths = sorted({*range(0, len(script), stride), *range(max(0, len(script) - 400), len(script))})
    with concurrent.futures.ThreadPoolExecutor() as pool:
        verdicts = pool.map(still_runs, (script[:length] for length in lengths))
        faults = [length for length, ran in zip(lengths, verdicts) if ran]
    for length in faults:
        print(f"cut after {length} bytes, the script still ran: …{script[max(0, length - 20):length]!r}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
