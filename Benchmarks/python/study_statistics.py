"""The figures that Tests/StudyTests compares the study's statistics with.

The block model value = block + row is fitted with dummy variables by numpy.linalg.lstsq, its
differences are tested with scipy.stats.t; power comes from scipy.stats.nct.

    python study_statistics.py             (NumPy 2.4.6, SciPy 1.17.1)
    python study_statistics.py simulate    how often intervals cover and equal rows are called
                                           different, over simulated studies (RESULTS.md)
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy import stats

NONE = None
CASES = {
    "balanced": [
        [0.505, 0.498, 0.512, 0.507],
        [0.481, 0.490, 0.486, 0.479],
        [0.344, 0.350, 0.339, 0.351],
        [0.395, 0.402, 0.388, 0.399],
    ],
    "missing": [
        [0.505, NONE, 0.512, 0.507],
        [0.481, 0.490, NONE, 0.479],
        [0.344, 0.350, 0.339, NONE],
        [NONE, 0.402, 0.388, 0.399],
        [NONE, NONE, 0.512, 0.499],
    ],
    "unlinked": [
        [0.505, 0.498, NONE, NONE],
        [0.481, 0.490, NONE, NONE],
        [NONE, NONE, 0.339, 0.351],
        [NONE, NONE, 0.388, 0.409],
    ],
}


def fit(table):
    cells = [(r, b, v) for r, row in enumerate(table) for b, v in enumerate(row) if v is not None]
    rows, blocks = len(table), len(table[0])
    design = np.zeros((len(cells), rows + blocks))
    for i, (r, b, _) in enumerate(cells):
        design[i, r] = design[i, rows + b] = 1
    y = np.array([v for _, _, v in cells])
    solution, _, rank, _ = np.linalg.lstsq(design, y, rcond=None)
    residual = y - design @ solution
    df = len(cells) - rank
    return solution, np.linalg.pinv(design.T @ design), residual @ residual / df, df


# Simulated studies: the layout of the aerial tiles in results/low-data.jsonl, figures in points.
STUDIES = 20_000
SIZES = np.log([200, 600, 1680])
METHODS, BASELINES = 7, 5
RESULTS = Path(__file__).parents[1] / "results" / "low-data.jsonl"
PART = "ucmerced-128/resnet18-w16-small/200-steps"
# Its 420 test images, named rightly half the time: the outcomes of networks of two rows correlate by
# 0.28. Of a row's variance over seeds about half is of the images, each run having its own luck with
# them; never more than all that networks of two rows do not share.
IMAGES, LINK, IMAGE_SHARE = 420, 0.28, 0.5


def figures(draw, studies, seeds, spread):
    """Figures [study, size, row, seed] of equal rows, given their deviations [size, row].

    Half of the variance of a block (1 point) and of a row stays the same over the sizes, as nested
    subsets make it; all of that of the first baseline, whose initial weights stay the same.
    """
    sizes, rows = spread.shape
    kept = np.full(rows, 0.5)
    kept[METHODS : METHODS + 1] = 1
    kept = kept[:, None]
    own = np.sqrt(kept) * draw.normal(size=(studies, 1, rows, seeds))
    own = own + np.sqrt(1 - kept) * draw.normal(size=(studies, sizes, rows, seeds))
    block = draw.normal(size=(studies, 1, 1, seeds)) + draw.normal(size=(studies, sizes, 1, seeds))
    return block / np.sqrt(2) + spread[:, :, None] * own


def residuals(y):
    return y - y.mean(3, keepdims=True) - y.mean(2, keepdims=True) + y.mean((2, 3), keepdims=True)


def family(mean):
    """The pairs [study, size, pair]: method and baseline, the best and the others, and the pairs of
    those, which are not declared but which Holm counts."""
    studies, sizes, rows = mean.shape
    order = np.argsort(-mean[:, :, :METHODS], 2)
    best, others = np.broadcast_to(order[:, :, :1], order[:, :, 1:].shape), order[:, :, 1:]
    pairs = np.array([(m, b) for m in range(METHODS) for b in range(METHODS, rows)], int)
    fixed = np.broadcast_to(pairs.reshape(-1, 2), (studies, sizes, len(pairs), 2))
    one, another = np.triu_indices(METHODS - 1, 1)
    return (
        np.concatenate([fixed[..., 0], best, others[:, :, one]], 2),
        np.concatenate([fixed[..., 1], others, others[:, :, another]], 2),
    )


def declared(rows):
    """How many of the pairs of a size are declared."""
    return METHODS * (rows - METHODS) + METHODS - 1


def differences(y):
    """The pairs of the family, their differences, half-widths and p-values."""
    mean, (rows, seeds) = y.mean(3), y.shape[2:]
    df = (seeds - 1) * (rows - 1)
    error = np.sqrt((residuals(y) ** 2).sum((2, 3)) / df * 2 / seeds)[:, :, None]
    first, second = family(mean)
    difference = np.take_along_axis(mean, first, 2) - np.take_along_axis(mean, second, 2)
    p = 2 * stats.t.sf(np.abs(difference / error), df)
    return first, second, difference, stats.t.ppf(0.975, df) * error, p


def significant(p, rows):
    """Which of the declared pairs are, after Holm's correction over all pairs of a study."""
    return (holm(p.reshape(len(p), -1)).reshape(p.shape) < 0.05)[:, :, : declared(rows)]


