import { type ActivationName, type InitializerName, layerOptions, layers, maxNorm, sequential } from 'dl-project/layers';
import { defineModel } from 'dl-project/models';

/** A multilayer perceptron for table rows and (flattened) images: dense layers, with dropout and a limit to their weights on request. */
export const mlp = defineModel({
  name: 'mlp',
  defaults: {
    hidden: [128, 64],
    activation: 'relu' as ActivationName,
    kernelInitializer: 'glorotNormal' as InitializerName,
    dropout: 0,
    maxNorm: 0,
  },
  schema: layerOptions,
  build({ task, inputShape, outputs }, { hidden, activation, kernelInitializer, dropout, maxNorm: limit }) {
    const kernelConstraint = maxNorm(limit);
    return sequential([
      layers.inputLayer({ name: 'input', inputShape }),
      ...(inputShape.length > 1 ? [layers.flatten({ name: 'flatten' })] : []),
      ...hidden.flatMap((units, i) => [
        layers.dense({ name: `dense${i + 1}`, units, activation, kernelInitializer, kernelConstraint }),
        ...(dropout > 0 ? [layers.dropout({ name: `dropout${i + 1}`, rate: dropout })] : []),
      ]),
      layers.dense({ name: `dense${hidden.length + 1}`, units: outputs, kernelInitializer }),
      ...(task === 'classification' ? [layers.softmax({ name: 'softmax' })] : []),
    ]);
  },
});
