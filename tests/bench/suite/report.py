"""Rows of the table, and what is kept of a benchmark under build/bench."""
import json
import os
import statistics
import time
from dataclasses import asdict, dataclass, field


@dataclass
class Row:
    """One comparison: `ratio` is judged by `target`, which reads as printed; None when it has none."""

    name: str
    ours: str
    peer: str
    ratio: float
    target: str = "-"
    holds: bool | None = None
    unit: str = "x"
    samples: dict = field(default_factory=dict)


def at_least(name, ours, peer, ratio, limit, /, **samples):
    holds = None if limit is None else ratio >= limit
    target = "-" if limit is None else f">= {limit:g}"
    return Row(name, ours, peer, ratio, target, holds, samples=samples)


def at_most(name, ours, peer, ratio, limit, /, unit="x", **samples):
    holds = None if limit is None else ratio <= limit
    target = "-" if limit is None else f"<= {limit:g}"
    return Row(name, ours, peer, ratio, target, holds, unit, samples=samples)


def median(values):
    return statistics.median(values)


def paired(numerators, denominators):
    """The median of the ratios of one round each: what disturbs a whole round cancels out."""
    return median([a / b for a, b in zip(numerators, denominators, strict=True)])


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        models = {line.split(":", 1)[1].strip() for line in info if line.startswith("model name")}
    return {
        "cores": os.cpu_count(),
        "model": ", ".join(sorted(models)),
        "kernel": os.uname().release,
        "load_average": os.getloadavg()[0],
    }


def save(folder, name, rows, notes):
    content = {
        "benchmark": name,
        "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": machine(),
        "notes": notes,
        "rows": [asdict(row) for row in rows],
    }
    write_json(os.path.join(folder, f"{name}.json"), content)


def write_json(path, content):
    with open(path + ".new", "w", encoding="utf-8") as out:
        json.dump(content, out, indent=2)
        out.write("\n")
    os.replace(path + ".new", path)


def table(rows):
    """Rows as dictionaries, as they were saved."""
    verdicts = {True: "yes", False: "no", None: ""}
    cells = [("name", "ours", "peer", "ratio", "target", "holds")]
    for row in rows:
        ratio = f"{row['ratio']:.2f}" if row["ratio"] < 100 else f"{row['ratio']:.0f}"
        ratio += "" if row["unit"] == "x" else f" {row['unit']}"
        cells.append((row["name"], row["ours"], row["peer"], ratio, row["target"], verdicts[row["holds"]]))
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = []
    for line in cells:
        left = "  ".join(cell.ljust(width) for cell, width in zip(line[:3], widths[:3]))
        right = "  ".join(cell.rjust(width) for cell, width in zip(line[3:], widths[3:]))
        lines.append(f"{left}  {right}".rstrip())
    return "\n".join(lines)
