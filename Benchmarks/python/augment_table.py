"""Prints what views do to SimCLR's linear probe, from the runs of Benchmarks/augment.sh.

Usage: augment_table.py FILE, a line of JSON a run: set, views, seed, accuracy, balanced-accuracy.
Differences are paired by seed; their intervals are Student's.
"""

import json
import math
import statistics
import sys
from collections import defaultdict
from pathlib import Path

# 97.5% of Student's t for 1 to 30 degrees of freedom.
QUANTILES = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
]  # fmt: skip


def interval(values):
    """The mean of some values with its 95% interval, as text."""
    mean = statistics.mean(values)
    if len(values) < 2:
        return f"{mean:+.1f}"
    quantile = QUANTILES[min(len(values) - 1, len(QUANTILES)) - 1]
    half = quantile * statistics.stdev(values) / math.sqrt(len(values))
    return f"{mean:+.1f} [{mean - half:+.1f}, {mean + half:+.1f}]"


runs = defaultdict(lambda: defaultdict(dict))
for line in Path(sys.argv[1]).read_text().splitlines():
    run = json.loads(line)
    runs[run["set"]][run["views"]][run["seed"]] = 100 * run["balanced-accuracy"]

print("| set | views | seeds | balanced accuracy, % | against photo | against random |")
print("| --- | --- | ---: | ---: | ---: | ---: |")
for images, views in runs.items():
    for name in ("random", "photo", "auto", "plain"):
        own = views.get(name, {})
        if not own:
            continue
        cells = [images, name, str(len(own)), f"{statistics.mean(own.values()):.1f}"]
        for other in ("photo", "random"):
            shared = sorted(own.keys() & views.get(other, {}).keys())
            differences = [own[seed] - views[other][seed] for seed in shared]
            cells.append(interval(differences) if name != other and differences else "")
        print("| " + " | ".join(cells) + " |")
