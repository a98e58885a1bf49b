import { backend, memory, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { model as functionalModel, input, type LayersModel, regularizers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import type { Callback } from '../../../src/callbacks/callback.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { DataLoader } from '../../../src/data/data-loader.ts';
import type { Features } from '../../../src/data/features.ts';
import { layers, sequential } from '../../../src/layers/index.ts';
import { evaluateModel } from '../../../src/training/evaluate-model.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { options, pointFeatures, pointLoader, points, tinyModel, validation, weightsOf } from './tiny-training.ts';

const loss = { loss: options.loss, metrics: options.metrics };

beforeAll(useBackend);

describe('Trainer.fit', () => {
  it('learns, and logs under the keys of Keras', async () => {
    const model = tinyModel();
    const trainer = new Trainer(model, { ...options, epochs: 12 });
    const logs = await trainer.fit(pointLoader(256), validation());
    expect(Object.keys(logs)).toEqual(['loss', 'accuracy', 'val_loss', 'val_accuracy']);
    expect(logs.val_accuracy).toBeGreaterThan(0.9);
    expect(trainer.history).toHaveLength(12);
    expect(trainer.history[0].loss).toBeGreaterThan(2 * trainer.history[11].loss);
    model.dispose();
  });

  it('gives equal bits for equal seeds, with dropout and BatchNorm, and others for another seed', async () => {
    const train = async (seed: number) => {
      const model = tinyModel({ dropout: 0.3, batchNormalization: true });
      const trainer = new Trainer(model, { ...options, seed });
      await trainer.fit(pointLoader(100), validation());
      const result = { weights: await weightsOf(model), history: trainer.history };
      model.dispose();
      return result;
    };
    const first = await train(0);
    expect(await train(0)).toEqual(first);
    expect((await train(1)).weights).not.toEqual(first.weights);
  });

  it('puts the best epoch back: its logs are those of the model that is left', async () => {
    const model = tinyModel();
    const trainer = new Trainer(model, { ...options, epochs: 8, optimizer: { name: 'adam', learningRate: 0.5 } });
    const logs = await trainer.fit(pointLoader(256), validation());
    const losses = trainer.history.map(({ val_loss }) => val_loss);
    expect(logs.val_loss).toBe(Math.min(...losses));
    expect(losses.indexOf(logs.val_loss)).toBeLessThan(7); // else the test would prove nothing
    const { logs: now } = await evaluateModel(model, validation(), loss);
    expect(now).toEqual({ loss: logs.val_loss, accuracy: logs.val_accuracy });
    model.dispose();
  });

  it('leaves the last weights where restoreBestWeights is off', async () => {
    const model = tinyModel();
    const trainer = new Trainer(model, {
      ...options,
      epochs: 8,
      restoreBestWeights: false,
      optimizer: { name: 'adam', learningRate: 0.5 },
    });
    const logs = await trainer.fit(pointLoader(256), validation());
    const { logs: now } = await evaluateModel(model, validation(), loss);
    expect(now.loss).toBe(trainer.history[7].val_loss);
    expect(now.loss).not.toBe(logs.val_loss);
    model.dispose();
  });

  it('judges by the training loss where there is no validation data', async () => {
    const model = tinyModel();
    const keys: string[] = [];
    const trainer = new Trainer(model, {
      ...options,
      callbacks: [{ name: 'look', onTrainBegin: ({ monitor }) => void keys.push(monitor.key) }],
    });
    const logs = await trainer.fit(pointLoader(64));
    expect(keys).toEqual(['loss']);
    expect(Object.keys(logs)).toEqual(['loss', 'accuracy']);
    expect(logs.loss).toBe(Math.min(...trainer.history.map((epoch) => epoch.loss)));
    model.dispose();
  });

  it('counts every sample alike, whatever the last batch holds', async () => {
    const model = tinyModel();
    const trainOnce = async (batchSize: number) => {
      const trainer = new Trainer(model, { ...options, epochs: 1, optimizer: { name: 'sgd', learningRate: 1e-30 } });
      return trainer.fit(pointLoader(50, { batchSize, shuffle: false }), pointLoader(50, { batchSize, shuffle: false }));
    };
    const whole = await trainOnce(50);
    const cut = await trainOnce(16);
    expect(cut.accuracy).toBe(whole.accuracy);
    expect(cut.val_accuracy).toBe(whole.accuracy);
    // Float32 sums in another order.
    expect(Math.abs(cut.loss - whole.loss)).toBeLessThan(1e-6);
    expect(Math.abs(cut.val_loss - whole.loss)).toBeLessThan(1e-6);
    model.dispose();
  });

  it('keeps the number of tensors and bytes flat over epochs, and leaves none behind', async () => {
    const model = tinyModel({ dropout: 0.2, batchNormalization: true });
    const before = memory().numTensors;
    const seen: string[] = [];
    const watch: Callback = {
      name: 'watch',
      onEpochEnd: () => void seen.push(`${memory().numTensors} tensors, ${memory().numBytes} bytes`),
    };
    await new Trainer(model, { ...options, epochs: 4, callbacks: [watch] }).fit(pointLoader(40), validation());
    expect(new Set(seen).size).toBe(1);
    expect(memory().numTensors).toBe(before);
    model.dispose();
  });

  it('keeps the WebAssembly memory flat over epochs, with convolutions', async () => {
    const images: Features = { ...pointFeatures, inputShape: [12, 12, 1] };
    const data = points(64);
    const loader = new DataLoader(
      {
        length: 64,
        features: images,
        get: async (indices) => {
          const { size, targets } = await data.get(indices);
          return { size, targets, inputs: Float32Array.from({ length: size * 144 }, (_, i) => Math.sin(i)) };
        },
      },
      { batchSize: 16 },
    );
    const model = sequential([
      layers.conv2d({ name: 'conv1', inputShape: images.inputShape, filters: 4, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ name: 'pool1', poolSize: 2 }),
      layers.flatten({ name: 'flatten' }),
      layers.dense({ name: 'dense1', units: 2, activation: 'softmax' }),
    ]);
    const sizes: number[] = [];
    const heapBytes = () => (backend() as { wasm?: { HEAPU8: Uint8Array } }).wasm?.HEAPU8.byteLength ?? 0;
    const watch: Callback = { name: 'watch', onEpochEnd: () => void sizes.push(heapBytes()) };
    await new Trainer(model, { ...options, epochs: 20, callbacks: [watch] }).fit(loader, loader);
    expect(new Set(sizes.slice(1)).size).toBe(1);
    model.dispose();
  });

  it('lets timers and signals in between the steps', async () => {
    const model = tinyModel();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await new Trainer(model, options).fit(pointLoader(256));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
    model.dispose();
  });

  it('frees everything when a callback throws', async () => {
    const model = tinyModel();
    const before = memory().numTensors;
    const failing: Callback = {
      name: 'failing',
      onTrainBatchEnd(_context, step) {
        if (step === 2) throw new Error('disk full');
      },
    };
    await expect(new Trainer(model, { ...options, callbacks: [failing] }).fit(pointLoader(64))).rejects.toThrow('disk full');
    expect(memory().numTensors).toBe(before);
    model.dispose();
  });
});

describe('what is refused before the first step', () => {
  it('says which monitor keys there are', () => {
    expect(() => new Trainer(tinyModel(), { ...options, monitor: 'val_acuracy' })).toThrow(
      'training.monitor is "val_acuracy", which is not logged. Did you mean val_accuracy? Logged: loss, accuracy, val_loss, val_accuracy.',
    );
  });

  it('names the nearest loss, metric, optimizer and option', () => {
    const model = tinyModel();
    expect(() => new Trainer(model, { ...options, loss: 'sparseCategoricalCrossEntropy' })).toThrow(
      'Did you mean sparseCategoricalCrossentropy?',
    );
    expect(() => new Trainer(model, { ...options, metrics: ['acuracy'] })).toThrow('Did you mean accuracy?');
    expect(() => new Trainer(model, { ...options, optimizer: 'adamm' })).toThrow('Did you mean adam?');
    expect(() => new Trainer(model, { ...options, optimizer: { name: 'adam', learningrate: 0.1 } })).toThrow(
      'The optimizer adam has no option learningrate. Did you mean learningRate? Allowed: learningRate, ',
    );
    model.dispose();
  });

  it('refuses epochs that are no whole number above 0', () => {
    expect(() => new Trainer(tinyModel(), { ...options, epochs: 0 })).toThrow(
      'training.epochs is 0; it must be a whole number, at least 1.',
    );
    expect(() => new Trainer(tinyModel(), { ...options, epochs: 1.5 })).toThrow('training.epochs is 1.5');
  });

  it('says how model and data differ in shape', async () => {
    const model = sequential([layers.dense({ name: 'dense1', inputShape: [3], units: 2 })]);
    await expect(new Trainer(model, options).fit(pointLoader(16))).rejects.toThrow('takes inputs [3], but the data has [2]');
    const wide = sequential([layers.dense({ name: 'dense1', inputShape: [2], units: 5 })]);
    await expect(new Trainer(wide, options).fit(pointLoader(16))).rejects.toThrow(
      'gives outputs [5], but the data needs one output per class, [2]',
    );
    model.dispose();
    wide.dispose();
  });
});

describe('what the layers do in training', () => {
  it('moves the averages of BatchNorm, and uses them afterwards', async () => {
    const model = sequential([
      layers.batchNormalization({ name: 'norm1', inputShape: [2], momentum: 0.9 }),
      layers.dense({ name: 'dense1', units: 2 }),
      layers.softmax({ name: 'softmax' }),
    ]);
    const trainer = new Trainer(model, { ...options, epochs: 1, restoreBestWeights: false });
    await trainer.fit(new DataLoader(points(64), { batchSize: 64 }));
    const { inputs } = await points(64).get(Array.from({ length: 64 }, (_, i) => i));
    const mean = (column: number) => inputs.reduce((sum, value, i) => sum + (i % 2 === column ? value : 0), 0) / 64;
    const weights = await readWeights(model);
    const moving = weights.get('norm1/moving_mean')?.values ?? [];
    expect(moving[0]).toBeCloseTo(0.1 * mean(0), 6);
    expect(moving[1]).toBeCloseTo(0.1 * mean(1), 6);
    model.dispose();
  });

  it('adds what regularizers ask for to the loss', async () => {
    const build = (strength: number) =>
      sequential([
        layers.dense({
          name: 'dense1',
          inputShape: [2],
          units: 2,
          kernelInitializer: 'ones',
          kernelRegularizer: regularizers.l2({ l2: strength }),
        }),
        layers.softmax({ name: 'softmax' }),
      ]);
    const plain = build(0);
    const penalized = build(0.5);
    const lossOf = async (model: LayersModel) => (await evaluateModel(model, pointLoader(32), loss)).logs.loss;
    // Four ones squared, times 0.5.
    expect((await lossOf(penalized)) - (await lossOf(plain))).toBeCloseTo(2, 5);
    plain.dispose();
    penalized.dispose();
  });

  it('holds the constraints of the layers after every step', async () => {
    const model = sequential([
      layers.dense({ name: 'dense1', inputShape: [2], units: 2, kernelInitializer: 'zeros', kernelConstraint: 'nonNeg' }),
      layers.softmax({ name: 'softmax' }),
    ]);
    const before = memory().numTensors;
    await new Trainer(model, options).fit(pointLoader(64));
    expect(memory().numTensors).toBe(before);
    const kernel = (await readWeights(model)).get('dense1/kernel')?.values ?? [];
    expect(Math.min(...kernel)).toBe(0);
    expect(Math.max(...kernel)).toBeGreaterThan(0);
    model.dispose();
  });

  it('computes the loss from logits, whether softmax is a layer or an activation', async () => {
    const results = [];
    for (const softmax of ['layer', 'activation'] as const) {
      const model = tinyModel({ softmax });
      await new Trainer(model, options).fit(pointLoader(64), validation());
      results.push(await weightsOf(model));
      model.dispose();
    }
    expect(results[0]).toEqual(results[1]);
  });

  it('keeps the loss finite and exact where a probability rounds to 0', async () => {
    const model = sequential([
      layers.dense({ name: 'dense1', inputShape: [2], units: 2, useBias: true }),
      layers.softmax({ name: 'softmax' }),
    ]);
    model.setWeights([tensor2d([0, 0, 0, 0], [2, 2]), tensor1d([200, 0])]);
    const one = new DataLoader(
      { length: 1, features: pointFeatures, get: () => ({ size: 1, inputs: new Float32Array(2), targets: Int32Array.of(1) }) },
      { batchSize: 1 },
    );
    expect((await evaluateModel(model, one, loss)).logs.loss).toBe(200);
    model.dispose();
  });

  it('trains models with branches, and models inside models', async () => {
    const entry = input({ shape: [2], name: 'entry' });
    const inner = sequential([
      layers.dense({ name: 'inner1', inputShape: [8], units: 8, activation: 'relu' }),
      layers.dropout({ name: 'drop', rate: 0.5 }),
    ]);
    const wide = layers.dense({ name: 'wide', units: 8, activation: 'relu' }).apply(entry);
    const joined = layers.add({ name: 'add' }).apply([wide, inner.apply(wide)] as never);
    const model = functionalModel({
      inputs: entry,
      outputs: layers.dense({ name: 'out', units: 2, activation: 'softmax' }).apply(joined) as never,
    });
    const before = memory().numTensors;
    const train = async () => new Trainer(model, { ...options, epochs: 10, restoreBestWeights: false }).fit(pointLoader(256), validation());
    expect((await train()).val_accuracy).toBeGreaterThan(0.8);
    expect(memory().numTensors).toBe(before);
    model.dispose();
  });
});
