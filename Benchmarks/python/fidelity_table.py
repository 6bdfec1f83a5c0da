"""Prints linear-probe accuracies of Glean's and of lightly's runs as a Markdown table.

Usage: fidelity_table.py FILE, a line of JSON a run: method, side ("ours" or "theirs"), seed,
accuracy. The interval of a difference is Student's; its variance is pooled over all methods and
both sides, as a study's is, since a few seeds tell little of their own spread.
"""

import json
import math
import statistics
import sys
from collections import defaultdict
from pathlib import Path


def quantile(freedom):
    """Student's t that 2.5% lie above, by the Cornish-Fisher expansion: to 1e-3 from 10 degrees on."""
    z = statistics.NormalDist().inv_cdf(0.975)
    first = (z**3 + z) / (4 * freedom)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    return z + first + second


samples = defaultdict(lambda: defaultdict(list))
for line in Path(sys.argv[1]).read_text().splitlines():
    run = json.loads(line)
    samples[run["method"]][run["side"]].append(100 * run["accuracy"])
methods = {
    method: (sides["ours"], sides["theirs"])
    for method, sides in sorted(samples.items())
    if min(len(sides["ours"]), len(sides["theirs"])) >= 2
}
cells = [sample for sides in methods.values() for sample in sides]
freedom = sum(len(sample) - 1 for sample in cells)
squares = sum(sum((x - statistics.mean(sample)) ** 2 for x in sample) for sample in cells)
deviation = math.sqrt(squares / freedom)

print("| method | seeds | Glean, % | lightly, % | difference [95% interval] | half-width | agrees |")
print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
for method, (ours, theirs) in methods.items():
    difference = statistics.mean(ours) - statistics.mean(theirs)
    half = quantile(freedom) * deviation * math.sqrt(1 / len(ours) + 1 / len(theirs))
    low, high = difference - half, difference + half
    seeds = len(ours) if len(ours) == len(theirs) else f"{len(ours)}, {len(theirs)}"
    print(
        f"| {method} | {seeds} | {statistics.mean(ours):.1f} | {statistics.mean(theirs):.1f} "
        f"| {difference:+.1f} [{low:+.1f}, {high:+.1f}] | {half:.2f} | {'yes' if high >= 0 else 'no'} |"
    )
print(f"\nDeviation of a run, pooled: {deviation:.2f} points, {freedom} degrees of freedom.")
