import { mul, scalar, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { meanMagnitude, type ScalePer } from '../layers/quantizers/mean-magnitude.ts';
import { steTern } from '../layers/quantizers/ste-tern.ts';
import { ttq } from '../layers/quantizers/ttq.ts';
import { bitmapLayout } from '../packed/layouts/bitmap-layout.ts';
import { gapsLayout } from '../packed/layouts/gaps-layout.ts';
import { binaryFormat } from '../packed/numbers/binary-format.ts';
import { ternaryFormat, tritsFormat } from '../packed/numbers/ternary-format.ts';
import type { KernelChoice } from './few-values/chosen-kernels.ts';
import { coarseKernels } from './few-values/coarse-kernels.ts';
import type { Technique } from './technique.ts';

export interface TernarizeOptions extends KernelChoice {
  /**
   * `twn`: -a, 0, a with the a that is nearest to the weights (Li, Zhang and Liu, 2016). `ttq`: -b, 0, a with scales that are trained
   * (Zhu et al., 2017).
   * @default 'twn'
   */
  method?: 'twn' | 'ttq';
  /** Of `twn`: one a per layer, or one per filter or neuron. @default 'layer' */
  scale?: ScalePer;
  /** Of `ttq`: the share by which a step changes a scale. @default 1e-3 */
  scaleLearningRate?: number;
}

const methods = ['twn', 'ttq'];

/**
 * Leaves three values to each kernel. Steps of the training that follows change float masters behind them, by the gradients of the
 * three values. The model keeps its layers, and every loader runs it.
 */
export function ternarize(options: TernarizeOptions = {}): Technique {
  requireKnownOptions('ternarize', options, { layers: true, keepFirstAndLast: true, method: true, scale: true, scaleLearningRate: true });
  const { method = 'twn', scale = 'layer', scaleLearningRate = 1e-3 } = options;
  return coarseKernels({
    name: 'ternarize',
    label: `ternary (${method})`,
    options,
    storedForms: { layouts: [bitmapLayout, gapsLayout], numbers: [tritsFormat, ternaryFormat, binaryFormat] },
    checkOptions() {
      if (!methods.includes(method)) {
        throw new DlError('config', `ternarize method is ${JSON.stringify(method)}; allowed are 'twn' and 'ttq'.`);
      }
      if (scale !== 'layer' && scale !== 'channel') {
        throw new DlError('config', `ternarize scale is ${JSON.stringify(scale)}; allowed are 'layer' and 'channel'.`);
      }
      if (!(scaleLearningRate > 0 && scaleLearningRate < 1)) {
        throw new DlError('config', `ternarize scaleLearningRate is ${showValue(scaleLearningRate)}; it must be above 0 and below 1.`);
      }
    },
    coarse: ({ value, scales }) =>
      method === 'ttq' ? ttq.forward(value, ...scales.map((one) => scalar(one))) : nearestTernary(value, scale),
    ...(method === 'ttq' && {
      trained: {
        first: firstScales,
        gradients: (gradient, { value, scales }) => {
          const [own, ...byScale] = ttq.gradient(gradient, value, ...scales.map((one) => scalar(one)));
          return [own, ...byScale];
        },
        rate: scaleLearningRate,
      },
    }),
  });
}

function nearestTernary(master: Tensor, per: ScalePer): Tensor {
  const signs = steTern.forward(master);
  return mul(signs, meanMagnitude(master, per, signs));
}

/** The mean magnitudes of what lies beyond the threshold, above and below. */
function firstScales(master: Tensor): readonly number[] {
  return tidy(() => {
    const [one, none] = [scalar(1), scalar(0)];
    const above = ttq.forward(master, one, none);
    const below = ttq.forward(master, none, one);
    return [above, below].map((marks) => meanMagnitude(master, 'layer', marks).dataSync()[0]);
  });
}
