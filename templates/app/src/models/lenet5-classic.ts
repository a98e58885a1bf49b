import { layers, sequential } from 'dl-project/layers';
import { defineModel } from 'dl-project/models';

/** LeNet-5 in its original size (LeCun et al., 1998), with ReLU and max pooling: 44,426 weights on 28x28 images. */
export const lenet5Classic = defineModel({
  name: 'lenet5-classic',
  defaults: { filters: [6, 16], units: [120, 84] },
  build: ({ inputShape, outputs }, { filters, units }) =>
    sequential([
      layers.conv2d({ name: 'conv1', inputShape, filters: filters[0], kernelSize: 5 }),
      layers.maxPooling2d({ name: 'pool1', poolSize: 2 }),
      layers.reLU({ name: 'relu1' }),
      layers.conv2d({ name: 'conv2', filters: filters[1], kernelSize: 5 }),
      layers.maxPooling2d({ name: 'pool2', poolSize: 2 }),
      layers.reLU({ name: 'relu2' }),
      layers.flatten({ name: 'flatten' }),
      layers.dense({ name: 'dense1', units: units[0], activation: 'relu' }),
      layers.dense({ name: 'dense2', units: units[1], activation: 'relu' }),
      layers.dense({ name: 'dense3', units: outputs }),
      layers.softmax({ name: 'softmax' }),
    ]),
});
