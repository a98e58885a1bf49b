"""Likelihoods and predictions of Gaussian processes with scikit-learn, as JSON on stdout: python3 scikit_learn_process.py > scikit-learn-process.json"""

import json

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern

random = np.random.default_rng(2)
cases = []
for count, sides in [(1, 1), (5, 1), (20, 3), (40, 6)]:
    points, asked = np.round(random.uniform(0, 1, (count, sides)), 6), np.round(random.uniform(0, 1, (4, sides)), 6)
    values = np.round(np.sin(5 * points).sum(1) + 0.1 * random.normal(size=count), 6)
    lengths, scale, noise = np.round(random.uniform(0.2, 2, sides), 6), round(float(random.uniform(0.5, 2)), 6), 1e-3
    process = GaussianProcessRegressor(ConstantKernel(scale) * Matern(lengths, nu=2.5), alpha=noise, optimizer=None).fit(points, values)
    mean, deviation = process.predict(asked, return_std=True)
    cases.append(
        {
            "points": points.tolist(), "values": values.tolist(), "lengths": lengths.tolist(), "scale": scale, "noise": noise,
            "asked": asked.tolist(), "mean": mean.tolist(), "deviation": deviation.tolist(),
            "logLikelihood": float(process.log_marginal_likelihood_value_),
        }
    )
print("[\n  " + ",\n  ".join(map(json.dumps, cases)) + "\n]")
