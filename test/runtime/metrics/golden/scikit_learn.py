"""Computes metrics of fixed tables with scikit-learn, as JSON on stdout: python3 scikit_learn.py > scikit-learn.json

Probabilities are rounded, so that many are equal; all of them are float32 numbers, as a model gives them.
"""

import json
import sys
import warnings

import numpy as np
from sklearn import metrics as sk

warnings.simplefilter("ignore")
random = np.random.default_rng(7)


def probabilities(samples, classes, targets, skill):
    """Rows that sum to 1, in steps of 1/32, leaning towards the targets."""
    raw = random.exponential(size=(samples, classes))
    raw[np.arange(samples), targets] += skill
    rows = np.floor(raw / raw.sum(1, keepdims=True) * 32) / 32
    rows[np.arange(samples), rows.argmax(1)] += 1 - rows.sum(1)
    return rows.astype(np.float32)


def classification(targets, predictions):
    predictions = np.asarray(predictions, np.float32)
    outputs = 1 if predictions.ndim == 1 else predictions.shape[1]
    return {"task": "classification", "outputs": outputs, "targets": np.asarray(targets), "predictions": predictions}


def regression(targets, predictions):
    return {"task": "regression", "outputs": targets.shape[1], "targets": targets.astype(np.float32), "predictions": predictions.astype(np.float32)}


four = random.integers(0, 4, 60)
rare = np.where(random.random(50) < 0.15, 1, 0)
three = random.integers(0, 3, 40) % 2 * 2  # class 1 does not occur
values = random.normal(size=(40, 2)) * [3, 0.5] + [100, -2]
tables = {
    "four classes": classification(four, probabilities(60, 4, four, 1.2)),
    "one output": classification(rare, np.round(np.clip(rare * 0.3 + random.random(50) * 0.7, 0, 1) * 16) / 16),
    "two outputs": classification(rare, probabilities(50, 2, rare, 0.8)),
    "a class is missing": classification(three, probabilities(40, 3, three, 0.8)),
    "only one class": classification(np.zeros(6, int), probabilities(6, 2, np.zeros(6, int), 0.5)),
    "always class 0": classification(rare, np.full(50, 0.25)),
    "all right": classification([0, 1, 2, 1], np.eye(3)[[0, 1, 2, 1]]),
    "two numbers": regression(values, values + random.normal(size=(40, 2))),
    "one number": regression(values[:, :1] - 100, values[:, 1:]),
    "numbers that do not vary": regression(np.full((5, 1), 2.0), np.array([[2.0], [2.0], [2.5], [2.0], [1.0]])),
}


def answers(table, threshold=0.5):
    p = table["predictions"]
    if p.ndim == 1:
        return (p > threshold).astype(int)
    if threshold != 0.5:
        return (p[:, 1] > threshold).astype(int)
    return p.argmax(1)


def columns(table):
    p = table["predictions"]
    return np.stack([1 - p, p], 1) if p.ndim == 1 else p


def ranking(score):
    """Two classes by the second one's probability, more of them each against the rest."""

    def compute(table, average="macro"):
        targets, p = table["targets"], columns(table)
        if p.shape[1] == 2:
            return score(targets, p[:, 1])
        each = [score(targets == c, p[:, c]) for c in range(p.shape[1])]
        own = np.average(each, weights=None if average == "macro" else np.bincount(targets, minlength=len(each)))
        if score is sk.roc_auc_score and len(np.unique(targets)) == p.shape[1]:
            theirs = sk.roc_auc_score(targets, p, multi_class="ovr", average=average)
            np.testing.assert_allclose(own, theirs)
        return own

    return compute


def calibration(table, bins=15):
    """Guo et al., 2017, written down as there: scikit-learn has none."""
    p, targets = columns(table).astype(np.float64), table["targets"]
    confidence, right = p.max(1), answers(table) == targets
    error = 0
    for m in range(1, bins + 1):
        inside = (confidence > (m - 1) / bins) & (confidence <= m / bins)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return error


