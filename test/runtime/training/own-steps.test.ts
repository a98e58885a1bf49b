import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-wasm';
import { add, mean, memory, neg, type Scalar, setBackend, softplus, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { registerWasmKernels } from '../../../src/backend/wasm/index.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { DataLoader, drawDigits } from '../../../src/data/index.ts';
import { layers, sequential, stableWeightNames, trainableVariables } from '../../../src/layers/index.ts';
import { initializeWeights } from '../../../src/models/index.ts';
import { adam } from '../../../src/optimizers/index.ts';
import { Trainer, type TrainStep } from '../../../src/training/index.ts';
import { RunningLogs } from '../../../src/training/running-logs.ts';
import { trainAutoencoder } from './autoencoder.example.ts';
import { pointFeatures, pointLoader, tinyModel } from './tiny-training.ts';

beforeAll(async () => {
  await setBackend('wasm');
  await registerWasmKernels();
});

const common = { epochs: 2, loss: 'sparseCategoricalCrossentropy', optimizer: 'adam' } as const;

describe('a training step of one’s own', () => {
  test('trains the autoencoder that docs/training.md shows', async () => {
    const before = memory().numTensors;
    const loader = (count: number, seed: number) => new DataLoader(drawDigits({ count, seed }), { batchSize: 32 });
    const { model, history } = await trainAutoencoder(loader(320, 1), loader(64, 2));
    expect(history.at(-1)!.val_loss).toBeLessThan(0.8 * history[0].val_loss);
    model.dispose();
    expect(memory().numTensors).toBe(before);
    const source = readFileSync(new URL('autoencoder.example.ts', import.meta.url), 'utf8').replace(
      /'[./]+src\/(\w+)\/index\.ts'/g,
      "'dl-project/$1'",
    );
    const page = readFileSync(new URL('../../../docs/training.md', import.meta.url), 'utf8');
    expect(page).toContain(`\`\`\`ts\n${source}\`\`\``);
  });

  test('that does what the trainer does leaves the same weights and logs', async () => {
    const logsAndWeights = async (trainStep?: TrainStep) => {
      const model = tinyModel({ softmax: 'layer' });
      const logs = await new Trainer(model, { ...common, metrics: ['accuracy'], trainStep }).fit(
        pointLoader(64),
        pointLoader(32, { seed: 1 }),
      );
      const weights = model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));
      model.dispose();
      return { logs, weights };
    };
    const own = await logsAndWeights(async ({ inputs, targets, loss, forward, minimize }) => {
      await Promise.resolve();
      return { loss: minimize(() => loss.compute(targets, forward(inputs))), predictions: forward(inputs) };
    });
    const usual = await logsAndWeights();
    expect(Math.max(...usual.weights.map((weight, i) => Math.abs(weight - own.weights[i])))).toBeLessThan(1e-4);
    expect(own.logs.val_loss).toBeCloseTo(usual.logs.val_loss, 4);
    expect(own.logs.accuracy).toBeGreaterThan(0.4);
  });

  test('trains two models against each other, each with an optimizer of its own', async () => {
    const before = memory().numTensors;
    const generator = sequential([layers.dense({ name: 'generator1', inputShape: [4], units: 2 })]);
    const discriminator = sequential([
      layers.dense({ name: 'discriminator1', inputShape: [2], units: 16, activation: 'relu' }),
      layers.dense({ name: 'discriminator2', units: 1 }),
    ]);
    for (const model of [generator, discriminator]) {
      stableWeightNames(model);
      initializeWeights(model, 0);
    }
    generator.setWeights([generator.getWeights()[0], tensor([4, 4])]);
    const optimizer = adam.create({ ...adam.defaults, learningRate: 0.05 });
    const random = new RandomStream(0, 'noise');
    const noise = (count: number) =>
      tensor(
        Float32Array.from({ length: count * 4 }, () => random.normal()),
        [count, 4],
      );
    const centre = () => tidy(() => Math.hypot(...mean(generator.predict(noise(200)) as Tensor, 0).dataSync()));
    const farAway = centre();
    const real = (logits: Tensor) => mean(softplus(neg(logits))) as Scalar;
    const fake = (logits: Tensor) => mean(softplus(logits)) as Scalar;
    const trainer = new Trainer(generator, {
      ...common,
      epochs: 15,
      optimizer: adam.create({ ...adam.defaults, learningRate: 0.05 }),
      monitor: 'loss',
      restoreBestWeights: false,
      trainStep: ({ inputs, batch, forward, minimize }) => {
        const judge = (points: Tensor) => forward(points, discriminator);
        minimize(() => add(real(judge(inputs)), fake(judge(forward(noise(batch.size))))) as Scalar, {
          variables: trainableVariables(discriminator),
          optimizer,
        });
        return minimize(() => real(judge(forward(noise(batch.size)))));
      },
    });
    await trainer.fit(pointLoader(128));
    expect(centre()).toBeLessThan(farAway / 2);
    optimizer.dispose();
    generator.dispose();
    discriminator.dispose();
    expect(memory().numTensors).toBeLessThanOrEqual(before + 5); // the state of the optimizer that was given
  });

  test('must give what the config asks for', async () => {
    const before = memory().numTensors;
    const model = tinyModel();
    const train = (trainStep: TrainStep, metrics: string[] = []) =>
      new Trainer(model, { ...common, metrics, trainStep }).fit(pointLoader(32));
    await expect(train(() => undefined as never)).rejects.toThrow('trainStep returned no loss. Return the loss, or { loss, predictions }.');
    await expect(train(() => 1, ['accuracy'])).rejects.toThrow('training.metrics judges predictions, but trainStep returned none.');
    const odd = sequential([layers.dense({ name: 'odd', inputShape: [2], units: 7 })]);
    const needsTestStep = new Trainer(odd, { ...common, trainStep: () => 1 }).fit(pointLoader(32), pointLoader(32));
    await expect(needsTestStep).rejects.toThrow(/gives outputs \[7\].*testStep/);
    odd.dispose();
    model.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('may log further numbers, as means over the samples', async () => {
    const model = tinyModel();
    const trainer = new Trainer(model, {
      ...common,
      epochs: 1,
      trainStep: ({ batch, targets, inputs, loss, forward, minimize }) => ({
        loss: minimize(() => loss.compute(targets, forward(inputs))),
        logs: { size: batch.size, spread: mean(inputs) as Scalar },
      }),
      testStep: ({ batch }) => ({ loss: 1, logs: { size: batch.size } }),
    });
    const before = memory().numTensors;
    const logs = await trainer.fit(pointLoader(24), pointLoader(20));
    expect(logs).toMatchObject({ size: (16 * 16 + 8 * 8) / 24, val_loss: 1, val_size: (16 * 16 + 4 * 4) / 20, spread: expect.any(Number) });
    expect(memory().numTensors).toBe(before);
    const clash = new Trainer(model, { ...common, trainStep: () => ({ loss: 1, logs: { loss: 2 } }) }).fit(pointLoader(32));
    await expect(clash).rejects.toThrow('A step returned logs with the key loss, which the trainer has itself.');
    model.dispose();
  });

  test('keeps what it logged in the middle of an epoch', () => {
    const batch = { size: 4, inputs: new Float32Array(8), targets: new Int32Array(4) };
    const [interrupted, resumed] = [new RunningLogs([], pointFeatures), new RunningLogs([], pointFeatures)];
    interrupted.update(batch, { loss: 1, predictions: undefined, logs: { kl: 3 } });
    resumed.loadStateDict(JSON.parse(JSON.stringify(interrupted.stateDict())));
    resumed.update({ ...batch, size: 2 }, { loss: 1, predictions: undefined, logs: { kl: 0 } });
    expect(resumed.result('val_')).toEqual({ val_loss: 1, val_kl: 2 });
  });
});
