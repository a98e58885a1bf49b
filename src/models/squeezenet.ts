import { convBnRelu } from '../layers/blocks/conv-bn-relu.ts';
import { fire } from '../layers/blocks/fire.ts';
import { functional, through } from '../layers/functional.ts';
import { layers } from '../layers/layers.ts';
import { defineModel } from './define-model.ts';

/** A small SqueezeNet (Iandola et al., 2016) with batch normalization: six fire modules, 89,578 weights on 32x32x3 images. */
export const squeezenet = defineModel({
  name: 'squeezenet',
  defaults: { filters: 32, squeeze: [8, 16, 24], dropout: 0 },
  build: ({ inputShape, outputs }, { filters, squeeze, dropout }) =>
    functional(inputShape, (images) => {
      let value = convBnRelu(images, { filters });
      // Two modules of each width; every pair has half the image's size of the one before.
      for (const width of squeeze) {
        value = through(value, layers.maxPooling2d({ poolSize: 2 }));
        for (let module = 0; module < 2; module++) {
          value = fire(value, { squeeze: width, expand: 4 * width, batchNormalization: true });
        }
      }
      if (dropout > 0) value = through(value, layers.dropout({ rate: dropout }));
      return through(value, layers.globalAveragePooling2d({}), layers.dense({ units: outputs }), layers.softmax({ name: 'softmax' }));
    }),
});
