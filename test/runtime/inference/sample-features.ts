import type { Features } from '../../../src/data/features.ts';
import type { ModelFeatures } from '../../../src/inference/model-features.ts';

/** The engine checks `Features` itself; the two types must stay the same. */
const asModelFeatures = (features: Features): ModelFeatures => features;
const asFeatures = (features: ModelFeatures): Features => features;
export const flowers: Features = asFeatures(
  asModelFeatures({
    task: 'classification',
    inputShape: [4],
    outputs: 2,
    outputNames: ['daisy', 'rose'],
    preprocessing: {
      kind: 'columns',
      columns: [
        { name: 'height', kind: 'number', mean: 10, deviation: 2 },
        { name: 'colour', kind: 'category', categories: ['red', 'white', '7'] },
      ],
    },
  }),
);
export const prices: Features = {
  task: 'regression',
  inputShape: [1],
  outputs: 1,
  outputNames: ['price'],
  preprocessing: { kind: 'columns', columns: [{ name: 'area', kind: 'number', mean: 0, deviation: 1 }] },
  targetScaling: { mean: 1000, deviation: 100 },
};
