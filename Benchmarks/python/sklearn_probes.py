"""Glean's two probes by scikit-learn: the same features, choices and final fits.

Usage: sklearn_probes.py FEATURES TRAIN WIDTH CLASSES THREADS
"""

import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from serve import serve

path, (train, width, classes, threads) = sys.argv[1], map(int, sys.argv[2:6])
threadpool_limits(threads)
features = np.fromfile(path, dtype=np.float32).reshape(-1, width)
labels = np.arange(len(features)) % classes
# Classes follow one another, so the last fifth is stratified.
fitted = train * 4 // 5
parts = {"fit": slice(0, fitted), "held": slice(fitted, train), "all": slice(0, train)}
test = slice(train, None)


def linear():
    def fit(part, penalties):
        x, y = features[parts[part]], labels[parts[part]]
        scaler = StandardScaler().fit(x)
        x = scaler.transform(x)
        model = LogisticRegression(max_iter=500, warm_start=True)
        for penalty in penalties:
            model.C = 1 / (penalty * len(x))
            model.fit(x, y)
            yield penalty, scaler, model

    def accuracy(scaler, model, part):
        return model.score(scaler.transform(features[part]), labels[part])

    scores = {
        penalty: accuracy(scaler, model, parts["held"])
        for penalty, scaler, model in fit("fit", np.logspace(1, -5, 10))
    }
    best = max(scores, key=scores.get)
    _, scaler, model = next(fit("all", [best]))
    return accuracy(scaler, model, test)


def knn():
    def votes(bank, queries, candidates):
        search = NearestNeighbors(metric="cosine", algorithm="brute", n_jobs=threads)
        distances, rows = search.fit(features[bank]).kneighbors(
            features[queries], n_neighbors=max(candidates)
        )
        weights = np.exp(-distances / 0.07)
        scores = np.zeros((len(rows), classes))
        for k in range(max(candidates)):
            np.add.at(scores, (np.arange(len(rows)), labels[bank][rows[:, k]]), weights[:, k])
            if k + 1 in candidates:
                yield k + 1, np.mean(scores.argmax(1) == labels[queries])

    scores = dict(votes(parts["fit"], parts["held"], [1, 5, 10, 20, 50]))
    best = max(scores, key=scores.get)
    return dict(votes(parts["all"], test, [best]))[best]


def memory(name):
    """Bytes of this process, as Linux counts them; 0 elsewhere."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(name)), 0)


def run(**probe):
    if Path("/proc/self/clear_refs").exists():
        Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    began = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        accuracy = linear() if "linear" in probe else knn()
    seconds = time.perf_counter() - began
    added = max(0, memory("VmHWM") - before)
    return {"seconds": seconds, "bytes": added, "accuracy": float(accuracy)}


serve(f"scikit-learn {version('scikit-learn')}", run)
