"""Searches of Optuna: reads what to do as JSON from the command line, writes a line of JSON per seed.

{"task": "branin", "sampler": "tpe", "seeds": [0, 1], "trials": 200, "at": [25, 50, 100, 200]}; "table" where the task is one: its path;
"reference" where it has several objectives: values that are worse than all that count.
"""

import json
import math
import sys
import warnings

import numpy
import optuna
from optuna._hypervolume import compute_hypervolume

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def branin(trial):
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    bend = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    return bend**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann6(trial):
    weights = [1, 1.2, 3, 3.2]
    steepness = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
    centers = [
        [1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
        [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381],
    ]
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(6)]
    return -sum(w * math.exp(-sum(s * (xi - c / 10000) ** 2 for s, xi, c in zip(a, x, p))) for w, a, p in zip(weights, steepness, centers))


def rosenbrock4(trial):
    x = [trial.suggest_float(f"x{i}", -5, 10) for i in range(4)]
    return sum(100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(3))


def mixed_conditional(trial):
    optimizer = trial.suggest_categorical("optimizer", ["sgd", "adam", "rmsprop"])
    rate = math.log10(trial.suggest_float("rate", 1e-5, 1, log=True))
    dropout = trial.suggest_float("dropout", 0, 0.6, step=0.1)
    layers = trial.suggest_int("layers", 1, 3)
    loss = 0.2 * (dropout - 0.2) ** 2 + 0.02 * abs(layers - 2)
    if optimizer == "sgd":
        loss += 0.04 * (rate + 1.5) ** 2 + 0.2 * (trial.suggest_float("momentum", 0, 0.99) - 0.9) ** 2
    else:
        loss += 0.04 * (rate + 3) ** 2 + (0.01 if optimizer == "adam" else 0.03)
    for i in range(layers):
        units = math.log2(trial.suggest_int(f"units{i}", 4, 512, log=True))
        loss += 0.01 * (units - (7 - i)) ** 2 / layers
    return loss


def branches(trial):
    def valley(a, b):
        return (a + b - 1) ** 2 + 0.1 * (a - b) ** 2

    kind = trial.suggest_categorical("kind", ["dense", "convolution", "tree"])
    if kind == "tree":
        return 0.1 + valley(trial.suggest_int("depth", 1, 16) / 16, trial.suggest_float("shrinkage", 0, 1))
    rate = (math.log10(trial.suggest_float(f"{kind}-rate", 1e-5, 1e-1, log=True)) + 5) / 4
    momentum = trial.suggest_float(f"{kind}-momentum", 0, 1)
    if kind == "dense":
        return 0.05 + valley(rate, momentum) + 0.2 * (trial.suggest_float("dropout", 0, 0.8) - 0.3) ** 2
    return valley(rate, momentum) + 0.02 * abs(trial.suggest_int("layers", 1, 6) - 4)


def branin_currin(trial):
    u, v = trial.suggest_float("u", 0, 1), trial.suggest_float("v", 0, 1)
    x, y = 15 * u - 5, 15 * v
    bend = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    currin = (1 - (math.exp(-1 / (2 * v)) if v > 0 else 0)) * (2300 * u**3 + 1900 * u**2 + 2092 * u + 60)
    return bend**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10, currin / (100 * u**3 + 500 * u**2 + 4 * u + 20)


def zdt1(trial):
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(10)]
    height = 1 + sum(x[1:])
    return x[0], height * (1 - math.sqrt(x[0] / height))


def dtlz2(trial):
    x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(7)]
    radius = 1 + sum((xi - 0.5) ** 2 for xi in x[2:])
    a, b = x[0] * math.pi / 2, x[1] * math.pi / 2
    return radius * math.cos(a) * math.cos(b), radius * math.cos(a) * math.sin(b), radius * math.sin(a)


def tabular(path):
    with open(path) as file:
        table = json.load(file)

    def objective(trial):
        row = 0
        for parameter in table["parameters"]:
            positions = range(parameter["values"])
            name = parameter["name"]
            row = row * len(positions) + (
                trial.suggest_int(name, 0, len(positions) - 1) if parameter["isOrdered"] else trial.suggest_categorical(name, list(positions))
            )
        return table["losses"][row]

    return objective


samplers = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "quasi-random": lambda seed: optuna.samplers.QMCSampler(seed=seed, scramble=True, warn_independent_sampling=False),
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "tpe-independent": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=False),
    "tpe-group": lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True, group=True),
    "nsga2": lambda seed: optuna.samplers.NSGAIISampler(seed=seed),
    "cma-es": lambda seed: optuna.samplers.CmaEsSampler(seed=seed),
    "gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
}

def best_of(values, reference):
    if reference is None:
        return min(value for value, in values)
    counted = [one for one in values if all(value < worst for value, worst in zip(one, reference))]
    return -compute_hypervolume(numpy.array(counted), numpy.array(reference, dtype=float)) if counted else 0.0


asked = json.loads(sys.argv[1])
reference = asked.get("reference")
objective = tabular(asked["table"]) if asked.get("table") else globals()[asked["task"].replace("-", "_")]
for seed in asked["seeds"]:
    study = optuna.create_study(sampler=samplers[asked["sampler"]](seed), directions=["minimize"] * len(reference or [0]))
    study.optimize(objective, n_trials=asked["trials"])
    values = [trial.values for trial in study.trials]
    print(json.dumps({"seed": seed, "best": [best_of(values[:count], reference) for count in asked["at"]]}), flush=True)
