"""Prints the table of Tests/DownstreamTests/MetricReferences.swift: scikit-learn's figures for scores
by a generator that the tests share.

    python Benchmarks/python/sklearn_metrics.py
"""

import math

import numpy
from sklearn import metrics


class Generator:
    """Knuth's 64-bit linear congruential generator; numbers in 0..<1 from its upper 31 bits."""

    def __init__(self, seed):
        self.state = seed

    def __call__(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) / 2**31


def classification(seed, images, classes, levels, absent):
    """Labels, probabilities with ties, and weights 0, 1, 2 or 3."""
    draw = Generator(seed)
    labels, rows, weights = [], [], []
    for _ in range(images):
        label = int(draw() ** 2 * classes)
        label = 0 if label == absent else label
        row = [math.floor(draw() * levels) + 1 + (levels // 2 if k == label else 0)
               for k in range(classes)]
        total = sum(row)
        labels.append(label)
        rows.append([value / total for value in row])
        weights.append(math.floor(draw() * 4))
    return numpy.array(labels), numpy.array(rows), numpy.array(weights, dtype=float)


def calibration_error(labels, rows, weights, bins=15):
    confidence, right = rows.max(1), rows.argmax(1) == labels
    total = 0.0
    for low in range(bins):
        here = (confidence > low / bins) & (confidence <= (low + 1) / bins)
        if weights[here].sum() > 0:
            gap = numpy.average(right[here], weights=weights[here]) \
                - numpy.average(confidence[here], weights=weights[here])
            total += abs(gap) * weights[here].sum() / weights.sum()
    return total


def areas(truth, scores, weights):
    """AUC and average precision, means over the columns where they are defined."""
    auc, precision = [], []
    for k in range(truth.shape[1]):
        if truth[:, k].any():
            precision.append(
                metrics.average_precision_score(truth[:, k], scores[:, k], sample_weight=weights))
            if not truth[:, k].all():
                auc.append(metrics.roc_auc_score(truth[:, k], scores[:, k], sample_weight=weights))
    return auc, numpy.mean(precision)


def figures(labels, rows, weights):
    kept = weights > 0
    labels, rows, weights = labels[kept], rows[kept], weights[kept]
    classes, predictions = rows.shape[1], rows.argmax(1)
    truth = labels[:, None] == numpy.arange(classes)
    auc, precision = areas(truth, rows, weights)
    if classes == 2:
        auc = [metrics.roc_auc_score(labels, rows[:, 1], sample_weight=weights)]
    result = {
        "accuracy": metrics.accuracy_score(labels, predictions, sample_weight=weights),
        "balancedAccuracy": metrics.recall_score(
            labels, predictions, labels=numpy.unique(labels), average="macro",
            sample_weight=weights),
        "macroF1": metrics.f1_score(labels, predictions, average="macro", sample_weight=weights),
        "auc": numpy.mean(auc),
        "averagePrecision": precision,
        "calibrationError": calibration_error(labels, rows, weights),
    }
    if classes > 5:
        # scikit-learn gives equal scores to the higher class: turned round, to the lower.
        result["topFive"] = metrics.top_k_accuracy_score(
            classes - 1 - labels, rows[:, ::-1], k=5, labels=range(classes), sample_weight=weights)
    return result


def multi_label(seed, images, classes, levels, absent):
    draw = Generator(seed)
    truth, rows, weights = [], [], []
    for _ in range(images):
        flags = [draw() < 0.3 and k != absent for k in range(classes)]
        truth.append(flags)
        rows.append([(math.floor(draw() * levels) + (2 if flag else 0)) / levels for flag in flags])
        weights.append(math.floor(draw() * 4))
    truth, rows, weights = numpy.array(truth), numpy.array(rows), numpy.array(weights, dtype=float)
    return truth, rows, weights


def line(name, case, values):
    cells = ", ".join(f".{key}: {value:.8f}" for key, value in values.items())
    print(f"    .init(.{name}, {case}, [{cells}]),")


for case in [(1, 300, 2, 10, -1), (2, 400, 4, 6, 2), (3, 500, 10, 8, 7), (4, 60, 3, 50, -1),
             (5, 2000, 7, 1000, -1)]:
    labels, rows, weights = classification(*case)
    call = "({}, {}, {}, {}, {})".format(*case)
    line("classification", call + ", weighted: false", figures(labels, rows, weights * 0 + 1))
    line("classification", call + ", weighted: true", figures(labels, rows, weights))
for case in [(6, 200, 5, 6, 3), (7, 700, 12, 40, -1)]:
    truth, rows, weights = multi_label(*case)
    call = "({}, {}, {}, {}, {})".format(*case)
    for weighted in (False, True):
        kept = weights > 0 if weighted else weights >= 0
        own = weights[kept] if weighted else weights[kept] * 0 + 1
        auc, precision = areas(truth[kept], rows[kept], own)
        line("multiLabel", f"{call}, weighted: {str(weighted).lower()}",
             {"meanAveragePrecision": precision, "auc": numpy.mean(auc)})
# Each image is of one pixel here, and its prediction the class with the largest score.
for case in [(2, 400, 4, 6, 2), (8, 40, 12, 8, 7)]:
    labels, rows, weights = classification(*case)
    call = "({}, {}, {}, {}, {})".format(*case)
    for weighted in (False, True):
        kept = weights > 0 if weighted else weights >= 0
        own = weights[kept] if weighted else weights[kept] * 0 + 1
        iou = metrics.jaccard_score(
            labels[kept], rows[kept].argmax(1), average="macro", sample_weight=own,
            labels=numpy.union1d(labels[kept], rows[kept].argmax(1)))
        line("segmentation", f"{call}, weighted: {str(weighted).lower()}", {"meanIoU": iou})
# The target is the label, the prediction the mean of the classes under the scores.
for case in [(3, 500, 10, 8, 7)]:
    labels, rows, weights = classification(*case)
    predictions = rows @ numpy.arange(rows.shape[1])
    call = "({}, {}, {}, {}, {})".format(*case)
    for weighted in (False, True):
        own = weights if weighted else weights * 0 + 1
        line("regression", f"{call}, weighted: {str(weighted).lower()}", {
            "meanAbsoluteError": metrics.mean_absolute_error(
                labels, predictions, sample_weight=own),
            "r2": metrics.r2_score(labels, predictions, sample_weight=own)})
