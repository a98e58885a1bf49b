import { memory } from '@tensorflow/tfjs-core';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { buildModel } from '../../../src/checkpoint/load-checkpoint.ts';
import { loadWeightsInto, readWeights } from '../../../src/checkpoint/model-weights.ts';
import { dependencyGraph } from '../../../src/compression/dependency-graph.ts';
import { removeUnits } from '../../../src/compression/units/remove-units.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { functional, type Layer, layers, through } from '../../../src/layers/index.ts';
import { createModel } from '../../../src/models/create-model.ts';
import { defineModel } from '../../../src/models/define-model.ts';
import { features, outputsOf } from './small-nets.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

const channels = (value: SymbolicTensor) => value.shape[value.shape.length - 1] as number;
const side = (value: SymbolicTensor) => value.shape[1] as number;
const conv = (filters: number, kernelSize = 1) => layers.conv2d({ filters, kernelSize, padding: 'same' });

/** Ways from a picture to a picture; a number chooses among what a way leaves open. */
const ways: Record<string, (value: SymbolicTensor, choice: number) => SymbolicTensor> = {
  convolution: (value, choice) => through(value, conv(2 + choice, 3), layers.reLU()),
  normalization: (value) => through(value, layers.batchNormalization(), layers.activation({ activation: 'tanh' })),
  depthwise: (value, choice) =>
    through(value, layers.depthwiseConv2d({ kernelSize: 2, padding: 'same', depthMultiplier: 1 + (choice % 2) })),
  separable: (value, choice) => through(value, layers.separableConv2d({ filters: 2 + choice, kernelSize: 2, padding: 'same' })),
  transposed: (value, choice) => through(value, layers.conv2dTranspose({ filters: 2 + choice, kernelSize: 2, padding: 'same' })),
  pooling: (value) => (side(value) > 2 ? through(value, layers.maxPooling2d({ poolSize: 2 })) : through(value, layers.prelu())),
  padding: (value) => (side(value) < 8 ? through(value, layers.zeroPadding2d(), layers.leakyReLU({})) : value),
  residual: (value) => through([value, through(value, conv(channels(value), 3), layers.batchNormalization())], layers.add()),
  maximum: (value) => through([through(value, conv(3)), through(value, conv(3), layers.reLU())], layers.maximum()),
  branches: (value, choice) => through([value, through(value, conv(1 + choice)), through(value, layers.reLU())], layers.concatenate()),
  rows: (value, choice) =>
    through([through(value, conv(2 + choice)), through(value, conv(2 + choice, 3))], layers.concatenate({ axis: 1 })),
  split(value, choice) {
    const joined = through([through(value, conv(2)), through(value, conv(1 + choice))], layers.concatenate());
    return through([joined, through(value, conv(3 + choice))], layers.average());
  },
  gate(value) {
    const gate = through(value, layers.globalAveragePooling2d({}), layers.dense({ units: channels(value), activation: 'sigmoid' }));
    return through([value, through(gate, layers.reshape({ targetShape: [1, 1, channels(value)] }))], layers.multiply());
  },
  turned: (value) => through(value, layers.permute({ dims: [2, 1, 3] })),
  mixed: (value) => through(value, layers.layerNormalization()),
  instance: (value) => through(value, layers.groupNormalization({ groups: -1 })),
  grouped: (value) => through(value, layers.groupNormalization({ groups: 1 })),
  list: (value, choice) =>
    through(
      value,
      layers.reshape({ targetShape: [side(value) * (value.shape[2] as number), channels(value)] }),
      layers.conv1d({ filters: 2 + choice, kernelSize: 1 }),
      layers.reshape({ targetShape: [side(value), value.shape[2] as number, 2 + choice] }),
    ),
  dense(value, choice) {
    const units = 4 * (1 + choice);
    return through(
      value,
      layers.flatten(),
      layers.dense({ units, activation: 'elu' }),
      layers.reshape({ targetShape: [2, 2, 1 + choice] }),
    );
  },
  inner(value, choice) {
    const inner = functional(value.shape.slice(1) as number[], (from) => through(from, conv(2 + choice), layers.reLU()));
    return through(value, inner as unknown as Layer);
  },
};

const end = { flat: () => [layers.flatten()], pooled: () => [layers.globalMaxPooling2d({})] };

type Plan = { steps: [string, number][]; end: keyof typeof end; seed: number };
const plans: fc.Arbitrary<Plan> = fc.record({
  steps: fc.array(fc.tuple(fc.constantFrom(...Object.keys(ways)), fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 6 }),
  end: fc.constantFrom(...(Object.keys(end) as (keyof typeof end)[])),
  seed: fc.integer({ min: 0, max: 1000 }),
});

/** A model along the ways of a plan, with weights of every kind drawn anew. */
async function modelOf({ steps, end: last, seed }: Plan): Promise<LayersModel> {
  const build = () =>
    functional([4, 4, 1], (input) => {
      const value = steps.reduce((from, [way, choice]) => ways[way](from, choice), through(input, conv(4)));
      return through(value, ...end[last](), layers.dense({ units: 5 }), layers.batchNormalization(), layers.dense({ units: 3 }));
    });
  const model = createModel(defineModel({ name: 'net', defaults: {}, build }), {}, { ...features, inputShape: [4, 4, 1] }, seed);
  const random = new RandomStream(seed);
  const draw = (name: string) => (name.endsWith('variance') ? 0.5 + random.uniform() : random.uniform() - 0.5);
  const weights = new Map(
    Array.from(await readWeights(model), ([name, { shape, values }]) => [name, { shape, values: values.map(() => draw(name)) }] as const),
  );
  loadWeightsInto(model, { weights });
  return model;
}

it('removing units changes no output of a net in which nothing reads them, whatever its branches', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const model = await modelOf(plan);
      const graph = dependencyGraph(model);
      const random = new RandomStream(plan.seed, 'removed');
      const removed = new Set(graph.groups.flatMap(({ units }) => units.slice(1).filter(() => random.uniform() < 0.5)));
      const weights = new Map(await readWeights(model));
      for (const { weight, axis, units } of graph.axes.filter(({ role }) => role === 'reads')) {
        const { shape, values } = weights.get(weight)!;
        const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
        weights.set(weight, {
          shape,
          values: values.map((value, i) => (removed.has(units[Math.floor(i / inner) % units.length]) ? 0 : value)),
        });
      }
      loadWeightsInto(model, { weights });
      const before = await outputsOf(model, [4, 4, 1]);
      const changed = removeUnits(model, await readWeights(model), graph, removed);
      const smaller = await buildModel(changed.topology, changed.weights);
      const after = await outputsOf(smaller, [4, 4, 1]);
      const largest = Math.max(1, ...before.map(Math.abs));
      before.forEach((value, i) => void expect(Math.abs(value - after[i]) / largest).toBeLessThan(1e-5));
      expect(smaller.countParams()).toBeLessThanOrEqual(model.countParams());
      model.dispose();
      smaller.dispose();
    }),
    { numRuns: 60, seed: 6 },
  );
});
