#!/usr/bin/env python3
"""Runs benchmarks and prints their table; tests/bench/run.sh prepares what they need.

  bench.py list               names, one a line, with `engine` after those that need a Docker engine
  bench.py run NAME…          measures, and writes build/bench/NAME.json
  bench.py table NAME…        prints what was written, and writes build/bench/summary.json
"""
import importlib
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from suite import report  # noqa: E402
from suite.process import MeasurementError  # noqa: E402
from suite.registries import Places  # noqa: E402

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
# name: (module, needs an engine, rounds)
BENCHMARKS = {
    "registry-reads": ("registry_reads", False, 5),
    "connections": ("connections", False, 7),
    "registry-start": ("registry_start", False, 7),
    "registry-memory": ("registry_memory", False, 3),
    "manifest": ("manifest", False, 7),
    "bring-up-10": ("bring_up", True, 3),
    "bring-up-30": ("bring_up", True, 3),
    "apply-nothing": ("apply_nothing", True, 3),
    "down-30": ("down", True, 3),
    "idle-memory": ("idle_memory", True, 1),
}


def measure(places, name):
    module, _, rounds = BENCHMARKS[name]
    rounds = int(os.environ.get("BENCH_ROUNDS", rounds))
    begun = time.monotonic()

    def say(text):
        print(f"{name}: {text} ({time.monotonic() - begun:.0f} s)", file=sys.stderr, flush=True)

    module = importlib.import_module(f"suite.{module}")
    arguments = (int(name.rpartition("-")[2]),) if name.startswith("bring-up-") else ()
    rows, notes = module.run(places, rounds, say, *arguments)
    report.save(places.bench, name, rows, notes)
    say("measured")


def run(places, names):
    failed = 0
    for name in names:
        try:
            os.unlink(os.path.join(places.bench, f"{name}.json"))
        except FileNotFoundError:
            pass
        try:
            measure(places, name)
        except (MeasurementError, OSError) as error:
            print(f"{name}: could not be measured: {error}", file=sys.stderr)
            failed += 1
    return 1 if failed else 0


def table(places, names):
    rows, summary, missing = [], [], []
    for name in names:
        path = os.path.join(places.bench, f"{name}.json")
        if not os.path.exists(path):
            missing.append(name)
            continue
        with open(path, encoding="utf-8") as saved:
            content = json.load(saved)
        rows += [{**row, "name": f"{name}: {row['name']}"} for row in content["rows"]]
        summary.append(content)
    report.write_json(os.path.join(places.bench, "summary.json"), {"benchmarks": summary, "not_measured": missing})
    print(report.table(rows))
    missed = [row["name"] for row in rows if row["holds"] is False]
    judged = sum(row["holds"] is not None for row in rows)
    print(f"\n{judged - len(missed)} of {judged} targets hold" + "".join(f"\n  missed: {name}" for name in missed))
    for name in missing:
        print(f"not measured: {name}")
    return 1 if missing else 0


def main():
    verb, names = sys.argv[1], sys.argv[2:]
    if verb == "list":
        for name, (_, engine, _) in BENCHMARKS.items():
            print(f"{name} engine" if engine else name)
        return 0
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"unknown benchmark: {', '.join(unknown)}; there are: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    places = Places(ROOT)
    return run(places, names) if verb == "run" else table(places, names)


if __name__ == "__main__":
    sys.exit(main())
