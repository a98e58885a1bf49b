import { memory } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { type PruneUnitsOptions, pruneUnits } from '../../../src/compression/prune-units.ts';
import { RandomStream } from '../../../src/core/random.ts';
import type { Features } from '../../../src/data/features.ts';
import { layers } from '../../../src/layers/index.ts';
import { pruned } from './pruned-units.ts';
import { features, netOf, smallBranchedNet, smallConvNet } from './small-nets.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

const row: Features = { ...features, inputShape: [5] };

describe('refuses', () => {
  const cases: [string, () => LayersModel, PruneUnitsOptions, string | RegExp][] = [
    [
      'a ratio of 1',
      smallConvNet,
      { ratio: 1 },
      'pruneUnits ratio is 1 for conv1; it is the share that is removed, at least 0 and below 1.',
    ],
    ['a ratio that empties a layer', smallConvNet, { ratio: 0.95 }, 'pruneUnits ratio 0.95 would leave none of the 8 units of conv1'],
    [
      'the last layer',
      smallConvNet,
      { ratio: { dense2: 0.5 } },
      "pruneUnits cannot remove units of dense2: they are the model's outputs. Units of these can be removed: conv1, conv2, dense1.",
    ],
    [
      'a layer that is not there',
      smallConvNet,
      { ratio: { dense9: 0.5 } },
      'pruneUnits ratio names "dense9", but the model has no such layer.',
    ],
    [
      'an unknown importance',
      smallConvNet,
      { ratio: 0.5, importance: 'l3' as 'l1' },
      `importance is "l3"; allowed are 'l1', 'l2', 'taylor'`,
    ],
    ['half a roundTo', smallConvNet, { ratio: 0.5, roundTo: 0.5 }, 'roundTo is 0.5'],
    [
      'two ratios for units that go together',
      smallBranchedNet,
      { ratio: { conv1: 0.5, conv3: 0.25 } },
      'pruneUnits ratio is 0.5 for conv1 and 0.25 for conv3, but their units go together: give both the same, or name one of them.',
    ],
    [
      'a target that is too small',
      smallBranchedNet,
      { target: { macs: 0.001 } },
      /^pruneUnits target macs 0\.001 cannot be reached: \d+\.\d % stay at the most that maxRatio and roundTo let go\./,
    ],
    [
      'more units than may go',
      smallBranchedNet,
      { ratio: 0.95, scope: 'global' },
      'pruneUnits ratio 0.95 asks for 51 of 54 units, but maxRatio and roundTo let 46 go',
    ],
    [
      'BatchNorm scales where there are none',
      smallBranchedNet,
      { ratio: { conv4: 0.5 }, importance: 'batchNormScale' },
      'pruneUnits cannot remove units of conv4: no BatchNorm with scales ranks them. Units of these can be removed: conv1, conv3, conv6.',
    ],
    [
      'apoz without a ReLU',
      () =>
        netOf(() => [layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }), layers.flatten(), layers.dense({ units: 3 })]),
      { ratio: 0.5, importance: 'apoz', batches: 1 },
      "pruneUnits importance 'apoz' cannot rank the units of conv1: none of them is ever 0",
    ],
    [
      'one layer only',
      () => netOf(() => [layers.dense({ inputShape: [5], units: 3 })], row),
      { ratio: 0.5 },
      "pruneUnits finds no units that can be removed. dense1: they are the model's outputs. Use pruneWeights for this model.",
    ],
    [
      'a model of which all units are lost',
      () =>
        netOf(() => [
          layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }),
          layers.permute({ dims: [3, 1, 2] }),
          layers.flatten(),
          layers.dense({ units: 3 }),
        ]),
      { ratio: 0.5 },
      "conv1: permute1 (Permute) moves them to another axis; dense1: they are the model's outputs.",
    ],
  ];
  it.each(cases)('%s', async (_, build, options, message) => {
    const model = build();
    await expect(pruned(model, options)).rejects.toThrow(message);
    model.dispose();
  });

  it('to guess importances without data', () => {
    const model = smallConvNet();
    const technique = pruneUnits({ ratio: 0.5, importance: 'taylor' });
    const context = { model, features, random: new RandomStream(0), note: () => {} };
    expect(() => technique.check!(context, { steps: [technique], index: 0 })).toThrow("importance 'taylor' needs training data and a loss");
    model.dispose();
  });
});
