"""Computes losses and their gradients with Keras in float64, as JSON on stdout: python3 keras_losses.py > keras.json

Needs keras and jax. Everything given to a loss is a float32 number.
"""

import json
import os

os.environ["KERAS_BACKEND"] = "jax"

import jax

jax.config.update("jax_enable_x64", True)

import keras
import numpy as np

keras.backend.set_floatx("float64")
random = np.random.default_rng(3)


def rows(values):
    return np.asarray(values, np.float32).astype(np.float64)


def softmax(values):
    raised = np.exp(values - values.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)


given = {
    "one-hot": rows(np.eye(4)[[1, 3, 0, 0, 2]]),
    "soft": rows(softmax(random.normal(size=(5, 4)))),
    "yes and no": rows(random.integers(0, 2, (5, 4))),
    "values": rows(random.uniform(0.3, 3, (5, 4))),
    "probabilities": rows(softmax(random.normal(size=(5, 4)) * 2)),
    "scores": rows(random.normal(size=(5, 4)) * 3),
    "extreme scores": rows([[40, -30, 0, 2], [-60, 1, 2, -50], [0, 0, 0, 0], [5, 30, -5, 0], [-1, 0, 45, 3]]),
    "positive": rows(random.uniform(0.2, 4, (5, 4))),
}
K = keras.losses
smooth, focal = {"labelSmoothing": 0.1}, {"alpha": 0.4, "gamma": 1.5, "labelSmoothing": 0.2}
classes, scores, values = ["one-hot", "soft"], ["scores", "extreme scores"], ["scores", "positive"]
python_names = {"labelSmoothing": "label_smoothing", "applyClassBalancing": "apply_class_balancing"}

# loss, Keras' class, options, targets, probabilities or values, logits
asked = [
    ("categoricalCrossentropy", K.CategoricalCrossentropy, [{}, smooth], classes, ["softmax of scores"], scores),
    ("sparseCategoricalCrossentropy", K.CategoricalCrossentropy, [{}], ["one-hot"], ["softmax of scores"], scores),
    ("binaryCrossentropy", K.BinaryCrossentropy, [{}, smooth], ["yes and no", "soft"], ["probabilities"], scores),
    ("categoricalFocalCrossentropy", K.CategoricalFocalCrossentropy, [{}, focal], classes, ["softmax of scores"], ["scores"]),
    ("binaryFocalCrossentropy", K.BinaryFocalCrossentropy, [{}, focal | {"applyClassBalancing": True}], ["yes and no", "soft"], ["probabilities"], ["scores"]),
    ("hinge", K.Hinge, [{}], ["one-hot", "yes and no"], ["scores"], []),
    ("squaredHinge", K.SquaredHinge, [{}], ["one-hot", "yes and no"], ["scores"], []),
    ("categoricalHinge", K.CategoricalHinge, [{}], ["one-hot"], ["scores"], []),
    ("klDivergence", K.KLDivergence, [{}], classes, ["probabilities"], []),
    ("poisson", K.Poisson, [{}], ["values"], ["positive"], []),
    ("meanSquaredError", K.MeanSquaredError, [{}], ["values"], values, []),
    ("meanAbsoluteError", K.MeanAbsoluteError, [{}], ["values"], values, []),
    ("meanAbsolutePercentageError", K.MeanAbsolutePercentageError, [{}], ["values"], values, []),
    ("meanSquaredLogarithmicError", K.MeanSquaredLogarithmicError, [{}], ["values"], values, []),
    ("huber", K.Huber, [{}, {"delta": 0.5}], ["values"], values, []),
    ("logCosh", K.LogCosh, [{}], ["values"], values, []),
    ("cosineSimilarity", K.CosineSimilarity, [{}], ["values"], values, []),
]
cases = []
for loss, Keras, variants, targets, predictions, logits in asked:
    for options in variants:
        for target in targets:
            for prediction in predictions + logits:
                from_logits = prediction in logits
                arguments = {python_names.get(name, name): value for name, value in options.items()}
                if from_logits:
                    arguments["from_logits"] = True
                compute = Keras(dtype="float64", **arguments)
                # Keras divides probabilities of classes by their sum: only behind a softmax are the gradients comparable.
                activation = jax.nn.softmax if prediction.startswith("softmax") else lambda x: x
                scored = given[prediction.removeprefix("softmax of ")]
                value, gradient = jax.value_and_grad(lambda x: compute(given[target], activation(x)))(scored)
                case = {"loss": loss, "options": options, "targets": target, "predictions": prediction, "fromLogits": from_logits}
                cases.append(case | {"value": float(value), "gradient": np.asarray(gradient).ravel().tolist()})


def lines(entries):
    return ",\n".join("  " + json.dumps(entry) for entry in entries)


tables = [{"name": name, "rows": len(table), "values": table.ravel().tolist()} for name, table in given.items()]
print('{\n"tables": [\n' + lines(tables) + '\n],\n"cases": [\n' + lines(cases) + "\n]\n}")
