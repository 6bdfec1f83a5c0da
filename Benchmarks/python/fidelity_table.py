"""Prints linear-probe accuracies of Glean's and of lightly's runs as a Markdown table.

Usage: fidelity_table.py FILE, a line of JSON a run: method, side ("ours" or "theirs"), seed,
accuracy. The interval of the difference is Student's, of two samples of equal variance.
"""

import json
import math
import statistics
import sys
from collections import defaultdict
from pathlib import Path

# Two-sided 95% quantiles of Student's t, by degrees of freedom.
T = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160]
T += [2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074]

samples = defaultdict(lambda: defaultdict(list))
for line in Path(sys.argv[1]).read_text().splitlines():
    run = json.loads(line)
    samples[run["method"]][run["side"]].append(100 * run["accuracy"])

print("| method | seeds | Glean, % | lightly, % | difference [95% interval] | half-width | agrees |")
print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
for method, sides in sorted(samples.items()):
    ours, theirs = sides["ours"], sides["theirs"]
    if min(len(ours), len(theirs)) < 2:
        continue
    difference = statistics.mean(ours) - statistics.mean(theirs)
    freedom = len(ours) + len(theirs) - 2
    squares = sum(
        sum((x - statistics.mean(sample)) ** 2 for x in sample) for sample in (ours, theirs)
    )
    half = T[freedom - 1] * math.sqrt(squares / freedom * (1 / len(ours) + 1 / len(theirs)))
    low, high = difference - half, difference + half
    seeds = len(ours) if len(ours) == len(theirs) else f"{len(ours)}, {len(theirs)}"
    print(
        f"| {method} | {seeds} | {statistics.mean(ours):.1f} | {statistics.mean(theirs):.1f} "
        f"| {difference:+.1f} [{low:+.1f}, {high:+.1f}] | {half:.1f} | {'yes' if high >= 0 else 'no'} |"
    )
