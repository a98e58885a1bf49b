"""Takes ten steps with every optimizer of Keras in float64, as JSON on stdout: python3 keras_optimizers.py > keras.json

Needs keras and jax. Two weights, gradients drawn once; the rate is halved before the seventh step.
"""

import json
import os

os.environ["KERAS_BACKEND"] = "jax"

import jax

jax.config.update("jax_enable_x64", True)

import keras
import numpy as np

keras.backend.set_floatx("float64")
random = np.random.default_rng(11)


def drawn(*shape):
    return random.normal(size=shape).astype(np.float32).astype(np.float64)


start = {"dense1/kernel": drawn(2, 3), "dense1/bias": drawn(3)}
gradients = [{name: drawn(*weight.shape) * 0.5 for name, weight in start.items()} for _ in range(10)]
gradients[4]["dense1/kernel"] *= 0  # a step without any slope
O = keras.optimizers
python_names = {
    "beta1": "beta_1", "beta2": "beta_2", "weightDecay": "weight_decay", "clipNorm": "clipnorm", "globalClipNorm": "global_clipnorm",
    "clipValue": "clipvalue", "initialAccumulatorValue": "initial_accumulator_value",
}  # fmt: skip

# optimizer, Keras' class, options, patterns without decay
asked = [
    ("sgd", O.SGD, [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}, {"momentum": 0.9, "weightDecay": 0.1}]),
    ("adam", O.Adam, [{}, {"amsgrad": True}, {"weightDecay": 0.1}, {"clipNorm": 0.5}, {"globalClipNorm": 0.5}, {"clipValue": 0.2}]),
    ("adamw", O.AdamW, [{}, {"weightDecay": 0.2}, {"weightDecay": 0.2, "excludeFromWeightDecay": ["*/bias"]}]),
    ("nadam", O.Nadam, [{}, {"beta1": 0.8}]),
    ("rmsprop", O.RMSprop, [{}, {"momentum": 0.5}, {"centered": True}, {"centered": True, "momentum": 0.5}]),
    ("adagrad", O.Adagrad, [{}, {"initialAccumulatorValue": 0.01}]),
    ("adadelta", O.Adadelta, [{}, {"rho": 0.9}]),
    ("adamax", O.Adamax, [{}]),
    ("lamb", O.Lamb, [{}, {"weightDecay": 0.1}]),
    ("lion", O.Lion, [{}, {"weightDecay": 0.1}]),
]


def steps(Keras, options):
    excluded = options.get("excludeFromWeightDecay")
    arguments = {python_names.get(name, name): value for name, value in options.items() if name != "excludeFromWeightDecay"}
    optimizer = Keras(learning_rate=0.05, **arguments)
    variables = [keras.Variable(value, dtype="float64", name=name.replace("/", "_")) for name, value in start.items()]
    if excluded:
        optimizer.exclude_from_weight_decay(var_names=["bias"])
    optimizer.build(variables)
    for step, gradient in enumerate(gradients):
        if step == 6:
            optimizer.learning_rate = 0.025
        optimizer.apply([jax.numpy.asarray(one) for one in gradient.values()], variables)
    return {name: np.asarray(variable.value).ravel().tolist() for name, variable in zip(start, variables)}


cases = [
    {"optimizer": name, "options": options, "weights": steps(Keras, options)} for name, Keras, variants in asked for options in variants
]


def flat(weights):
    return {name: weight.ravel().tolist() for name, weight in weights.items()}


def lines(entries):
    return "[\n" + ",\n".join("  " + json.dumps(entry) for entry in entries) + "\n]"


shapes = {name: weight.shape for name, weight in start.items()}
print('{\n"shapes": ' + json.dumps(shapes) + ',\n"start": ' + json.dumps(flat(start)) + ",")
print('"gradients": ' + lines([flat(one) for one in gradients]) + ',\n"cases": ' + lines(cases) + "\n}")
