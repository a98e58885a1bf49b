import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { readCheckpoint, saveCheckpoint } from '../../../src/checkpoint/index.ts';
import { describeWith, python, pythonCommand } from '../../support/requirements.ts';
import { temporaryRun } from '../callbacks/training-runs.ts';
import { pointFeatures, tinyModel } from '../training/tiny-training.ts';

/** Prints every tensor as `{ name: [shape, values] }`, and the metadata. */
const script = `
import json, sys
from safetensors import safe_open
with safe_open(sys.argv[1], 'numpy') as file:
    tensors = {name: [list(file.get_tensor(name).shape), file.get_tensor(name).ravel().tolist()] for name in file.keys()}
    print(json.dumps({'tensors': tensors, 'metadata': file.metadata()}))
`;

describeWith(python('safetensors'), "Python's safetensors", () => {
  it('opens a checkpoint and sees the same names, shapes and values', async () => {
    await useBackend();
    const { run } = temporaryRun();
    const path = run.path('a.safetensors');
    const model = tinyModel({ batchNormalization: true });
    const optimizerState = { step: 3, slots: { 'm/dense1/bias': Float32Array.of(1, 0.5, -2, 0, 0, 0, 0, 1e-30) } };
    await saveCheckpoint(path, { model, features: pointFeatures, epoch: 2, logs: { loss: 0.5 }, optimizerState });
    const { tensors, metadata } = JSON.parse(execFileSync(pythonCommand, ['-c', script, path], { encoding: 'utf8' }));
    const { weights } = await readCheckpoint(path);
    for (const [name, { shape, values }] of weights) expect(tensors[name]).toEqual([shape, Array.from(values)]);
    expect(tensors['optimizer:m/dense1/bias'][1]).toEqual(Array.from(optimizerState.slots['m/dense1/bias']));
    expect(metadata).toMatchObject({ format: 'dl-project checkpoint', epoch: '2' });
    expect(JSON.parse(metadata.features)).toEqual(pointFeatures);
  });
});
