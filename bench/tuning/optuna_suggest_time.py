"""Milliseconds that Optuna's TPE takes for the parameters of a trial, in a study of so many: python3 optuna_suggest_time.py 1000

suggest-time.ts does the same with ours.
"""

import statistics
import sys
import time
import warnings

import optuna

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def suggest(trial):
    values = [trial.suggest_float(f"float{i}", 0, 1) for i in range(4)]
    values += [trial.suggest_float(f"log{i}", 1e-5, 1, log=True) for i in range(2)]
    values += [trial.suggest_int(f"int{i}", 1, 64) for i in range(2)]
    values += [trial.suggest_float("stepped", 0, 0.5, step=0.1), float(trial.suggest_categorical("choice", ["1", "2", "3"]))]
    return sum(values)


trials = int(sys.argv[1])
study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
study.optimize(suggest, n_trials=trials)
study.sampler = optuna.samplers.TPESampler(seed=0)
times = []
for _ in range(30):
    begin = time.perf_counter()
    trial = study.ask()
    value = suggest(trial)
    times.append(1000 * (time.perf_counter() - begin))
    study.tell(trial, value)
print(statistics.median(times))
