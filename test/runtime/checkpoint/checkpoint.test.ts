import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { memory, serialization, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { layers as tfLayers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import {
  bestCheckpointPath,
  type CheckpointContent,
  lastCheckpointPath,
  loadBestModel,
  loadCheckpoint,
  loadLastModel,
  loadWeightsInto,
  readCheckpoint,
  readWeights,
  saveCheckpoint,
} from '../../../src/checkpoint/index.ts';
import { layers, sequential, trainableVariables } from '../../../src/layers/index.ts';
import { adam } from '../../../src/optimizers/adam.ts';
import { writeSafetensors } from '../../../src/packed/safetensors.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { temporaryRun } from '../callbacks/training-runs.ts';
import { pointFeatures, pointLoader, tinyModel } from '../training/tiny-training.ts';

beforeAll(useBackend);

function content(more: Partial<CheckpointContent> = {}): CheckpointContent {
  return { model: tinyModel(), features: pointFeatures, epoch: 2, logs: { loss: 0.5, val_loss: 0.25 }, ...more };
}

async function bytesOf(model: CheckpointContent['model']): Promise<[string, Uint8Array][]> {
  return Array.from(await readWeights(model), ([name, { values }]) => [name, new Uint8Array(values.buffer)]);
}

describe('a checkpoint', () => {
  it('gives back a model whose weights are equal to the bit, with dropout and moving averages', async () => {
    const { run } = temporaryRun();
    const model = tinyModel({ dropout: 0.5, batchNormalization: true });
    await new Trainer(model, { epochs: 1, loss: 'sparseCategoricalCrossentropy', optimizer: 'adam' }).fit(pointLoader(64));
    await saveCheckpoint(run.path('a.safetensors'), content({ model }));
    const before = memory().numTensors;
    const loaded = await loadCheckpoint(run.path('a.safetensors'));
    expect(loaded).toMatchObject({ features: pointFeatures, epoch: 2, logs: { loss: 0.5, val_loss: 0.25 } });
    expect(await bytesOf(loaded.model)).toEqual(await bytesOf(model));
    const inputs = tensor2d([0.5, -0.5], [1, 2]);
    const [ours, theirs] = [model, loaded.model].map((one) => one.predict(inputs) as Tensor);
    expect(theirs.dataSync()).toEqual(ours.dataSync());
    [ours, theirs, inputs, loaded.model].forEach((one) => {
      one.dispose();
    });
    expect(memory().numTensors).toBe(before);
  });

  it('goes on training exactly where it stood: same weights, same optimizer state', async () => {
    const { run } = temporaryRun();
    const options = { epochs: 2, loss: 'sparseCategoricalCrossentropy', restoreBestWeights: false };
    const first = tinyModel();
    const optimizer = adam.create({ ...adam.defaults, learningRate: 0.05 });
    await new Trainer(first, { ...options, optimizer }).fit(pointLoader(64));
    await saveCheckpoint(run.path('a.safetensors'), content({ model: first, optimizerState: await optimizer.stateDict() }));
    await new Trainer(first, { ...options, optimizer }).fit(pointLoader(64));

    const { model: second, optimizerState } = await loadCheckpoint(run.path('a.safetensors'));
    const other = adam.create({ ...adam.defaults, learningRate: 0.05 });
    if (!optimizerState) throw new Error('it was saved');
    other.loadStateDict(optimizerState, trainableVariables(second));
    await new Trainer(second, { ...options, optimizer: other }).fit(pointLoader(64));
    expect(await bytesOf(second)).toEqual(await bytesOf(first));
    optimizer.dispose();
    other.dispose();
  });

  it('keeps logs that are no numbers', async () => {
    const { run } = temporaryRun();
    const logs = { loss: Number.NaN, val_loss: Number.POSITIVE_INFINITY, accuracy: 0.1 + 0.2 };
    await saveCheckpoint(run.path('a.safetensors'), content({ logs }));
    expect((await readCheckpoint(run.path('a.safetensors'))).logs).toEqual(logs);
  });

  it('is the same file for the same content, and replaces the one before without leftovers', async () => {
    const { run } = temporaryRun();
    const model = tinyModel();
    await saveCheckpoint(run.path('x', 'a.safetensors'), content({ model, epoch: 1 }));
    await saveCheckpoint(run.path('x', 'a.safetensors'), content({ model }));
    await saveCheckpoint(run.path('x', 'b.safetensors'), content({ model }));
    expect(readFileSync(run.path('x', 'a.safetensors'))).toEqual(readFileSync(run.path('x', 'b.safetensors')));
    expect(readdirSync(run.path('x')).sort()).toEqual(['a.safetensors', 'b.safetensors']);
  });
});

describe('a file that cannot be used', () => {
  it('is refused wherever one bit was flipped, and wherever it was cut off', async () => {
    const { run } = temporaryRun();
    const path = run.path('a.safetensors');
    await saveCheckpoint(path, content());
    const sound = readFileSync(path);
    for (let at = 0; at < sound.length; at += 41) {
      const flipped = Buffer.from(sound);
      flipped[at] ^= 1 << (at % 8);
      // A space between the header and the data carries nothing.
      if (sound[at] === 0x20 && at > 8) continue;
      writeFileSync(path, flipped);
      await expect(readCheckpoint(path), `bit flipped at ${at}`).rejects.toMatchObject({ name: 'DlError', code: 'file' });
      writeFileSync(path, sound.subarray(0, at));
      await expect(readCheckpoint(path), `cut off at ${at}`).rejects.toMatchObject({ name: 'DlError', code: 'file' });
    }
  });

  it('is named, with what is wrong: none, of another kind, of a later version', async () => {
    const { run } = temporaryRun();
    const path = run.path('a.safetensors');
    await expect(readCheckpoint(path)).rejects.toMatchObject({ code: 'missing', message: `There is no checkpoint ${path}.` });
    await expect(readCheckpoint(run.folder)).rejects.toMatchObject({ code: 'file' });
    writeFileSync(path, writeSafetensors({ tensors: new Map(), metadata: { format: 'pt' } }));
    await expect(readCheckpoint(path)).rejects.toThrow(`${path} cannot be used. It is no checkpoint: "format" in its metadata is "pt"`);
    writeFileSync(path, writeSafetensors({ tensors: new Map(), metadata: { format: 'dl-project checkpoint', version: '2' } }));
    await expect(readCheckpoint(path)).rejects.toThrow('It has version 2; this release of dl-project reads 1. Update dl-project.');
  });

  it('names the class of a layer that is not known here', async () => {
    const { run } = temporaryRun();
    const path = run.path('a.safetensors');
    class Swish extends tfLayers.Layer {
      static readonly className = 'Swish';
    }
    const model = sequential([layers.dense({ name: 'dense1', inputShape: [2], units: 2 }), new Swish({ name: 'swish1' })]);
    await saveCheckpoint(path, content({ model }));
    await expect(loadCheckpoint(path)).rejects.toThrow(
      `The model in ${path} cannot be rebuilt: it has a layer of the class Swish, which is not known here. ` +
        'Put it into the list of src/layers/index.ts, which src/project.ts hands to defineProject.',
    );
    serialization.registerClass(Swish);
    expect((await loadCheckpoint(path)).model.layers[1].getClassName()).toBe('Swish');
  });
});

describe('loadWeightsInto', () => {
  /** Dense layers of these names and sizes, one behind the other. */
  const denseModel = (units: Record<string, number>) =>
    sequential(Object.entries(units).map(([name, count], i) => layers.dense({ name, units: count, ...(i === 0 && { inputShape: [2] }) })));

  it('names the first layer that differs, and changes nothing', async () => {
    const model = denseModel({ dense1: 3, dense2: 2 });
    const before = await bytesOf(model);
    const refuse = async (other: ReturnType<typeof sequential>, message: string) => {
      const weights = await readWeights(other);
      expect(() => loadWeightsInto(model, { weights })).toThrow(
        `The saved weights are those of another model. First difference: ${message}`,
      );
    };
    await refuse(denseModel({ dense1: 3, dense2: 4 }), 'layer dense2: the model has the weight kernel [3,2], saved is [3,4].');
    await refuse(denseModel({ dense1: 3, out: 2 }), 'layer dense2: the model has the weight kernel [3,2], the saved weights do not.');
    await refuse(
      denseModel({ dense1: 3, dense2: 2, dense3: 2 }),
      'layer dense3: saved is the weight kernel [2,2], the model has none of that name.',
    );
    expect(await bytesOf(model)).toEqual(before);
  });
});

describe('the models of a run', () => {
  it('are the best and the last', async () => {
    const { run } = temporaryRun();
    await saveCheckpoint(bestCheckpointPath(run), content({ epoch: 1 }));
    await saveCheckpoint(lastCheckpointPath(run), content({ epoch: 3 }));
    expect((await loadBestModel(run)).epoch).toBe(1);
    expect((await loadLastModel(run)).epoch).toBe(3);
  });

  it('are missed with a reason and what to type', async () => {
    const { run } = temporaryRun();
    const what = `The run ${run.id} has no runs/mlp/${run.id}/checkpoints/best.safetensors`;
    await expect(loadBestModel(run)).rejects.toThrow(
      `${what}: it ended before its first epoch did, or the file was removed. Type: npm run train`,
    );
    const off = { ...run, config: { ...run.config, callbacks: { modelCheckpoint: false as const } } };
    await expect(loadBestModel(off)).rejects.toThrow(`${what}: it was trained with callbacks.modelCheckpoint switched off. Switch it on`);
  });

  it('point to the other checkpoint when one is damaged', async () => {
    const { run } = temporaryRun();
    await saveCheckpoint(lastCheckpointPath(run), content());
    writeFileSync(bestCheckpointPath(run), readFileSync(lastCheckpointPath(run)).subarray(0, 500));
    const folder = `runs/mlp/${run.id}/checkpoints`;
    await expect(loadBestModel(run)).rejects.toThrow(
      new RegExp(`^${folder}/best.safetensors cannot be used\\. .* ${folder}/last.safetensors is still there: copy it to`),
    );
    expect(existsSync(lastCheckpointPath(run))).toBe(true);
  });
});
