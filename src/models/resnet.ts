import { convBnRelu } from '../layers/blocks/conv-bn-relu.ts';
import { residual } from '../layers/blocks/residual.ts';
import { functional, through } from '../layers/functional.ts';
import { layers } from '../layers/layers.ts';
import { defineModel } from './define-model.ts';

/** ResNet for small images (He et al., 2016, section 4.2), widening by 1x1 convolutions: 273,658 weights at depth 20 on 32x32x3 images. */
export const resnet = defineModel({
  name: 'resnet',
  defaults: { depth: 20, filters: 16 },
  build: ({ inputShape, outputs }, { depth, filters }) =>
    functional(inputShape, (images) => {
      let value = convBnRelu(images, { filters });
      // Three stages of (depth - 2) / 6 blocks; each halves the image and doubles the channels of the one before.
      for (const stage of [0, 1, 2]) {
        for (let block = 0; block < (depth - 2) / 6; block++) {
          value = residual(value, { filters: filters * 2 ** stage, strides: stage > 0 && block === 0 ? 2 : 1 });
        }
      }
      return through(value, layers.globalAveragePooling2d({}), layers.dense({ units: outputs }), layers.softmax({ name: 'softmax' }));
    }),
});
