"""What CMA-ES becomes by drawn solutions, as JSON on stdout: python3 cmaes_strategy.py > cmaes-strategy.json

By the package cmaes, which Optuna's sampler works with.
"""

import json

import cmaes
import numpy as np

random = np.random.default_rng(4)
cases = []
for dimensions, generations in [(1, 3), (2, 6), (4, 12), (9, 8)]:
    strategy = cmaes.CMA(mean=np.full(dimensions, 0.5), sigma=1 / 6, bounds=np.tile([0.0, 1.0], (dimensions, 1)))
    told = []
    for _ in range(generations):
        points = np.round(random.uniform(0, 1, (strategy.population_size, dimensions)), 6)
        losses = np.round(((points - 0.3) ** 2 * np.arange(1, dimensions + 1)).sum(1) + random.normal(size=len(points)) * 0.01, 6)
        told.append([[point.tolist(), float(loss)] for point, loss in zip(points, losses)])
        strategy.tell([(point, loss) for point, loss in zip(points, losses)])
    strategy._eigen_decomposition()
    cases.append({"told": told, "mean": strategy._mean.tolist(), "sigma": float(strategy._sigma), "covariance": strategy._C.tolist()})
print("[\n  " + ",\n  ".join(map(json.dumps, cases)) + "\n]")
