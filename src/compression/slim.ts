import { abs, addN, mul, type Scalar, sum, type Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { variableOf } from '../layers/stable-weight-names.ts';
import { checkTraining, type FineTuneOptions, trainOn } from './fine-tune.ts';
import type { Technique } from './technique.ts';

export interface SlimOptions extends FineTuneOptions {
  /** What the sum of the scales' magnitudes counts in the loss, above 0. The paper takes 1e-4 or 1e-5, with SGD. @default 1e-4 */
  strength?: number;
}

/**
 * Trains on with a penalty on the scales of BatchNorm, so that those of units which are not needed go to 0: "Learning efficient convolutional networks
 * through network slimming" (Liu et al., 2017). Behind it stands `pruneUnits({ importance: 'batchNormScale', scope: 'global', ... })`, and a `fineTune`,
 * which trains without the penalty. The last epoch is kept: earlier ones are less slim.
 */
export function slim(options: SlimOptions): Technique {
  requireKnownOptions('slim', options, {
    epochs: true,
    strength: true,
    learningRate: true,
    learningRateSchedule: true,
    augmentation: true,
  });
  const { epochs, strength = 1e-4 } = options;
  const technique: Technique = {
    name: 'slim',
    label: `slim ${epochs} ep`,
    options,
    needs: 'training',
    epochs,
    check(context) {
      checkTraining('slim', options, context);
      if (!(typeof strength === 'number' && Number.isFinite(strength) && strength > 0)) {
        throw new DlError('config', `slim strength is ${JSON.stringify(strength)}; it must be a number above 0: 1e-4.`);
      }
      if (trainedScales(context.model).length === 0) {
        throw new DlError(
          'refused',
          "slim finds no BatchNorm whose scales are trained. Add layers.batchNormalization() behind the layers, or use pruneUnits with importance 'l1'.",
        );
      }
    },
    loss: (_, model) => mul(addN(trainedScales(model).map((scale) => sum(abs(scale)))), strength) as Scalar,
    train: (context, active) => trainOn(context, options, [...active, { technique, state: undefined, step: 0 }], false),
  };
  return technique;
}

function trainedScales(model: LayersModel): Variable[] {
  return model.trainableWeights.filter(({ originalName }) => originalName.endsWith('/gamma')).map(variableOf);
}
