"""The figures that Tests/StudyTests compares the study's statistics with.

The block model value = block + row is fitted with dummy variables by numpy.linalg.lstsq, its
differences are tested with scipy.stats.t; power comes from scipy.stats.nct.

    python study_statistics.py            (NumPy 2.4.6, SciPy 1.17.1)
    python study_statistics.py errors     how often equal rows are called different
"""

import sys

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


def claims(methods, baselines, seeds, studies=20_000):
    """The share of simulated studies of one size, all rows equal, with a significant difference."""
    draw = np.random.default_rng(0)
    rows = methods + baselines
    y = draw.normal(size=(studies, rows, seeds)) + draw.normal(size=(studies, 1, seeds))
    mean = y.mean(2)
    blocks, grand = y.mean(1)[:, None, :], y.mean((1, 2))[:, None, None]
    residual = y - mean[:, :, None] - blocks + grand
    df = (seeds - 1) * (rows - 1)
    error = np.sqrt((residual**2).sum((1, 2)) / df * 2 / seeds)[:, None]
    best = mean[:, :methods].max(1)[:, None] - np.sort(mean[:, :methods], 1)[:, :-1]
    against = (mean[:, :methods, None] - mean[:, None, methods:]).reshape(studies, -1)
    p = 2 * stats.t.sf(np.abs(np.concatenate([best, against], 1) / error), df)
    # Holm claims something exactly where his first step does.
    return float((p.min(1) * p.shape[1] < 0.05).mean())


if sys.argv[1:] == ["errors"]:
    for case in [(2, 0, 3), (5, 0, 3), (3, 3, 3), (5, 3, 3), (10, 3, 3), (10, 3, 5)]:
        print("%d methods, %d baselines, %d seeds: %.3f" % (*case, claims(*case)))
    sys.exit()

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
