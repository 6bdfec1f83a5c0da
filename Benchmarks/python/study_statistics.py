"""The figures that Tests/StudyTests compares the study's statistics with.

The block model value = block + row is fitted with dummy variables by numpy.linalg.lstsq, its
differences are tested with scipy.stats.t; power comes from scipy.stats.nct.

    python study_statistics.py        (NumPy 2.4.6, SciPy 1.17.1)
"""

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
