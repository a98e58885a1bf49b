import { convBnRelu, depthwiseSeparable, functional, layers, through } from 'dl-project/layers';
import { defineModel } from 'dl-project/models';

/** A small MobileNet (Howard et al., 2017): 145,258 weights on 32x32x3 images; `alpha` makes all layers narrower or wider. */
export const mobilenet = defineModel({
  name: 'mobilenet',
  defaults: { alpha: 0.5 },
  build: ({ inputShape, outputs }, { alpha }) =>
    functional(inputShape, (images) => {
      const scaled = (filters: number) => Math.max(8, Math.round((alpha * filters) / 8) * 8);
      let value = convBnRelu(images, { filters: scaled(32) });
      for (const filters of [64, 128, 256, 512]) {
        // Three of the widths begin by halving the image.
        value = depthwiseSeparable(value, { filters: scaled(filters), strides: filters > 64 ? 2 : 1 });
        if (filters > 64) value = depthwiseSeparable(value, { filters: scaled(filters) });
      }
      return through(value, layers.globalAveragePooling2d({}), layers.dense({ units: outputs }), layers.softmax({ name: 'softmax' }));
    }),
});
