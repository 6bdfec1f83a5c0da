"""Prints a study's figures as a Markdown table: a line a protocol, a column a row of the study.

Usage: glean report STUDY --json | downstream_table.py
"""

import json
import sys

summary = json.load(sys.stdin)
metric = summary["primaryMetric"]
rows = summary["rows"]
size = max(row.get("pretrainImages", 0) for row in rows)
rows = [row for row in rows if row.get("pretrainImages", size) == size]


def figure(row, protocol, metrics):
    for name in metrics:
        for found in row["figures"]:
            if found["protocol"] == protocol and found["metric"] == name:
                return found["estimate"]
    return None


def text(estimate):
    if estimate is None:
        return "–"
    half = estimate.get("interval")
    spread = f" ± {100 * (half['upper'] - half['lower']) / 2:.1f}" if half else ""
    return f"{100 * estimate['mean']:.1f}{spread}"


protocols = []
for row in rows:
    for found in row["figures"]:
        if found["protocol"] not in protocols:
            protocols.append(found["protocol"])


def place(name):
    """Plain protocols first, then by probe; numbers of labels by size."""
    probe, _, condition = name.partition("/")
    number = condition.rstrip("%")
    return bool(condition), probe, int(number) if number.isdigit() else 1000, condition


protocols.sort(key=place)
print(f"\n{summary['dataset']}, N = {size:,}: {metric}, %\n")
print("| protocol | " + " | ".join(row["title"] for row in rows) + " |")
print("| --- |" + " ---: |" * len(rows))
for protocol in protocols:
    cells = [text(figure(row, protocol, (metric, "accuracy"))) for row in rows]
    print(f"| {protocol} | " + " | ".join(cells) + " |")
share = "relative-balanced-robustness" if metric == "balanced-accuracy" else "relative-robustness"
relative = [text(figure(row, "linear/corrupted", (share,))) for row in rows]
if any(cell != "–" for cell in relative):
    print("| relative robustness | " + " | ".join(relative) + " |")
