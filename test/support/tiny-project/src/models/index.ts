import { layers, sequential } from 'dl-project/layers';
import { defineModel, mlp } from 'dl-project/models';
import { z } from 'zod';

const tiny = defineModel({
  name: 'tiny',
  defaults: { units: 8 },
  schema: { units: z.int().min(1) },
  build: ({ inputShape, outputs }, { units }) =>
    sequential([
      layers.flatten({ name: 'flatten', inputShape }),
      layers.dense({ name: 'dense1', units, activation: 'relu' }),
      layers.dense({ name: 'dense2', units: outputs }),
      layers.softmax({ name: 'softmax' }),
    ]),
});

export const models = [tiny, mlp] as const;
