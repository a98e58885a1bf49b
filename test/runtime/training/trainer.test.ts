import { backend, memory, tensor1d, tensor2d, zerosLike } from '@tensorflow/tfjs-core';
import { model as functionalModel, input, type LayersModel, regularizers } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import type { Callback, TrainingContext } from '../../../src/callbacks/callback.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { DataLoader } from '../../../src/data/data-loader.ts';
import type { Features } from '../../../src/data/features.ts';
import { layers, sequential } from '../../../src/layers/index.ts';
import { evaluateModel } from '../../../src/training/evaluate-model.ts';
import { Trainer, type TrainerOptions } from '../../../src/training/trainer.ts';
import { pointFeatures, pointLoader, points, tinyModel } from './tiny-training.ts';

const options: TrainerOptions = {
  epochs: 4,
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
  optimizer: { name: 'adam', learningRate: 0.05 },
};
const loss = { loss: options.loss, metrics: options.metrics };
const validation = () => pointLoader(64, { seed: 1, shuffle: false });

async function weightsOf(model: LayersModel): Promise<number[][]> {
  return Array.from((await readWeights(model)).values(), ({ values }) => Array.from(values));
}

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

describe('what is trained on', () => {
  it('takes one training and one validation batch with fastDevRun', async () => {
    const model = tinyModel();
    const seen: TrainingContext['params'][] = [];
    let steps = 0;
    const watch: Callback = {
      name: 'watch',
      onTrainBegin: (context) => void seen.push(context.params),
      onTrainBatchEnd: () => void steps++,
    };
    const trainer = new Trainer(model, { ...options, fastDevRun: true, callbacks: [watch] });
    const logs = await trainer.fit(pointLoader(100), validation());
    expect(seen[0]).toEqual({
      epochs: 1,
      stepsPerEpoch: 1,
      totalSteps: 1,
      batchSize: 16,
      trainSamples: 16,
      validationSamples: 16,
      seed: 0,
    });
    expect(steps).toBe(1);
    expect(Object.keys(logs)).toContain('val_loss');
    model.dispose();
  });

  it('learns a few batches by heart with overfitBatches, and validates on the same', async () => {
    const model = tinyModel();
    const data = points(100);
    let reads = 0;
    const counted = {
      ...data,
      get(indices: ArrayLike<number>) {
        reads++;
        return data.get(indices);
      },
    };
    const seen: TrainingContext['params'][] = [];
    const watch: Callback = { name: 'watch', onTrainBegin: (context) => void seen.push(context.params) };
    const trainer = new Trainer(model, { ...options, epochs: 150, overfitBatches: 2, callbacks: [watch] });
    const logs = await trainer.fit(new DataLoader(counted, { batchSize: 16, shuffleSeed: 0 }), validation());
    expect(reads).toBe(2);
    expect(seen[0]).toMatchObject({ stepsPerEpoch: 2, trainSamples: 32, validationSamples: 32 });
    expect(logs.loss).toBeLessThan(0.05);
    expect(logs.val_accuracy).toBe(1);
    model.dispose();
  });
});

