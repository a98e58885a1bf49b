import { functional, layers, through } from 'dl-project/layers';
import { defineModel } from 'dl-project/models';

/** ResNet for small images (He et al., 2016, section 4.2), 1x1 convolutions where blocks widen: 273,530 weights at depth 20 on 32x32x3 images. */
export const resnet = defineModel({
  name: 'resnet',
  defaults: { depth: 20, filters: 16 },
  build: ({ inputShape, outputs }, { depth, filters }) =>
    functional(inputShape, (images) => {
      const convolution = (count: number, kernelSize: number, strides: number) =>
        layers.conv2d({ filters: count, kernelSize, strides, padding: 'same', useBias: false, kernelInitializer: 'heNormal' });
      const normalized = (count: number, strides: number) => [convolution(count, 3, strides), layers.batchNormalization({})];
      let value = through(images, ...normalized(filters, 1), layers.reLU({}));
      // Three stages of (depth - 2) / 6 blocks; each halves the image and doubles the channels of the one before.
      for (const stage of [0, 1, 2]) {
        const count = filters * 2 ** stage;
        for (let block = 0; block < (depth - 2) / 6; block++) {
          const widens = stage > 0 && block === 0;
          const inner = through(value, ...normalized(count, widens ? 2 : 1), layers.reLU({}), ...normalized(count, 1));
          const shortcut = widens ? through(value, convolution(count, 1, 2)) : value;
          value = through([inner, shortcut], layers.add(), layers.reLU({}));
        }
      }
      return through(value, layers.globalAveragePooling2d({}), layers.dense({ units: outputs }), layers.softmax({ name: 'softmax' }));
    }),
});