def holm(p):
    """Adjusted p-values, each study a row."""
    order = np.argsort(p, 1)
    steps = np.take_along_axis(p, order, 1) * np.arange(p.shape[1], 0, -1)
    adjusted = np.empty_like(p)
    np.put_along_axis(adjusted, order, np.maximum.accumulate(steps, 1), 1)
    return adjusted


def images(spread):
    """What the draw of test images adds to the variance [size, row]: of a row, whichever its seeds,
    and of a run."""
    most = 0.25 * (1 - LINK) / IMAGES * 100**2
    run = np.minimum(IMAGE_SHARE * spread**2, most)
    return most - run, run


def claims(seeds, spread, level):
    """The shares of studies with a false claim. The level of a row is its true mean.

    Where rows are level on these very test images: by the test over seeds, then by both tests; where
    they are level over all images, of which these are drawn: the same.
    """
    draw = np.random.default_rng(seeds)
    y = figures(draw, STUDIES, seeds, spread) + level[:, None]
    row, run = images(spread)
    found = []
    for drawn in [0, 1]:
        # The same test images serve all sizes.
        luck = np.sqrt(row) * draw.normal(size=(STUDIES, 1, len(level)))
        first, second, difference, _, p = differences(y + drawn * luck[..., None])
        size = np.arange(len(spread))[:, None]
        claimed = significant(p, len(level))
        count = claimed.shape[2]
        first, second, difference = first[..., :count], second[..., :count], difference[..., :count]
        # That of the paired bootstrap, whose many images make it normal.
        variance = (row + run / seeds)[size, first] + (row + run / seeds)[size, second]
        claimed &= level[first] == level[second]
        both = claimed & (np.abs(difference) > 1.96 * np.sqrt(variance))
        found += [claimed.any((1, 2)).mean(), both.any((1, 2)).mean()]
    return found


def crossings(y, slope=4.0, steps=40):
    """Methods that gain `slope` points more than the baselines at each doubling and pass them at an
    N drawn between the least and the largest: how often the interval holds it, is open below, above.
    """
    draw = np.random.default_rng(0)
    truth = draw.uniform(SIZES[0], SIZES[-1], len(y))
    y = y.copy()
    y[:, :, :METHODS] += slope / np.log(2) * (SIZES - truth[:, None])[:, :, None, None]
    worse, better = np.full((2, len(y), METHODS, BASELINES), np.nan)
    grid = np.concatenate(
        [np.linspace(a, b, steps, endpoint=False) for a, b in zip(SIZES, SIZES[1:])] + [SIZES[-1:]])
    for place in grid:
        low = min(int(np.searchsorted(SIZES, place, "right")) - 1, len(SIZES) - 2)
        share = (place - SIZES[low]) / (SIZES[low + 1] - SIZES[low])
        here = y[:, [low]] * (1 - share) + y[:, [low + 1]] * share
        _, _, difference, half, _ = differences(here)
        pairs = slice(0, METHODS * BASELINES)
        difference = difference[:, 0, pairs].reshape(worse.shape)
        half = half[:, 0, :, None]
        worse[difference + half < 0] = place
        # From here on, unless it is not so at a later place.
        unsure = difference - half <= 0
        better[~unsure & np.isnan(better)] = place
        better[unsure] = np.nan
    truth = truth[:, None, None]
    holds = ~(worse > truth) & ~(better < truth)
    return holds.mean(), np.isnan(worse).mean(), np.isnan(better).mean()


