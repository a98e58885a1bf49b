import { convBnRelu } from '../layers/blocks/conv-bn-relu.ts';
import { inceptionModule } from '../layers/blocks/inception-module.ts';
import { functional, through } from '../layers/functional.ts';
import { layers } from '../layers/layers.ts';
import { defineModel } from './define-model.ts';

/**
 * A small GoogLeNet (Szegedy et al., 2015) with batch normalization: 106,570 weights on 32x32x3 images.
 * `reduce: false` leaves out the 1x1 convolutions before the large ones.
 */
export const inception = defineModel({
  name: 'inception',
  defaults: { width: 8, reduce: true },
  build: ({ inputShape, outputs }, { width, reduce }) =>
    functional(inputShape, (images) => {
      let value = convBnRelu(images, { filters: 4 * width });
      // Two modules at half and two at a quarter of the image's size, in the proportions of GoogLeNet's first one.
      for (const units of [width, 2 * width]) {
        value = through(value, layers.maxPooling2d({ poolSize: 2 }));
        for (let module = 0; module < 2; module++) {
          value = inceptionModule(value, {
            filters: { '1x1': 2 * units, '3x3': 4 * units, '5x5': units, pool: units },
            reduce: reduce && { '3x3': 3 * units, '5x5': Math.ceil(units / 2) },
          });
        }
      }
      return through(value, layers.globalAveragePooling2d({}), layers.dense({ units: outputs }), layers.softmax({ name: 'softmax' }));
    }),
});
