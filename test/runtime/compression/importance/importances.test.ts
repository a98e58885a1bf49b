import { memory, tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { monkNet } from '../../../../bench/papers/monk-net.ts';
import { monkAccuracy, monkProblem } from '../../../../bench/papers/monk-problems.ts';
import { useBackend } from '../../../../src/backend/use-backend.ts';
import { compressModel } from '../../../../src/compression/compress-model.ts';
import { fineTune } from '../../../../src/compression/fine-tune.ts';
import type { MeasuringContext } from '../../../../src/compression/importance/importance.ts';
import { obd } from '../../../../src/compression/importance/obd.ts';
import { obs } from '../../../../src/compression/importance/obs.ts';
import { pullOf } from '../../../../src/compression/importance/output-curvature.ts';
import { taylor } from '../../../../src/compression/importance/taylor.ts';
import { iterate } from '../../../../src/compression/iterate.ts';
import { pruneWeights } from '../../../../src/compression/prune-weights.ts';
import { prunableWeights } from '../../../../src/compression/weight-pruning/prunable-weights.ts';
import { RandomStream } from '../../../../src/core/random.ts';
import { arrayDataset } from '../../../../src/data/array-dataset.ts';
import { DataLoader } from '../../../../src/data/data-loader.ts';
import type { Dataset } from '../../../../src/data/dataset.ts';
import { layers } from '../../../../src/layers/index.ts';
import { evaluateModel } from '../../../../src/training/evaluate-model.ts';
import { Trainer } from '../../../../src/training/trainer.ts';
import { netOf } from '../small-nets.ts';

let tensors = 0;
beforeAll(() => useBackend());
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

const samples = 24;
const random = new RandomStream(2);
const inputs = Array.from({ length: samples }, () => Array.from({ length: 5 }, () => random.normal()));
const classes: Dataset = arrayDataset({ inputs, targets: inputs.map((_, i) => 'abc'[i % 3]) });

function contextOf(model: LayersModel, dataset: Dataset, batchSize: number): MeasuringContext {
  return {
    model,
    features: dataset.features,
    kernels: prunableWeights(model),
    train: new DataLoader(dataset, { batchSize }),
    training: { loss: 'sparseCategoricalCrossentropy', optimizer: 'adam' },
    random: new RandomStream(0),
  };
}

/** Sets a weight of the layer dense1. */
function set(model: LayersModel, index: number, values: Float32Array): void {
  const weight = model.getLayer('dense1').weights[index];
  tidy(() => void weight.write(tensor(values, weight.shape as number[])));
}

/** dense1 3 with softmax: its second derivatives are known. */
const oneLayer = () => netOf(() => [layers.dense({ inputShape: [5], units: 3 }), layers.softmax()], classes.features);

describe('obd', () => {
  it('estimates the second derivatives: exact ones of a single layer are known', async () => {
    const model = oneLayer();
    const [kernel] = prunableWeights(model);
    const weights = kernel.variable.dataSync().slice() as Float32Array;
    const scores = (await obd.scores(contextOf(model, classes, 4))).get(kernel.name)!;
    const expected = weights.map((weight, i) => {
      const [input, output] = [Math.floor(i / 3), i % 3];
      const curvature = inputs.reduce((sum, values) => {
        const logits = [0, 1, 2].map((o) => values.reduce((part, value, j) => part + Math.fround(value) * weights[j * 3 + o], 0));
        const powers = logits.map(Math.exp);
        const probability = powers[output] / (powers[0] + powers[1] + powers[2]);
        return sum + values[input] ** 2 * probability * (1 - probability);
      }, 0);
      return ((curvature / samples) * weight ** 2) / 2;
    });
    const errors = scores.map((score, i) => Math.abs(score / expected[i] - 1));
    expect(Math.max(...errors)).toBeLessThan(0.4);
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.15);
    model.dispose();
  });

  it('finds what no output depends on', async () => {
    const blind = arrayDataset({
      inputs: inputs.map((values) => values.map((value, i) => (i === 3 ? 0 : value))),
      targets: inputs.map((_, i) => 'abc'[i % 3]),
    });
    const model = oneLayer();
    const scores = (await obd.scores(contextOf(model, blind, 4))).get('dense1/kernel')!;
    expect(Array.from(scores.subarray(9, 12))).toEqual([0, 0, 0]);
    expect(Math.min(...scores.subarray(0, 9))).toBeGreaterThan(0);
    model.dispose();
  });
});

