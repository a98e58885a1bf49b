"""What Optuna computes from drawn studies, as JSON on stdout: python3 optuna_numbers.py > optuna-numbers.json

Of TPE: densities of drawn search spaces at drawn points, which trials are good and which are not, hypervolumes, groups of a conditional space.
Of NSGA-II: who survives a generation. Of PED-ANOVA: importances.
Trials are listed as [state, values, intermediate values, constraints].
"""

import functools
import json
import math
import warnings

import numpy as np
import optuna
from optuna._hypervolume import compute_hypervolume
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import PedAnovaImportanceEvaluator
from optuna.samplers._tpe import sampler as tpe
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers.nsgaii._elite_population_selection_strategy import NSGAIIElitePopulationSelectionStrategy
from optuna.search_space.group_decomposed import _SearchSpaceGroup
from optuna.trial import TrialState, create_trial

warnings.simplefilter("ignore")
random = np.random.default_rng(8)
# Which of two equal observations comes first is left to the processor's sort; here it is the earlier one.
np.argsort = functools.partial(np.argsort, kind="stable")


def as_json(distribution):
    kind = {FloatDistribution: "float", IntDistribution: "int"}.get(type(distribution))
    if kind is None:
        return {"kind": "categorical", "choices": list(distribution.choices)}
    return {"kind": kind, "low": distribution.low, "high": distribution.high, "log": distribution.log, "step": distribution.step}


kinds = [
    lambda: FloatDistribution(-1, 2),
    lambda: FloatDistribution(1e-5, 1e-1, log=True),
    lambda: FloatDistribution(0, 0.5, step=0.1),
    lambda: IntDistribution(0, 12),
    lambda: IntDistribution(8, 128, log=True),
    lambda: IntDistribution(10, 100, step=5),
    lambda: CategoricalDistribution(["a", "b", "c"]),
    lambda: CategoricalDistribution([True, False]),
]


def draw(distribution, size):
    """As Optuna stores it."""
    if isinstance(distribution, CategoricalDistribution):
        return random.integers(len(distribution.choices), size=size).astype(float)
    low, high, step = distribution.low, distribution.high, distribution.step
    if distribution.log:
        values = np.exp(random.uniform(math.log(low), math.log(high), size))
    else:
        values = random.uniform(low, high, size)
    if step is not None:
        values = np.clip(low + np.round((values - low) / step) * step, low, high)
    # Twelve digits survive JSON in every language.
    return np.array([min(high, max(low, float(f"{value:.12g}"))) for value in values])


def density(space, observed, points, options, weights=None):
    estimator = _ParzenEstimator(
        {name: np.asarray(values, float) for name, values in observed.items()},
        space,
        _ParzenEstimatorParameters(
            options["priorWeight"], options["magicClip"], options["endpoints"], weights or tpe.default_weights, True
        ),
    )
    expected = estimator.log_pdf({name: np.asarray(values, float) for name, values in points.items()})
    return {
        "space": {name: as_json(distribution) for name, distribution in space.items()},
        "observed": {name: list(map(float, values)) for name, values in observed.items()},
        "points": {name: list(map(float, values)) for name, values in points.items()},
        "options": options,
        "expected": expected.tolist(),
    }


defaults = {"priorWeight": 1.0, "magicClip": True, "endpoints": False}
reference = {
    "lr": FloatDistribution(1e-5, 1e-1, log=True),
    "u": IntDistribution(8, 128, log=True),
    "d": FloatDistribution(0, 0.5, step=0.1),
    "x": FloatDistribution(-1, 2),
    "o": CategoricalDistribution(["a", "b", "c"]),
}
densities = [
    density(
        reference,
        {"lr": [1e-3, 2e-3, 5e-2], "u": [16, 40, 100], "d": [0.1, 0.2, 0.5], "x": [0, 1.5, -0.7], "o": [0, 2, 2]},
        {"lr": [1e-4, 3e-3], "u": [8, 64], "d": [0, 0.3], "x": [0.2, 1.9], "o": [1, 2]},
        defaults,
    )
]
for case in range(60):
    chosen = [kinds[case % len(kinds)]] if case < 16 else [kinds[i] for i in random.integers(len(kinds), size=random.integers(2, 6))]
    space = {f"p{i}": kind() for i, kind in enumerate(chosen)}
    count = int(random.choice([0, 1, 2, 5, 20, 25, 26, 40]))
    options = defaults if case % 3 else {
        "priorWeight": float(random.choice([0.25, 1.0, 3.0])), "magicClip": bool(random.integers(2)), "endpoints": bool(random.integers(2)),
    }
    observed = {name: draw(distribution, count) for name, distribution in space.items()}
    points = {name: draw(distribution, 6) for name, distribution in space.items()}
    densities.append(density(space, observed, points, options))


def trial_of(objectives, steps=True):
    state = TrialState(random.choice([TrialState.COMPLETE] * 6 + ([TrialState.PRUNED] * 3 if objectives == 1 else []) + [TrialState.RUNNING]))
    values = [float(random.integers(0, 8)) if random.random() < 0.5 else round(float(random.normal()), 6) for _ in range(objectives)]
    if random.random() < 0.05:
        values[0] = math.inf
    reports = {}
    if state == TrialState.PRUNED and random.random() < 0.9:
        reports = {step: float(random.choice([1.0, 2.0, math.nan, round(float(random.normal()), 6)])) for step in range(random.integers(1, 12))}
    constraints = {"c": round(float(random.normal()) + 0.5, 6), "d": -1.0} if random.random() < 0.3 and state != TrialState.RUNNING else {}
    return state, values if state == TrialState.COMPLETE else None, reports, constraints


