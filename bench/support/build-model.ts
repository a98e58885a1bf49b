import type { LayersModel } from '@tensorflow/tfjs-layers';
import { drawDigits } from '../../src/data/images/digits/draw-digits.ts';
import { createModel } from '../../src/models/create-model.ts';
import { lenet300100 } from '../../src/models/lenet-300-100.ts';
import { lenet5 } from '../../src/models/lenet5.ts';
import { lenet5Classic } from '../../src/models/lenet5-classic.ts';

const builders = {
  lenet5: (seed: number) => createModel(lenet5, {}, features, seed),
  'lenet5-classic': (seed: number) => createModel(lenet5Classic, {}, features, seed),
  'lenet-300-100': (seed: number) => createModel(lenet300100, {}, features, seed),
};

/** The models that are measured. */
export type ModelName = keyof typeof builders;

/** Images of 28x28, ten classes: drawn digits and MNIST alike. */
const { features } = drawDigits({ count: 10, seed: 0 });

/** A model of the catalogue with its default options. */
export function buildModel(name: ModelName, seed = 0): LayersModel {
  return builders[name](seed);
}
