import { DlError } from '../../core/errors.ts';
import { findByName } from '../../core/registry.ts';
import type { LayerPatterns } from '../../layers/freeze.ts';
import { calibrationMethods } from '../calibration/calibration-methods.ts';
import type { LayerFractions } from '../layer-fractions.ts';
import type { TechniqueContext } from '../technique.ts';

export interface QuantizeOptions {
  /** Of weights: 8, 4, or by layer name, `{ 'dense*': 4, conv2: 8 }`; layers that no pattern matches stay float. @default 8 */
  bits?: LayerFractions;
  /** Layers that stay float in any case. @default none */
  exclude?: LayerPatterns;
  /**
   * `static`: activations have 7 bits, in ranges that calibration finds. `dynamic`: in the range of each sample, taken while
   * predicting. `weights`: activations stay float. @default 'static'
   */
  mode?: 'static' | 'dynamic' | 'weights';
  /** `float16` rounds all weights to 16 bits in the file, and nothing else; it goes with no other option. @default 'int' */
  dtype?: 'int' | 'float16';
  /** A scale for each output channel, or one for the whole weight. @default true */
  perChannel?: boolean;
  /** Equal weights stay equal, so that `shareWeights` keeps its codebook; one scale for the whole weight. @default false */
  preserveClusters?: boolean;
  /** How the ranges are found: minMax, movingAverage, percentile, entropy or mse. @default 'minMax' */
  calibration?: string;
  /** Training samples that are looked at. @default 512 */
  calibrationSamples?: number;
  /** Takes off the biases what rounding the weights adds to the mean of each channel. @default true, but for mode 'weights' without data */
  biasCorrection?: boolean;
  /** Gives the layers that suffer most more bits (4 -> 8 -> float), until the validation metric falls by at most this. @default off */
  mixedPrecision?: { maxDrop: number };
  /** While a later step trains, ranges follow the batches for so many steps, and then stay. @default one epoch; 0 where calibration cuts off */
  rangeSteps?: number;
}

/** Options whose values were checked, with defaults. */
export type QuantizeSettings = Required<Omit<QuantizeOptions, 'mixedPrecision' | 'rangeSteps'>> &
  Pick<QuantizeOptions, 'mixedPrecision' | 'rangeSteps'>;

/** The defaults filled in. */
export function withDefaults(options: QuantizeOptions): QuantizeSettings {
  const preserveClusters = options.preserveClusters ?? false;
  return {
    bits: 8,
    exclude: [],
    mode: 'static',
    dtype: 'int',
    perChannel: !preserveClusters,
    calibration: 'minMax',
    calibrationSamples: 512,
    biasCorrection: true,
    ...options,
    preserveClusters,
  };
}

/** @throws DlError `config` or `name` for values that cannot be, `refused` for options that do not go together */
export function checkOptions(options: QuantizeOptions, { data, training, model }: TechniqueContext): void {
  const settings = withDefaults(options);
  requireOneOf('dtype', settings.dtype, ['int', 'float16']);
  if (settings.dtype === 'float16') {
    const other = Object.keys(options).find((key) => key !== 'dtype');
    if (other) throw new DlError('config', `quantize({ dtype: 'float16' }) only rounds what is stored; ${other} does not go with it.`);
    return;
  }
  requireOneOf('mode', settings.mode, ['static', 'dynamic', 'weights']);
  for (const key of ['perChannel', 'preserveClusters', 'biasCorrection'] as const) requireOneOf(key, settings[key], [true, false]);
  findByName('calibration', calibrationMethods, settings.calibration);
  requireWhole('calibrationSamples', settings.calibrationSamples, 1);
  if (settings.rangeSteps !== undefined) requireWhole('rangeSteps', settings.rangeSteps, 0);
  if (settings.preserveClusters && settings.perChannel) {
    throw new DlError(
      'config',
      'quantize preserveClusters needs one scale for the whole weight: leave out perChannel, or set it to false.',
    );
  }
  const maxDrop = settings.mixedPrecision?.maxDrop;
  if (settings.mixedPrecision && !(typeof maxDrop === 'number' && maxDrop >= 0)) {
    throw new DlError('config', `quantize mixedPrecision is ${JSON.stringify(settings.mixedPrecision)}; write { maxDrop: 0.001 }.`);
  }
  if (settings.mixedPrecision && !(data && training)) {
    throw new DlError('refused', 'quantize mixedPrecision judges the model: pass data, a loss and metrics to compressModel.');
  }
  if (!data && settings.mode === 'static') {
    throw new DlError('refused', "quantize needs data to find the ranges of activations: pass it, or use mode 'dynamic' or 'weights'.");
  }
  const inputShape = model.inputs[0].shape.slice(1);
  const given = data?.train.features.inputShape;
  if (given && String(given) !== String(inputShape)) {
    throw new DlError('refused', `quantize calibrates with samples [${given}], but the model takes [${inputShape}].`);
  }
}

function requireOneOf(option: string, value: unknown, allowed: readonly unknown[]): void {
  if (allowed.includes(value)) return;
  const list = allowed.map((one) => (typeof one === 'string' ? `'${one}'` : one)).join(', ');
  throw new DlError('config', `quantize ${option} is ${JSON.stringify(value)}; allowed are ${list}.`);
}

function requireWhole(option: string, value: unknown, least: number): void {
  if (Number.isInteger(value) && (value as number) >= least) return;
  throw new DlError('config', `quantize ${option} is ${JSON.stringify(value)}; it must be a whole number, at least ${least}.`);
}
