import { dispose, memory, type Tensor, tensor, tidy, variable } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { fineTune } from '../../../src/compression/fine-tune.ts';
import { fisher, gatherSquares } from '../../../src/compression/importance/fisher.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { pruneWeights } from '../../../src/compression/prune-weights.ts';
import { polynomialDecay } from '../../../src/compression/weight-pruning/sparsity-schedule.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { data, features, smallConvNet, training } from './small-nets.ts';

let tensors = 0;
beforeAll(useBackend as never);
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

it('lets a small weight that the loss feels go after a large one that it does not', () => {
  const kernel = tidy(() => variable(tensor([4, -1, 0, 2], [2, 2])));
  const squaredGradients = new Map<string, Tensor>();
  for (const scale of [1, 3]) {
    tidy(() => gatherSquares(squaredGradients, { 'dense1/kernel': tensor([0, scale, 5, scale], [2, 2]), 'dense1/bias': tensor([1, 1]) }));
  }
  const kernels = [{ layer: 'dense1', name: 'dense1/kernel', size: 4, variable: kernel }];
  const scores = fisher.scores({ kernels, squaredGradients, random: new RandomStream(0) }).get('dense1/kernel')!;
  const root = Math.sqrt(0.001 * (0.999 * 1 + 9));
  [0, root, 0, 2 * root].forEach((score, i) => void expect(scores[i]).toBeCloseTo(score, 6));
  expect(fisher.scores({ kernels, squaredGradients: new Map(), random: new RandomStream(0) }).get('dense1/kernel')).toEqual(
    Float32Array.of(4, 1, 0, 2),
  );
  expect([...squaredGradients.keys()]).toEqual(['dense1/kernel']);
  dispose([kernel, ...squaredGradients.values()]);
});

it('prunes along a schedule to exactly its share, and otherwise than by magnitude', async () => {
  const model = smallConvNet();
  const prune = async (importance: 'fisher' | 'magnitude') => {
    const steps = [
      pruneWeights({ keep: 0.2, importance, schedule: polynomialDecay({ endStep: 20, frequency: 4 }) }),
      fineTune({ epochs: 2 }),
    ];
    const result = await compressModel({ model, features }, pipeline(steps), { ...training, data });
    const weights = (await readWeights(result.model)).get('dense1/kernel')!.values;
    result.model.dispose();
    return Array.from(weights, (value) => value !== 0);
  };
  const [byFisher, byMagnitude] = [await prune('fisher'), await prune('magnitude')];
  expect(byFisher.filter(Boolean)).toHaveLength(230);
  expect(byFisher).not.toEqual(byMagnitude);
  model.dispose();
});

it('keeps what it gathered in the saved state', async () => {
  const model = smallConvNet();
  const technique = pruneWeights({ keep: 0.5, importance: 'fisher', schedule: polynomialDecay({ endStep: 20 }) });
  const context = { model, features, random: new RandomStream(0), note: () => {} };
  const state = await technique.init!(context);
  tidy(() => void technique.gradients!(state, { 'dense2/kernel': tensor(new Float32Array(72).fill(2), [24, 3]) }, model));
  const saved = technique.saveState!(state);
  expect([...saved.keys()].at(-1)).toBe('squaredGradients:dense2/kernel');
  const loaded = technique.loadState!(saved, context);
  expect(technique.saveState!(loaded)).toEqual(saved);
  technique.dispose!(state);
  technique.dispose!(loaded);
  model.dispose();
});

it('refuses to go without a schedule', async () => {
  const model = smallConvNet();
  const technique = pruneWeights({ keep: 0.5, importance: 'fisher' });
  await expect(compressModel({ model, features }, technique, { ...training, data })).rejects.toThrow(
    "pruneWeights takes no importance 'fisher' without a schedule: it looks at the gradients of the training.",
  );
  model.dispose();
});
