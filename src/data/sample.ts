import { DlError } from '../core/errors.ts';
import type { DataLoader } from './data-loader.ts';
import type { RawSample } from './dataset.ts';
import type { Features } from './features.ts';
import { requireSameFeatures } from './require-same-features.ts';

/** One sample to predict and to show. */
export interface Sample {
  /** What it is, to begin a sentence with: `test image 17`, `seven.png`. */
  readonly name: string;
  /** Preprocessed for the model; `features.inputShape` without a batch axis. */
  readonly inputs: Float32Array;
  /** For showing it. */
  readonly raw: RawSample;
  /** Classification: the class number; regression: the number in its own unit. Undefined where it is not known. */
  readonly target?: number;
  /** What was done to make a file fit: `resized from 90x120 to 28x28`, `inverted: dark on light`. */
  readonly notes: readonly string[];
}

/**
 * Sample `index` of a loader (in the order of the dataset, not shuffled).
 * @param trained what the model was trained with, as its checkpoint says. @default not compared with the data
 * @throws DlError `usage` with the allowed range, `data` where the sample is prepared in another way than `trained`
 */
export async function sampleAt(loader: DataLoader, index: number, trained?: Features): Promise<Sample> {
  if (!Number.isInteger(index) || index < 0 || index >= loader.length) {
    throw new DlError('usage', `There is no ${loader.part} sample ${index}; index must be a whole number from 0 to ${loader.length - 1}.`);
  }
  const { dataset, features } = loader;
  if (trained) requireSameFeatures(trained, features);
  const position = loader.position(index);
  const { inputs, targets } = await dataset.get([position]);
  const { mean, deviation } = features.targetScaling ?? { mean: 0, deviation: 1 };
  const raw = dataset.raw?.(position) ?? rowOf(inputs);
  return {
    name: `${loader.part} ${raw.kind} ${index}`,
    inputs,
    raw,
    target: features.task === 'classification' ? targets[0] : targets[0] * deviation + mean,
    notes: [],
  };
}

function rowOf(inputs: Float32Array): RawSample {
  return { kind: 'row', values: Array.from(inputs, (value, i) => ({ column: `${i}`, value })) };
}