def measured():
    """The deviations over seeds of the study's rows, [size, row], methods first."""
    with open(RESULTS) as file:
        lines = [json.loads(line) for line in file]
    begin = next(n for n, line in enumerate(lines) if line.get("part") == PART)
    plan = lines[begin]["plan"]
    runs = lines[begin + 1 : begin + 1 + lines[begin]["runs"]]
    values = {}
    for run in runs:
        scores = {
            score["protocol"]: score["value"] for evaluation in run["evaluations"]
            for score in evaluation["scores"] if score["metric"] == "accuracy"
        }
        key = run["run"]["key"]
        value = scores.get("end-to-end", scores["linear"])
        values.setdefault((key["pretrainImages"], key["method"]), []).append(100 * value)
    baselines = ["random", "pixels", "supervised", "random+general", "supervised+general"]
    rows = [m for m in plan["methods"] if m not in baselines] + baselines
    return np.array([[np.std(values[n, row], ddof=1) for row in rows] for n in plan["sizes"]])


def simulate():
    rows = METHODS + BASELINES
    even = np.full((len(SIZES), rows), 2.7)
    print("| seeds | means | differences | best against others | false alarms "
          "| crossing points | open below | open above |")
    for seeds in [3, 5, 10]:
        y = figures(np.random.default_rng(seeds), STUDIES, seeds, even)
        half = stats.t.ppf(0.975, seeds - 1) * y.std(3, ddof=1) / np.sqrt(seeds)
        _, _, difference, width, p = differences(y)
        covers = np.abs(difference) <= width
        shares = [
            (np.abs(y.mean(3)) <= half).mean(),
            covers[:, :, : METHODS * BASELINES].mean(),
            covers[:, :, METHODS * BASELINES : declared(rows)].mean(),
            significant(p, rows).any((1, 2)).mean(), *crossings(y),
        ]
        print(f"| {seeds} |", " | ".join(f"{100 * share:.1f}" for share in shares), "|")

    uneven = np.broadcast_to(np.repeat([3.5, 1.5], [METHODS, BASELINES]), even.shape)
    found = measured()
    alike, behind = np.zeros(rows), np.repeat([0, -20], [METHODS, BASELINES])
    cases = [
        ("all rows equal, spreads equal", even, alike),
        ("methods equal, baselines 20 points below", even, behind),
        ("methods equal, no baselines", even[:, :METHODS], alike[:METHODS]),
        ("methods 3.5 points, baselines 1.5", uneven, alike),
        ("each as on the aerial tiles", found, alike),
        ("those halfway to their mean", (found + found.mean()) / 2, alike),
    ]
    deviations = [np.sqrt((part**2).mean()) for part in np.split(found, [METHODS], 1)]
    print("\naerial tiles: methods %.1f points, baselines %.1f" % tuple(deviations))
    print("\n| | seeds | on these images | both tests | on all images | both tests |")
    for name, spread, level in cases:
        for seeds in [3, 5, 10]:
            shares = claims(seeds, spread, level)
            print(f"| {name} | {seeds} |", " | ".join(f"{100 * s:.1f}" for s in shares), "|")


def reference():
    for name, table in CASES.items():
        solution, inverse, variance, df = fit(table)
        print(name, "df", df, "deviation", repr(float(np.sqrt(variance))))
        for a in range(len(table)):
            for b in range(a + 1, len(table)):
                shared = sum(x is not None and y is not None for x, y in zip(table[a], table[b]))
                if shared < 2:
                    continue
                contrast = np.zeros(len(solution))
                contrast[a], contrast[b] = 1, -1
                difference = contrast @ solution
                error = np.sqrt(variance * (contrast @ inverse @ contrast))
                half = stats.t.ppf(0.975, df) * error
                p = 2 * stats.t.sf(abs(difference / error), df)
                print(f"  ({a}, {b}, {float(difference)!r}, {float(difference - half)!r}, {float(p)!r}),")

    print("power of the two-sided t-test: noncentrality, df, level, power")
    for shift, df, level in [(3.0, 4, 0.05), (4.0, 2, 0.05), (5.0, 12, 0.05 / 7), (0.0, 6, 0.05), (2.0, 1, 0.05)]:
        cut = stats.t.ppf(1 - level / 2, df)
        power = stats.nct.sf(cut, df, shift) + stats.nct.cdf(-cut, df, shift)
        print(f"  ({shift}, {df}, {level!r}, {float(power)!r}),")


if __name__ == "__main__":
    simulate() if sys.argv[1:] == ["simulate"] else reference()
