import { z } from 'zod';

const activation = z.enum([
  'relu',
  'relu6',
  'elu',
  'selu',
  'swish',
  'gelu',
  'mish',
  'tanh',
  'sigmoid',
  'hardSigmoid',
  'softplus',
  'softsign',
  'softmax',
  'linear',
]);

const kernelInitializer = z.enum([
  'glorotNormal',
  'glorotUniform',
  'heNormal',
  'heUniform',
  'leCunNormal',
  'leCunUniform',
  'randomNormal',
  'randomUniform',
  'truncatedNormal',
  'orthogonal',
  'zeros',
  'ones',
]);

/** An activation by Keras' name in camelCase; the engine and the exports have them all. */
export type ActivationName = z.infer<typeof activation>;

/** How weights start, by Keras' name in camelCase; each can be drawn from the config's seed. */
export type InitializerName = z.infer<typeof kernelInitializer>;

/** What options of a model that are handed on to its layers may be, for the `schema` of `defineModel`. */
export const layerOptions = {
  activation,
  kernelInitializer,
  /** Share of the values that are dropped in training. */
  dropout: z.number().min(0).lt(1),
  /** Greatest length of the weights that lead to a unit (Keras' `MaxNorm`); 0: no limit. */
  maxNorm: z.number().min(0),
};