describe('pullOf', () => {
  const outputs = Float32Array.of(0.3, -1, 2);
  const columns = (kind: 'softmax' | 'sigmoid' | 'values') =>
    [0, 1, 2].map((c) =>
      pullOf(
        kind,
        outputs,
        3,
        Float32Array.from([0, 1, 2], (i) => (i === c ? 1 : 0)),
      ),
    );
  const product = (kind: 'softmax' | 'sigmoid' | 'values', i: number, j: number) =>
    columns(kind).reduce((sum, column) => sum + column[i] * column[j], 0);
  const powers = Array.from(outputs, Math.exp);
  const softmax = powers.map((power) => power / powers.reduce((a, b) => a + b));
  const sigmoid = powers.map((power) => power / (1 + power));

  it.each([0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => [i, j])))('is a factor of the second derivatives: entry %i, %i', (i, j) => {
    const same = i === j ? 1 : 0;
    expect(product('softmax', i, j)).toBeCloseTo(softmax[i] * (same - softmax[j]), 6);
    expect(product('sigmoid', i, j)).toBeCloseTo(same * sigmoid[i] * (1 - sigmoid[i]), 6);
    expect(product('values', i, j)).toBe(same);
  });
});

it('taylor is the weight times its gradient, on the average over batches', async () => {
  const model = oneLayer();
  const [kernel] = prunableWeights(model);
  const scores = (await taylor.scores(contextOf(model, classes, samples))).get(kernel.name)!;
  const lossAt = async () => {
    const { logs } = await evaluateModel(model, new DataLoader(classes, { batchSize: samples }), { loss: 'sparseCategoricalCrossentropy' });
    return logs.loss;
  };
  const values = kernel.variable.dataSync().slice() as Float32Array;
  const at = async (i: number, by: number) => {
    set(
      model,
      0,
      values.map((value, j) => (j === i ? value + by : value)),
    );
    return lossAt();
  };
  for (const i of [0, 7, 14]) {
    const gradient = ((await at(i, 0.01)) - (await at(i, -0.01))) / 0.02;
    expect(scores[i] / 128).toBeCloseTo(Math.abs(values[i] * gradient), 3);
  }
  model.dispose();
});

describe('obs', () => {
  it('leaves the least squares of the inputs that are left', async () => {
    const targets = inputs.map((values) => values.reduce((sum, value, i) => sum + value * (i + 1), 0.5) + 0.1 * random.normal());
    const line = arrayDataset({ inputs, targets });
    const model = netOf(() => [layers.dense({ inputShape: [5], units: 1 })], line.features);
    const train = new DataLoader(line, { batchSize: samples });
    await new Trainer(model, {
      epochs: 600,
      loss: 'meanSquaredError',
      optimizer: { name: 'adam', learningRate: 0.05 },
      monitor: 'loss',
    }).fit(train);
    const context = contextOf(model, line, samples);
    const marks = await obs.remove(context, [{ kernels: context.kernels, left: 4 }]);
    expect(Array.from(marks.get('dense1/kernel')!)).toEqual([0, 1, 1, 1, 1]);
    const lossOf = async () => (await evaluateModel(model, train, { loss: 'meanSquaredError' })).logs.loss;
    const after = await lossOf();
    for (const index of [0, 1]) {
      const values = model.getLayer('dense1').weights[index].read().dataSync().slice() as Float32Array;
      for (let i = index === 0 ? 1 : 0; i < values.length; i++) {
        for (const by of [-0.05, 0.05]) {
          set(
            model,
            index,
            values.map((value, j) => (j === i ? value + by : value)),
          );
          expect(await lossOf()).toBeGreaterThan(after - 1e-4);
        }
      }
      set(model, index, values);
    }
    model.dispose();
  });

  it('reduces the net of MONK-1 to a third of its weights without an error', async () => {
    const { train, all } = monkProblem(1);
    const model = monkNet(3, 1e-4, train.features, 101);
    const settings = { loss: 'meanSquaredError', optimizer: { name: 'adam', learningRate: 0.03 }, monitor: 'loss' } as const;
    const positions = Uint32Array.from({ length: 10 * train.length }, (_, i) => i % train.length);
    const data = { train: new DataLoader(train, { batchSize: train.length, positions }) };
    await new Trainer(model, { ...settings, epochs: 25 }).fit(data.train);
    const sizes = [44, 33, 25, 20];
    const recipe = iterate(sizes.length, (round) => [
      pruneWeights({ keep: sizes[round - 1] / 58, scope: 'global', importance: 'obs' }),
      fineTune({ epochs: 5 }),
    ]);
    const result = await compressModel({ model, features: train.features }, recipe, { ...settings, data });
    expect(result.rows.map(({ weightsKept }) => weightsKept)).toEqual([58, ...sizes.flatMap((size) => [size, size])]);
    expect(await monkAccuracy(result.model, all)).toBe(100);
    result.model.dispose();
    model.dispose();
  });
});
