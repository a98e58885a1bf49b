import { layers, sequential } from 'dl-project/layers';
import { defineModel } from 'dl-project/models';

/** A small VGG (Simonyan and Zisserman, 2015) with batch normalization: 815,466 weights on 32x32x3 images. */
export const vggSmall = defineModel({
  name: 'vgg-small',
  defaults: { filters: [32, 64, 128], units: 256 },
  build: ({ inputShape, outputs }, { filters, units }) => {
    const normalized = (count: number) => [
      layers.conv2d({ filters: count, kernelSize: 3, padding: 'same', useBias: false, kernelInitializer: 'heNormal' }),
      layers.batchNormalization({ momentum: 0.9 }),
      layers.reLU({}),
    ];
    return sequential([
      layers.inputLayer({ name: 'input', inputShape }),
      ...filters.flatMap((count) => [...normalized(count), ...normalized(count), layers.maxPooling2d({ poolSize: 2 })]),
      layers.flatten(),
      layers.dense({ units, activation: 'relu' }),
      layers.dense({ units: outputs }),
      layers.softmax({ name: 'softmax' }),
    ]);
  },
});