def averaged(score):
    def compute(table, average="macro", threshold=0.5, **options):
        chosen = {"labels": [int(options["class"][1:])], "average": "macro"} if "class" in options else {"average": average}
        return score(table["targets"], answers(table, threshold), zero_division=0, **chosen)

    return compute


def of_answers(score):
    return lambda table, **options: score(table["targets"], answers(table, options.pop("threshold", 0.5)), **options)


def of_values(score):
    return lambda table: score(table["targets"].astype(np.float64), table["predictions"].astype(np.float64))


def cosine(targets, predictions):
    return np.mean(1 - sk.pairwise.paired_cosine_distances(targets, predictions))


everything = ["four classes", "one output", "two outputs", "a class is missing", "only one class", "always class 0", "all right"]
binary = ["one output", "two outputs"]
scores = [{}, {"average": "weighted"}, {"average": "micro"}, {"class": "c1"}]
classifying = {
    "accuracy": (of_answers(sk.accuracy_score), [{}], everything),
    "binaryAccuracy": (of_answers(sk.accuracy_score), [{}, {"threshold": 0.3}], binary),
    "topKAccuracy": (lambda t, k: sk.top_k_accuracy_score(t["targets"], t["predictions"] - np.arange(4) * 1e-6, k=k), [{"k": 1}, {"k": 2}, {"k": 3}], ["four classes"]),
    "balancedAccuracy": (of_answers(sk.balanced_accuracy_score), [{}, {"adjusted": True}], everything),
    "precision": (averaged(sk.precision_score), scores, everything),
    "recall": (averaged(sk.recall_score), scores, everything),
    "f1Score": (averaged(sk.f1_score), scores, everything),
    "rocAuc": (ranking(sk.roc_auc_score), [{}, {"average": "weighted"}], everything),
    "prAuc": (ranking(sk.average_precision_score), [{}, {"average": "weighted"}], everything),
    "logLoss": (lambda t: sk.log_loss(t["targets"], columns(t), labels=range(columns(t).shape[1])), [{}], everything),
    "expectedCalibrationError": (calibration, [{}, {"bins": 4}], everything),
    "cohenKappa": (lambda t, weights=None: of_answers(sk.cohen_kappa_score)(t, weights=weights), [{}, {"weights": "linear"}, {"weights": "quadratic"}], everything),
    "matthewsCorrelation": (of_answers(sk.matthews_corrcoef), [{}], everything),
}
for name, compute in [("precision", sk.precision_score), ("recall", sk.recall_score), ("f1Score", sk.f1_score)]:
    classifying[f"{name} at 0.3"] = (averaged(compute), [{"threshold": 0.3}, {"threshold": 0.3, "class": "c1"}], binary)

numbers = ["two numbers", "one number", "numbers that do not vary"]
predicting = {
    "meanAbsoluteError": (of_values(sk.mean_absolute_error), [{}], numbers),
    "meanSquaredError": (of_values(sk.mean_squared_error), [{}], numbers),
    "rootMeanSquaredError": (of_values(sk.root_mean_squared_error), [{}], numbers),
    "meanAbsolutePercentageError": (of_values(sk.mean_absolute_percentage_error), [{}], numbers),
    "r2": (of_values(sk.r2_score), [{}], numbers),
    "cosineSimilarity": (of_values(cosine), [{}], numbers),
}

cases = [
    {"metric": metric.split(" ")[0], "options": options, "table": table, "expected": float(compute(tables[table], **options))}
    for metric, (compute, variants, names) in (classifying | predicting).items()
    for options in variants
    for table in names
]


def plain(value):
    if isinstance(value, np.ndarray):
        return value.ravel().tolist()
    return json.dumps(value) if isinstance(value, float) and not np.isfinite(value) else value


def lines(entries):
    return ",\n".join("  " + json.dumps({key: plain(value) for key, value in entry.items()}) for entry in entries)


json_tables = lines([{"name": name, **table} for name, table in tables.items()])
sys.stdout.write('{\n"tables": [\n' + json_tables + '\n],\n"cases": [\n' + lines(cases) + "\n]\n}\n")