def split(objectives, count, below):
    directions = [str(random.choice(["minimize", "maximize"])) for _ in range(objectives)]
    study = optuna.create_study(directions=directions)
    given = [trial_of(objectives) for _ in range(count)]
    for state, values, reports, constraints in given:
        trial = create_trial(
            state=state, values=values, intermediate_values=reports,
            system_attrs={f"constraints:{name}": value for name, value in constraints.items()},
        )
        study.add_trial(trial)
    good, bad = tpe._split_trials(study, study.get_trials(deepcopy=False), below)
    return {
        "directions": directions,
        "trials": [[state.name.lower(), values, reports, constraints] for state, values, reports, constraints in given],
        "below": below,
        "expected": [[trial.number for trial in good], [trial.number for trial in bad]],
    }


optuna.logging.set_verbosity(optuna.logging.ERROR)
splits = [split(objectives, count, below) for objectives in (1, 2, 3, 4) for count, below in [(0, 0), (5, 1), (20, 2), (40, 4), (40, 11), (60, 30), (30, 29)]]

volumes = []
for objectives in (2, 3, 4, 5):
    for count in (1, 2, 5, 20):
        losses = np.round(random.uniform(0, 1, (count, objectives)), 6)
        reference_point = np.full(objectives, 1.1)
        volumes.append({"losses": losses.tolist(), "reference": reference_point.tolist(), "expected": float(compute_hypervolume(losses, reference_point))})

groups = []
for names in (["ab", "ab"], ["ab", "ac"], ["a", "bc", "abc"], ["abcd", "ab", "ef", "aef"]):
    group = _SearchSpaceGroup()
    for one in names:
        group.add_distributions({name: FloatDistribution(0, 1) for name in one})
    groups.append({"trials": names, "expected": sorted("".join(sorted(space)) for space in group.search_spaces)})



def survivors(objectives, count, size, constrained):
    directions = [str(random.choice(["minimize", "maximize"])) for _ in range(objectives)]
    study = optuna.create_study(directions=directions)
    given = []
    for _ in range(count):
        values = [float(random.integers(0, 6)) if random.random() < 0.3 else round(float(random.normal()), 6) for _ in range(objectives)]
        constraints = {"c": round(float(random.normal()), 6)} if constrained else {}
        given.append(["complete", values, {}, constraints])
        study.add_trial(create_trial(values=values, system_attrs={f"constraints:{name}": value for name, value in constraints.items()}))
    chosen = NSGAIIElitePopulationSelectionStrategy(population_size=size)(study, study.get_trials(deepcopy=False))
    return {"directions": directions, "trials": given, "size": size, "expected": [trial.number for trial in chosen]}


elites = [survivors(*case) for case in [(2, 30, 10, False), (3, 60, 25, False), (2, 40, 20, True), (1, 20, 5, False), (4, 50, 49, True)]]


def importance(objectives, count, conditional):
    directions = [str(random.choice(["minimize", "maximize"])) for _ in range(objectives)]
    study = optuna.create_study(directions=directions)
    given = []
    for number in range(count):
        space = {f"p{i}": kind() for i, kind in enumerate(kinds)}
        if conditional:
            space = {name: distribution for name, distribution in space.items() if name < "p3" or random.random() < 0.5}
            if number % 3 == 0:
                space["p0"] = FloatDistribution(-2, 2)
        params = {name: float(draw(distribution, 1)[0]) for name, distribution in space.items()}
        score = params["p0"] + 0.1 * math.log(params["p1"]) + params.get("p3", 4) / 8 + params.get("p6", 1)
        values = [round(float(score + 0.1 * random.normal()), 6) if random.random() < 0.97 else math.inf] + [
            round(float(random.normal()), 6) for _ in range(objectives - 1)
        ]
        given.append({"distributions": {name: as_json(distribution) for name, distribution in space.items()}, "params": params, "values": values})
        external = {name: space[name].to_external_repr(value) for name, value in params.items()}
        study.add_trial(create_trial(values=values, params=external, distributions=space))
    return {"directions": directions, "trials": given, "expected": PedAnovaImportanceEvaluator().evaluate(study)}


importances = [importance(*case) for case in [(1, 30, False), (1, 60, True), (2, 40, False), (1, 5, False)]]
gammas = {str(n): [tpe.default_gamma(n), tpe.default_gamma_multiobjective(n)] for n in (0, 1, 5, 10, 11, 50, 100, 250, 251, 1000)}
weights = {str(n): tpe.default_weights(n).tolist() for n in (0, 1, 24, 25, 26, 27, 40)}

# JSON has no Infinity and no NaN: they are texts.
def plain(value):
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


print("{")
parts = {"densities": densities, "splits": splits, "volumes": volumes, "groups": groups, "elites": elites, "importances": importances}
for name, cases in parts.items():
    print(f' "{name}": [\n  ' + ",\n  ".join(json.dumps(plain(case)) for case in cases) + "\n ],")
print(f' "gammas": {json.dumps(gammas)},\n "weights": {json.dumps(weights)}\n' + "}")
