"""Searches of Optuna: reads what to do as JSON from the command line, writes a line of JSON per seed.

{"task": "branin", "sampler": "tpe", "seeds": [0, 1], "trials": 200, "at": [25, 50, 100, 200], "table": null or the path of one}
"""

import json
import math
import sys
import warnings

import optuna

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
    "cma-es": lambda seed: optuna.samplers.CmaEsSampler(seed=seed),
    "gp": lambda seed: optuna.samplers.GPSampler(seed=seed),
}

asked = json.loads(sys.argv[1])
objective = tabular(asked["table"]) if asked["table"] else globals()[asked["task"].replace("-", "_")]
for seed in asked["seeds"]:
    study = optuna.create_study(sampler=samplers[asked["sampler"]](seed))
    study.optimize(objective, n_trials=asked["trials"])
    values = [trial.value for trial in study.trials]
    print(json.dumps({"seed": seed, "best": [min(values[:count]) for count in asked["at"]]}), flush=True)
