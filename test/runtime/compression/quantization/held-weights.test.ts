import { memory, sub, type Tensor, tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { useBackend } from '../../../../src/backend/use-backend.ts';
import { clustersOf, type HeldWeight, roundWeights } from '../../../../src/compression/quantization/held-weights.ts';
import { roundToGrid } from '../../../../src/compression/quantization/weight-grid.ts';
import { RandomStream } from '../../../../src/core/random.ts';
import { layers } from '../../../../src/layers/index.ts';
import { variableOf } from '../../../../src/layers/stable-weight-names.ts';
import { resolveOptimizer } from '../../../../src/training/resolve-parts.ts';
import { features, netOf } from '../small-nets.ts';

let tensors = 0;
beforeAll(() => useBackend());
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

const grid = { bits: 4, axis: 1 } as const;
const oneLayer = () => netOf(() => [layers.dense({ inputShape: [6], units: 3, useBias: false })], { ...features, inputShape: [6] });

it.each(['sgd', { name: 'sgd', momentum: 0.9 }, { name: 'sgd', momentum: 0.9, nesterov: true }, 'rmsprop', 'adam', 'adagrad', 'lion'])(
  'is the straight-through estimator with %j: steps add up in the exact weights',
  (part) => {
    const settings = { learningRate: 0.01, ...(typeof part === 'string' ? { name: part } : part) };
    const goal = tidy(() =>
      variable(
        tensor(
          Array.from({ length: 18 }, (_, i) => Math.sin(i)),
          [6, 3],
        ),
      ),
    );
    const model = oneLayer();
    const kernel = variableOf(model.weights[0]);
    const shape = [6, 3];
    const exact = new Float32Array(kernel.dataSync());
    const held = new Map<string, HeldWeight>([['dense1/kernel', { shape, exact, rounded: exact.slice(), clusters: undefined }]]);
    const round = (_: string, weight: { shape: readonly number[]; values: Float32Array }) => roundToGrid(weight, grid);
    // The same with two weights: the optimizer steps the exact one by the gradient at the rounded one.
    const master = tidy(() => variable(tensor(exact.slice(), [6, 3]), true, 'master')) as Variable;
    const [ours, theirs] = [resolveOptimizer(settings)(), resolveOptimizer(settings)()];

    roundWeights(model, held, round);
    for (let step = 1; step <= 30; step++) {
      tidy(() => {
        ours.optimizer.applyGradients([kernel], { [kernel.name]: sub(kernel, goal) });
        const rounded = tensor(roundToGrid({ shape, values: master.dataSync() as Float32Array }, grid), [6, 3]);
        theirs.optimizer.applyGradients([master], { master: sub(rounded as Tensor, goal) });
      });
      roundWeights(model, held, round);
      const apart = exact.map((value, i) => Math.abs(value - master.dataSync()[i]));
      expect(Math.max(...apart)).toBeLessThan(2e-6);
    }
    for (const one of [ours, theirs]) one.release();
    for (const one of [goal, master, model]) one.dispose();
  },
);

it('moves equal weights together, and leaves zeros at 0', () => {
  const model = oneLayer();
  const kernel = variableOf(model.weights[0]);
  const values = Float32Array.from({ length: 18 }, (_, i) => [0, 0.5, -0.25][i % 3]);
  const held = new Map([['dense1/kernel', { shape: [6, 3], exact: values.slice(), rounded: values, clusters: clustersOf(values) }]]);
  const random = new RandomStream(1);
  tidy(() =>
    kernel.assign(
      tensor(
        values.map((value) => value + 0.1 * random.uniform()),
        [6, 3],
      ),
    ),
  );
  roundWeights(model, held, (_, weight) => roundToGrid(weight, { bits: 8, axis: undefined }));
  const result = Array.from(kernel.dataSync());
  expect(new Set(result).size).toBe(3);
  expect(result[0]).toBe(0);
  expect(result[1]).toBeGreaterThan(0.5);
  model.dispose();
});
