import { layers, sequential } from 'dl-project/layers';
import { defineModel } from 'dl-project/models';

/** A multilayer perceptron: dense layers with ReLU between them, for table rows and (flattened) images. */
export const mlp = defineModel({
  name: 'mlp',
  defaults: { hidden: [128, 64], dropout: 0 },
  build: ({ task, inputShape, outputs }, { hidden, dropout }) =>
    sequential([
      layers.inputLayer({ name: 'input', inputShape }),
      ...(inputShape.length > 1 ? [layers.flatten({ name: 'flatten' })] : []),
      ...hidden.flatMap((units, i) => [
        layers.dense({ name: `dense${i + 1}`, units, activation: 'relu' }),
        ...(dropout > 0 ? [layers.dropout({ name: `dropout${i + 1}`, rate: dropout })] : []),
      ]),
      layers.dense({ name: `dense${hidden.length + 1}`, units: outputs }),
      ...(task === 'classification' ? [layers.softmax({ name: 'softmax' })] : []),
    ]),
});
