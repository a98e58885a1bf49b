"""Writes models of Keras 3 as tfjs' converter does (model.json with Keras' own topology, weights by their paths): write_models.py <folder> [model ...].

Needs keras and a backend. For each model: <name>/model.json, <name>/group1-shard1of1.bin, and <name>.json with two inputs and their outputs.
"""
import json
import os
import pathlib
import sys

import keras
import numpy
from keras import layers
from keras.src.applications.convnext import LayerScale, StochasticDepth

folder, wanted = pathlib.Path(sys.argv[1]), sys.argv[2:]
keras.utils.set_random_seed(0)


def chain():
    return keras.Sequential([
        keras.Input((9, 8, 2)),
        layers.Conv2D(4, 3, strides=2, padding='same', use_bias=False),
        layers.BatchNormalization(),
        layers.LeakyReLU(negative_slope=0.2),
        layers.SeparableConv2D(4, 3, activation='silu'),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dropout(0.3),
        layers.Dense(3, activation='softmax'),
    ])


def branches():
    images = keras.Input((6, 6, 3))
    left = layers.Conv2D(4, 3, padding='same', activation='relu')(images)
    right = layers.DepthwiseConv2D(3, padding='same')(left)
    met = layers.Concatenate()([layers.Add()([left, right]), left])
    return keras.Model(images, layers.Dense(1, activation='sigmoid')(layers.GlobalAveragePooling2D()(met)))


def sequences():
    return keras.Sequential([
        keras.Input((5, 6, 4)),
        layers.TimeDistributed(layers.Conv1D(3, 2, activation='relu')),
        layers.TimeDistributed(layers.Flatten()),
        layers.Bidirectional(layers.LSTM(4, return_sequences=True)),
        layers.GRU(4, reset_after=False, return_sequences=True),
        layers.MaxPooling1D(2),
        layers.SimpleRNN(4),
        layers.Dense(3, activation='softmax'),
    ])


def resets():
    """A GRU as Keras makes it where nothing is said."""
    return keras.Sequential([
        keras.Input((6, 3)),
        layers.GRU(4, return_sequences=True, dropout=0.2),
        layers.Bidirectional(layers.GRU(3, return_sequences=True)),
        layers.GRU(4, go_backwards=True, use_bias=False),
        layers.Dense(3, activation='softmax'),
    ])


def nested():
    """A pretrained model behind augmentation and in front of a new head, and one that is made of models itself; names come twice."""
    stem = keras.Sequential([keras.Input((6, 5, 3)), layers.Conv2D(4, 3, name='conv'), layers.BatchNormalization(name='norm'), layers.ReLU()], name='stem')
    images = keras.Input((4, 3, 4))
    left = layers.Conv2D(3, 2, name='conv', activation='relu')(images)
    pooled = layers.GlobalMaxPooling2D()(images)
    tail = keras.Model(images, [layers.Dense(3, name='dense')(layers.Flatten()(left)), pooled], name='tail')
    base = keras.Sequential([keras.Input((6, 5, 3)), layers.Rescaling(0.5), stem], name='base')
    entry = keras.Input((6, 5, 3))
    first, second = tail(base(entry))
    met = layers.Concatenate()([second, first, layers.Flatten(name='flat')(entry)])
    return keras.Model(entry, layers.Dense(3, name='dense', activation='softmax')(met))


def usual():
    """What networks of keras.applications and those of its guides have, and tfjs does not."""
    images = keras.Input((6, 5, 3))
    seen = layers.RandomRotation(0.1)(layers.RandomFlip('horizontal')(images))
    told = layers.Normalization(mean=[0.4, 0.5, 0.3], variance=[0.2, 0.3, 0.1])(seen)
    learned = layers.Normalization(name='learned')
    learned.adapt(numpy.random.uniform(0, 2, (20, 6, 5, 4)))
    pictures = keras.Input((6, 5, 4))
    inner = keras.Sequential([pictures, learned, layers.Activation('hard_sigmoid'), layers.ActivityRegularization(0.1)], name='inner')
    met = layers.Activation('hard_silu')(inner(layers.Conv2D(4, 1)(told)))
    gate = (layers.GlobalAveragePooling2D(keepdims=True)(met) + 3.0) * 0.25
    met = layers.Multiply()([met, 1 - gate / 4])
    return keras.Model(images, layers.Dense(3, activation='softmax')(layers.Flatten()(met - 0.5)))


def batchless():
    """Normalizations that do the same whatever the batch."""
    return keras.Sequential([
        keras.Input((7, 6, 3)),
        layers.Conv2D(6, 3),
        layers.GroupNormalization(2, epsilon=1e-4),
        layers.ReLU(),
        layers.GroupNormalization(-1, scale=False),
        layers.LayerNormalization(),
        layers.GlobalAveragePooling2D(),
        layers.GroupNormalization(3, center=False),
        layers.Dense(3, activation='softmax'),
    ])


def blocks():
    """Two blocks of ConvNeXt as keras.applications has them, and a convolution of which each channel has two filters."""
    images = keras.Input((8, 6, 3))
    met = layers.Conv2D(4, 2, strides=2)(images)
    for _ in range(2):
        seen = layers.Conv2D(4, 3, padding='same', groups=4)(met)
        seen = layers.Dense(8)(layers.LayerNormalization(epsilon=1e-6)(seen))
        seen = layers.Dense(4)(layers.Activation('gelu')(seen))
        met = met + StochasticDepth(0.1)(LayerScale(1e-6, 4)(seen))
    met = layers.Conv2D(8, 2, groups=4, use_bias=False, activation='relu')(met)
    return keras.Model(images, layers.Dense(3, activation='softmax')(layers.GlobalAveragePooling2D()(met)))


for build in (chain, branches, sequences, resets, nested, usual, batchless, blocks):
    name = build.__name__
    if wanted and name not in wanted:
        continue
    model = build()
    for weight in model.weights:
        if 'seed' not in weight.path and 'learned' not in weight.path:  # a Normalization that was adapted computes with a copy
            weight.assign(weight + numpy.random.uniform(0.05, 0.4, weight.shape))
    saved = [(weight.path, numpy.asarray(weight)) for weight in model.weights]
    topology = {'keras_version': keras.__version__, 'backend': 'jax', 'model_config': json.loads(model.to_json())}
    entries = [{'name': path, 'shape': list(array.shape), 'dtype': str(array.dtype)} for path, array in saved]
    manifest = [{'paths': ['group1-shard1of1.bin'], 'weights': entries}]
    os.makedirs(folder / name, exist_ok=True)
    (folder / name / 'group1-shard1of1.bin').write_bytes(b''.join(array.tobytes() for _, array in saved))
    text = {'format': 'layers-model', 'generatedBy': 'keras', 'convertedBy': None, 'modelTopology': topology, 'weightsManifest': manifest}
    (folder / name / 'model.json').write_text(json.dumps(text))
    inputs = (numpy.random.randint(-200, 200, (2, *model.input_shape[1:])) / 128).astype('float32')
    outputs = numpy.asarray(model(inputs, training=False))
    (folder / f'{name}.json').write_text(json.dumps({'inputs': inputs.ravel().tolist(), 'outputs': outputs.ravel().tolist()}))
