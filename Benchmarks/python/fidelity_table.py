"""Prints linear-probe accuracies of Glean's and of lightly's runs as a Markdown table.

Usage: fidelity_table.py FOLDER, with METHOD-SEED.json and METHOD-SEED.safetensors.json in it. The
interval of the difference is Student's, of two samples of equal variance.
"""

import json
import math
import statistics
import sys
from pathlib import Path

# Two-sided 95% quantiles of Student's t, by degrees of freedom.
T = {2: 4.303, 3: 3.182, 4: 2.776, 6: 2.447, 8: 2.306, 10: 2.228}


def accuracies(files):
    results = [json.loads(file.read_text()) for file in files]
    return [
        100 * next(r["accuracy"] for r in result if r["protocolName"] == "linear")
        for result in results
    ]


folder = Path(sys.argv[1])
methods = sorted({file.name.rsplit("-", 1)[0] for file in folder.glob("*-0.json")})
print("| method | seeds | Glean, % | lightly, % | difference [95% interval] | half-width | agrees |")
print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
for method in methods:
    ours = accuracies(sorted(folder.glob(f"{method}-[0-9].json")))
    theirs = accuracies(sorted(folder.glob(f"{method}-[0-9].safetensors.json")))
    difference = statistics.mean(ours) - statistics.mean(theirs)
    freedom = len(ours) + len(theirs) - 2
    squares = sum(
        sum((x - statistics.mean(sample)) ** 2 for x in sample) for sample in (ours, theirs)
    )
    half = T[freedom] * math.sqrt(squares / freedom * (1 / len(ours) + 1 / len(theirs)))
    low, high = difference - half, difference + half
    print(
        f"| {method} | {len(ours)} | {statistics.mean(ours):.1f} | {statistics.mean(theirs):.1f} "
        f"| {difference:+.1f} [{low:+.1f}, {high:+.1f}] | {half:.1f} | {'yes' if high >= 0 else 'no'} |"
    )
