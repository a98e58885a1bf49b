import { layers, sequential } from 'dl-project/layers';
import { defineModel } from 'dl-project/models';

/** LeNet-300-100 (LeCun et al., 1998), the dense net of the pruning papers: 266,610 weights on 28x28 images. */
export const lenet300100 = defineModel({
  name: 'lenet-300-100',
  defaults: { hidden: [300, 100] },
  build: ({ inputShape, outputs }, { hidden }) =>
    sequential([
      layers.flatten({ name: 'flatten', inputShape }),
      ...hidden.map((units, i) => layers.dense({ name: `dense${i + 1}`, units, activation: 'relu' })),
      layers.dense({ name: `dense${hidden.length + 1}`, units: outputs }),
      layers.softmax({ name: 'softmax' }),
    ]),
});