describe('the switches of the trainer', () => {
  it('takes only the first batches of each epoch with limitBatches, others in every epoch', async () => {
    const model = tinyModel();
    const seen: string[] = [];
    const watch: Callback = {
      name: 'watch',
      onTrainBatchBegin: ({ epoch, batch }) => void seen.push(`${epoch}: ${batch?.inputs[0]}`),
      onTrainBegin: ({ params }) =>
        expect(params).toMatchObject({ stepsPerEpoch: 2, totalSteps: 4, trainSamples: 32, validationSamples: 32 }),
    };
    await new Trainer(model, { ...options, epochs: 2, limitBatches: 2, callbacks: [watch] }).fit(pointLoader(100), validation());
    expect(seen).toHaveLength(4);
    expect(new Set(seen.map((one) => one.split(' ')[1])).size).toBe(4);
    await new Trainer(model, { ...options, epochs: 1, limitBatches: 99 }).fit(pointLoader(100), validation());
    model.dispose();
  });

  it('validates every so many steps with valCheckInterval, over the same batches in the same order', async () => {
    const train = async (changes: Partial<TrainerOptions>) => {
      const model = tinyModel({ dropout: 0.2 });
      const seen: (number | undefined)[] = [];
      const watch: Callback = { name: 'watch', onTrainBatchBegin: ({ batch }) => void seen.push(batch?.inputs[0]) };
      const trainer = new Trainer(model, { ...options, epochs: 2, restoreBestWeights: false, callbacks: [watch], ...changes });
      await trainer.fit(pointLoader(100), validation());
      const result = { seen, weights: await weightsOf(model), checks: trainer.history.length, last: trainer.history.at(-1)?.val_loss };
      model.dispose();
      return result;
    };
    const whole = await train({});
    const cut = await train({ valCheckInterval: 3 });
    expect(whole.checks).toBe(2);
    expect(cut).toEqual({ ...whole, checks: 6 });
  });

  it('judges two batches before it trains, so that a fault of the validation is found at once', async () => {
    const model = tinyModel();
    const broken = points(64);
    const held = new DataLoader(
      {
        ...broken,
        get(indices) {
          if (indices[0] === 16) throw new Error('broken image');
          return broken.get(indices);
        },
      },
      { batchSize: 16 },
    );
    let steps = 0;
    const count: Callback = { name: 'count', onTrainBatchEnd: () => void steps++ };
    await expect(new Trainer(model, { ...options, callbacks: [count] }).fit(pointLoader(64), held)).rejects.toThrow('broken image');
    expect(steps).toBe(0);
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

describe('callbacks', () => {
  it('get every hook in order', async () => {
    const model = tinyModel();
    const heard: string[] = [];
    const listen = (name: string): Callback => ({
      name,
      onTrainBegin: () => void heard.push(`${name} train begin`),
      onEpochBegin: (_c, epoch) => void heard.push(`${name} epoch ${epoch} begin`),
      onTrainBatchBegin: (_c, step) => void heard.push(`${name} step ${step} begin`),
      onGradients: (_c, gradients) => {
        heard.push(`${name} gradients`);
        return gradients;
      },
      onTrainBatchEnd: (_c, step) => void heard.push(`${name} step ${step} end`),
      onEpochEnd: async (_c, epoch) => {
        await Promise.resolve();
        heard.push(`${name} epoch ${epoch} end`);
      },
      onTrainEnd: () => void heard.push(`${name} train end`),
    });
    await new Trainer(model, { ...options, epochs: 2, callbacks: [listen('a'), listen('b')] }).fit(pointLoader(16));
    const both = (what: string) => [`a ${what}`, `b ${what}`];
    const epoch = (n: number) => [`epoch ${n} begin`, `step ${n} begin`, 'gradients', `step ${n} end`, `epoch ${n} end`];
    expect(heard).toEqual(['train begin', ...epoch(0), ...epoch(1), 'train end'].flatMap(both));
    model.dispose();
  });

  it('may change the gradients', async () => {
    const model = tinyModel();
    const before = await weightsOf(model);
    const still: Callback = {
      name: 'still',
      onGradients: (_context, gradients) => Object.fromEntries(Object.entries(gradients).map(([name, value]) => [name, zerosLike(value)])),
    };
    await new Trainer(model, { ...options, callbacks: [still] }).fit(pointLoader(32));
    expect(await weightsOf(model)).toEqual(before);
    model.dispose();
  });

  it('may end the training in the middle of an epoch, which is not judged then', async () => {
    const model = tinyModel();
    const stop: Callback = {
      name: 'stop',
      onTrainBatchEnd(context, step) {
        if (step === 5) context.stopTraining('enough');
      },
    };
    const trainer = new Trainer(model, { ...options, callbacks: [stop] });
    const logs = await trainer.fit(pointLoader(64), validation());
    expect(trainer.history).toHaveLength(1);
    expect(logs).toEqual(trainer.history[0]);
    model.dispose();
  });

  it('leaves no tensor behind where a callback throws between gradients and step', async () => {
    const model = tinyModel();
    const before = memory().numTensors;
    const broken: Callback = {
      name: 'broken',
      onGradients: () => {
        throw new Error('broken');
      },
    };
    await expect(new Trainer(model, { ...options, callbacks: [broken] }).fit(pointLoader(32))).rejects.toThrow('broken');
    expect(memory().numTensors).toBe(before);
    model.dispose();
  });
});
