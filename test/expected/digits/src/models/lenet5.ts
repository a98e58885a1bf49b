import { layers, sequential } from 'dl-project/layers';
import { defineModel } from 'dl-project/models';

/** LeNet-5 as Caffe and the pruning papers have it (LeCun et al., 1998): 431,080 weights on 28x28 images. */
export const lenet5 = defineModel({
  name: 'lenet5',
  defaults: { filters: [20, 50], units: 500 },
  build: ({ inputShape, outputs }, { filters, units }) =>
    sequential([
      layers.conv2d({ name: 'conv1', inputShape, filters: filters[0], kernelSize: 5 }),
      layers.maxPooling2d({ name: 'pool1', poolSize: 2 }),
      layers.conv2d({ name: 'conv2', filters: filters[1], kernelSize: 5 }),
      layers.maxPooling2d({ name: 'pool2', poolSize: 2 }),
      layers.flatten({ name: 'flatten' }),
      layers.dense({ name: 'dense1', units, activation: 'relu' }),
      layers.dense({ name: 'dense2', units: outputs }),
      layers.softmax({ name: 'softmax' }),
    ]),
});
