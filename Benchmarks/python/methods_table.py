"""Prints the summary of a study (JSON of `glean report --json`) as a Markdown table of methods."""

import json
import sys


def figure(row, protocol):
    for figure in row["figures"]:
        if figure["protocol"] == protocol and figure["metric"] == "accuracy":
            estimate = figure["estimate"]
            text = f"{100 * estimate['mean']:.1f}"
            if "interval" in estimate:
                interval = estimate["interval"]
                text += f" [{100 * interval['lower']:.1f}, {100 * interval['upper']:.1f}]"
            return text
    return "–"


def key(row):
    linear = [f for f in row["figures"] if f["protocol"] == "linear" and f["metric"] == "accuracy"]
    return -linear[0]["estimate"]["mean"] if linear else 0


summary = json.load(sys.stdin)
costs = {cost["method"]: cost for cost in summary["costs"]}
features = {(f["method"], f.get("pretrainImages")): f for f in summary["features"]}
count = len(summary["seeds"])
print(f"#### {summary['dataset']}, {summary['backbone']}, {count} seed{'s' * (count > 1)}\n")
print("| method | family | N | linear probe, % | kNN, % | end-to-end, % | seconds | effective rank | collapsed |")
print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
for row in sorted(summary["rows"], key=key):
    state = features[(row["method"], row.get("pretrainImages"))]
    seconds = costs[row["method"]]["secondsPerRun"]
    print(
        f"| {row['title']} | {row.get('family', 'baseline')} | {row.get('pretrainImages', 'any')} "
        f"| {figure(row, 'linear')} | {figure(row, 'knn')} | {figure(row, 'end-to-end')} "
        f"| {seconds:.0f} | {state['rank']:.1f} | {state['collapsedRuns'] or 'no'} |"
    )
print()
