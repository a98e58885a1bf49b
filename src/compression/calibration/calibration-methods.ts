import type { CalibrationMethod } from './calibration-method.ts';
import { entropy } from './entropy.ts';
import { minMax } from './min-max.ts';
import { movingAverage } from './moving-average.ts';
import { mse } from './mse.ts';
import { percentile } from './percentile.ts';

/** Every way to choose the range of activations, by the name that the options of `quantize` use. */
export const calibrationMethods: readonly CalibrationMethod[] = [minMax, movingAverage, percentile, entropy, mse];
