"""Decisions of Optuna's pruners, for pruners.test.ts: python3 optuna_pruners.py > optuna-pruners.json

Each case is a study whose trials report given curves one after the other; a pruned one ends. Kept are the curves and after how many reports each
trial was pruned (null: never), and what successive halving noted at its rungs.
"""
import json
import math
import warnings

import numpy as np
import optuna
from optuna import pruners

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def number(value):
    return value if math.isfinite(value) else str(value)


def curves(kind, seed, trials=18):
    """Per trial [[step, value], ...]"""
    rng = np.random.default_rng(seed)
    for _ in range(trials):
        length = 27
        level, speed = rng.uniform(0, 1), rng.uniform(0.05, 0.6)
        steps = list(range(length))
        if kind == "gaps":
            steps = sorted(rng.choice(40, size=14, replace=False).tolist())
        if kind == "folds":
            steps = list(range(8))
        values = [round(float(level + math.exp(-speed * s) + rng.normal(0, 0.05)), 3) for s in steps]
        if kind == "ties":
            values = [round(v * 4) / 4 for v in values]
        if kind == "rough":
            for i in range(len(values)):
                u = rng.uniform()
                values[i] = math.nan if u < 0.04 else math.inf if u < 0.06 else values[i]
            if rng.uniform() < 0.1:
                values = [math.nan] * len(values)
        if kind == "folds" and rng.uniform() < 0.3:
            values = [round(v * 2) / 2 for v in values]
        if kind == "many":
            values = [round(float(level + rng.normal(0, 0.3)), 2) for _ in range(60)]
            steps = list(range(60))
        yield [[s, v] for s, v in zip(steps, values)]


def run(name, options, make, kind, direction, seed):
    study = optuna.create_study(study_name=name, direction=direction, pruner=make())
    rows = []
    for curve in curves(kind, seed):
        trial = study.ask()
        pruned = None
        for i, (step, value) in enumerate(curve):
            trial.report(value, step)
            if trial.should_prune():
                pruned = i + 1
                break
        if pruned is None:
            last = [v for _, v in curve if math.isfinite(v)]
            study.tell(trial, last[-1] if last else 0.0)
        else:
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        frozen = study.trials[trial.number]
        rungs = {k: number(v) for k, v in frozen.system_attrs.items() if k.startswith("completed_rung_")}
        rows.append({"curve": [[s, number(v)] for s, v in curve], "pruned": pruned, "rungs": rungs})
    return {"name": name, "pruner": options, "direction": direction, "trials": rows}


P = pruners
cases = [
    ("median", ["median", {}], lambda: P.MedianPruner(), "plain"),
    ("median-warm", ["median", {"nStartupTrials": 2, "nWarmupSteps": 9, "intervalSteps": 4, "nMinTrials": 3}], lambda: P.MedianPruner(2, 9, 4, n_min_trials=3), "gaps"),
    ("median-rough", ["median", {"nStartupTrials": 1}], lambda: P.MedianPruner(1), "rough"),
    ("quarter", ["percentile", 25, {"nStartupTrials": 3}], lambda: P.PercentilePruner(25.0, 3), "plain"),
    ("most", ["percentile", 83.3, {"intervalSteps": 5}], lambda: P.PercentilePruner(83.3, interval_steps=5), "ties"),
    ("halving", ["successiveHalving", {}], lambda: P.SuccessiveHalvingPruner(), "plain"),
    ("halving-3", ["successiveHalving", {"minResource": 3, "reductionFactor": 3, "minEarlyStoppingRate": 1, "bootstrapCount": 2}], lambda: P.SuccessiveHalvingPruner(3, 3, 1, 2), "gaps"),
    ("halving-rough", ["successiveHalving", {"minResource": 1, "reductionFactor": 2}], lambda: P.SuccessiveHalvingPruner(1, 2), "rough"),
    ("hyperband", ["hyperband", {"maxResource": 27}], lambda: P.HyperbandPruner(1, 27), "plain"),
    ("hyperband-2", ["hyperband", {"minResource": 2, "maxResource": 26, "reductionFactor": 2}], lambda: P.HyperbandPruner(2, 26, 2), "rough"),
    ("hyperband-auto", ["hyperband", {}], lambda: P.HyperbandPruner(), "plain"),
    ("patient", ["patient", ["median", {"nStartupTrials": 1}], {"patience": 1, "minDelta": 0.01}], lambda: P.PatientPruner(P.MedianPruner(1), 1, 0.01), "gaps"),
    ("patient-alone", ["patient", None, {"patience": 3}], lambda: P.PatientPruner(None, 3), "plain"),
    ("threshold", ["threshold", {"lower": 0.1, "upper": 1.2, "nWarmupSteps": 3, "intervalSteps": 2}], lambda: P.ThresholdPruner(0.1, 1.2, 3, 2), "rough"),
    ("wilcoxon", ["wilcoxon", {}], lambda: P.WilcoxonPruner(), "folds"),
    ("wilcoxon-ties", ["wilcoxon", {"pThreshold": 0.3, "nStartupSteps": 4}], lambda: P.WilcoxonPruner(p_threshold=0.3, n_startup_steps=4), "ties"),
    ("wilcoxon-many", ["wilcoxon", {}], lambda: P.WilcoxonPruner(), "many"),
]
print("[")
lines = [
    json.dumps(run(f"{name}-{direction}", options, make, kind, direction, 17 * i + (direction == "maximize")), allow_nan=False, separators=(",", ":"))
    for i, (name, options, make, kind) in enumerate(cases)
    for direction in ["minimize", "maximize"]
]
print(",\n".join(lines))
print("]")
