import { memory, type NamedTensorMap, tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { type DistillOptions, distill } from '../../../src/compression/distill.ts';
import { fineTune, holdTechniques } from '../../../src/compression/fine-tune.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { pruneWeights } from '../../../src/compression/prune-weights.ts';
import { kernelsOf } from '../../../src/compression/surgery/kernels-of.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { DataLoader } from '../../../src/data/data-loader.ts';
import type { Dataset } from '../../../src/data/dataset.ts';
import type { Features } from '../../../src/data/features.ts';
import { layers } from '../../../src/layers/index.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { data, features, netOf, smallConvNet, training } from './small-nets.ts';

let tensors = 0;
beforeAll(() => useBackend());
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** Four rows of three columns. */
function rowsOf(task: Features['task'], outputs: number): Dataset {
  const random = new RandomStream(7);
  const inputs = Float32Array.from({ length: 12 }, () => random.uniform(-1, 1));
  const numbers = Float32Array.from({ length: 4 * outputs }, (_, i) => (task === 'classification' ? i % 2 : random.uniform(-1, 1)));
  const outputNames = Array.from({ length: task === 'classification' ? Math.max(2, outputs) : outputs }, (_, i) => `c${i}`);
  return {
    length: 4,
    features: { task, inputShape: [3], outputs, outputNames, preprocessing: { kind: 'scale', scale: 1, offset: 0 } },
    get: () => ({ size: 4, inputs, targets: task === 'classification' ? Int32Array.from([0, 1, 1, 0]) : numbers }),
  };
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softmax = (z: readonly number[]) => z.map((one) => Math.exp(one) / sum(z.map(Math.exp)));

/** What a dense layer gives, in float64. */
function dense(weights: readonly Float64Array[], inputs: Float32Array, row: number, outputs: number): number[] {
  const [kernel, bias] = weights;
  return Array.from({ length: outputs }, (_, o) => bias[o] + sum([0, 1, 2].map((i) => inputs[3 * row + i] * kernel[i * outputs + o])));
}

const endings = {
  softmax: { task: 'classification', outputs: 3, loss: 'sparseCategoricalCrossentropy' },
  'softmax, of which the loss sees probabilities only': { task: 'classification', outputs: 3, loss: 'meanSquaredError' },
  sigmoid: { task: 'classification', outputs: 1, loss: 'binaryCrossentropy' },
  linear: { task: 'regression', outputs: 2, loss: 'meanSquaredError' },
} as const;

describe('distill', () => {
  it.each(
    Object.entries(endings).flatMap(([name, ending]) => [
      [name, ending, { temperature: 3, weight: 0.7 }] as const,
      [name, ending, { temperature: 1, weight: 1 }] as const,
    ]),
  )('has the gradients of its formula: %s %j %j', async (name, { task, outputs, loss }, options: DistillOptions) => {
    const { temperature = 4, weight = 0.5 } = options;
    const kind = name.split(',')[0] as 'softmax' | 'sigmoid' | 'linear';
    if (name.includes(',') && weight < 1) return; // the loss of its own is not the formula's business
    const dataset = rowsOf(task, outputs);
    const build = () => netOf(() => [layers.dense({ inputShape: [3], units: outputs, activation: kind })], dataset.features);
    const [teacher, student] = [build(), build()];
    const random = new RandomStream(1);
    for (const weightOf of [...teacher.weights, ...student.weights]) {
      const value = tensor(
        Float32Array.from({ length: weightOf.shape.reduce<number>((a, b) => a * (b ?? 1), 1) }, () => random.uniform(-1, 1)),
        weightOf.shape as number[],
      );
      weightOf.write(value);
      value.dispose();
    }
    const read = (model: LayersModel) => model.weights.map((one) => Float64Array.from(one.read().dataSync()));
    const [taught, own] = [read(teacher), read(student)];

    const { inputs, targets } = dataset.get([0, 1, 2, 3]) as { inputs: Float32Array; targets: ArrayLike<number> };
    /** The formula, in float64. */
    const formula = (weights: readonly Float64Array[]) => {
      const each = [0, 1, 2, 3].map((row) => {
        const [t, s] = [taught, weights].map((one) => dense(one, inputs, row, outputs));
        if (kind === 'linear') {
          const hard = sum(s.map((value, o) => (value - targets[row * outputs + o]) ** 2)) / outputs;
          return (1 - weight) * hard + (weight * sum(s.map((value, o) => (value - t[o]) ** 2))) / outputs;
        }
        if (kind === 'sigmoid') {
          const cross = (p: number, q: number) => -p * Math.log(q) - (1 - p) * Math.log(1 - q);
          const soft = cross(sigmoid(t[0] / temperature), sigmoid(s[0] / temperature));
          return (1 - weight) * cross(targets[row], sigmoid(s[0])) + weight * temperature ** 2 * soft;
        }
        const softTargets = softmax(t.map((value) => value / temperature));
        const soft = -sum(softmax(s.map((value) => value / temperature)).map((q, o) => softTargets[o] * Math.log(q)));
        return (1 - weight) * -Math.log(softmax(s)[targets[row]]) + weight * temperature ** 2 * soft;
      });
      return sum(each) / 4;
    };

    let gradients: Float32Array[] = [];
    const technique = distill(options);
    const context = { model: student, original: teacher, features: dataset.features, random, note() {} };
    const active = { technique, state: await technique.init!(context), step: 0 };
    const capture = {
      name: 'capture',
      onGradients(_: unknown, given: NamedTensorMap) {
        gradients = student.weights.map(({ originalName }) => given[originalName].dataSync() as Float32Array);
        return given;
      },
    };
    await new Trainer(student, {
      epochs: 1,
      loss,
      optimizer: 'sgd',
      callbacks: [holdTechniques([active], context), capture],
      restoreBestWeights: false,
    }).fit(new DataLoader(dataset, { batchSize: 4 }));
    own.forEach((weights, w) => {
      weights.forEach((value, i) => {
        const at = (changed: number) => formula(own.map((one, k) => (k === w ? one.with(i, changed) : one)));
        expect(gradients[w][i]).toBeCloseTo((at(value + 1e-5) - at(value - 1e-5)) / 2e-5, 4);
      });
    });
    teacher.dispose();
    student.dispose();
  });

  describe('in a recipe', () => {
    let model: LayersModel;
    beforeAll(async () => {
      model = smallConvNet();
      await new Trainer(model, { ...training, epochs: 5 }).fit(data.train, data.validation);
    });
    afterAll(() => model.dispose());
    const compress = async (...steps: Parameters<typeof pipeline>[0]) => {
      const result = await compressModel({ model, features }, pipeline(steps), { ...training, data });
      const values = kernelsOf(result.model).map(({ variable }) => variable.dataSync() as Float32Array);
      result.model.dispose();
      return { ...result, values };
    };

    it('teaches the steps that train behind it, and what others hold stays held', async () => {
      const held = await compress(pruneWeights({ keep: 0.3 }), distill({ weight: 1 }), fineTune({ epochs: 4 }));
      const plain = await compress(pruneWeights({ keep: 0.3 }), fineTune({ epochs: 4 }));
      expect(held.rows.at(-1)!.weightsKept).toBe(plain.rows.at(-1)!.weightsKept);
      expect(held.rows.at(-1)!.value).toBeGreaterThan(held.rows[1].value);
      expect(held.values).not.toEqual(plain.values);
    });

    it('without weight changes nothing', async () => {
      const [with0, without] = [await compress(distill({ weight: 0 }), fineTune({ epochs: 1 })), await compress(fineTune({ epochs: 1 }))];
      for (const [i, values] of with0.values.entries())
        for (const [j, value] of values.entries()) expect(value).toBeCloseTo(without.values[i][j], 4);
    });

    it.each<[string, Parameters<typeof pipeline>[0], string]>([
      [
        'no step that trains behind it',
        [fineTune({ epochs: 1 }), distill()],
        'distill teaches the steps behind it that train, and there is none',
      ],
      ['two teachers', [distill(), distill(), fineTune({ epochs: 1 })], 'The recipe has distill twice'],
      [
        'a temperature of 0',
        [distill({ temperature: 0 }), fineTune({ epochs: 1 })],
        'distill temperature is 0; it must be a number above 0.',
      ],
      ['a weight above 1', [distill({ weight: 2 }), fineTune({ epochs: 1 })], 'distill weight is 2; it must be from 0 to 1.'],
    ])('refuses %s', async (_, steps, message) => {
      await expect(compress(...steps)).rejects.toThrow(message);
    });
  });
});

it('a trainStep of one’s own does not go with a callback that changes the loss', async () => {
  const model = smallConvNet();
  const trainer = new Trainer(model, {
    ...training,
    epochs: 1,
    trainStep: () => 0,
    callbacks: [{ name: 'x', onLoss: (_, { loss }) => loss }],
  });
  await expect(trainer.fit(data.train)).rejects.toThrow('a callback with onLoss (distillation) does not go with it');
  model.dispose();
});
